import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { mentionQuery, movedMentions, peopleFor, withMention } from './mentions.ts'

const at = (start: number, length: number) => ({ account: 'a', start, length })
const person = (name: string, callsItself = name) => ({ account: name, name, callsItself })

describe('what may become a mention', () => {
  test.each([
    ['@', 0, ''],
    ['hi @An', 3, 'An'],
    ['hi @Ana Lu', 3, 'Ana Lu'],
    ['(@a', 1, 'a'],
    ['one\n@b', 4, 'b'],
  ])('“%s”', (text, start, typed) => {
    expect(mentionQuery(text, text.length, [])).toEqual({ start, typed })
  })
  test.each(['', 'hi', 'ana@example', '@ ', '@Ana ', '@Ana\nwho', `@${'x'.repeat(41)}`])('“%s” is none', (text) => {
    expect(mentionQuery(text, text.length, [])).toBeNull()
  })
  it('is before the cursor, and not what is one already', () => {
    expect(mentionQuery('@An and more', 3, [])).toEqual({ start: 0, typed: 'An' })
    expect(mentionQuery('@Ana', 4, [at(0, 4)])).toBeNull()
    expect(
      mentionQuery(
        '@',
        1,
        Array.from({ length: 32 }, () => at(9, 1)),
      ),
    ).toBeNull()
  })
})

describe('people for what was typed', () => {
  const names = (typed: string): readonly string[] =>
    peopleFor([person('José Ortega'), person('Ana José'), person('Robert', 'Bob')], typed).map(({ name }) => name)
  it('are those whose name begins so, then those with such a word', () => {
    expect(names('jose')).toEqual(['José Ortega', 'Ana José'])
    expect(names('JOSÉ O')).toEqual(['José Ortega'])
    expect(names('')).toHaveLength(3)
    expect(names('x')).toEqual([])
  })
  it('are found by either name, the one here and their own', () => {
    expect(names('rob')).toEqual(['Robert'])
    expect(names('bo')).toEqual(['Robert'])
  })
})

describe('a chosen person', () => {
  it('is written as it calls itself, with a space behind', () => {
    expect(withMention('hi @rob', [], { start: 3, typed: 'rob' }, person('Robert', 'Bob'))).toEqual({
      text: 'hi @Bob ',
      mentions: [{ account: 'Robert', start: 3, length: 4 }],
      caret: 8,
    })
    expect(withMention('@b, yes', [], { start: 0, typed: 'b' }, person('Bob')).text).toBe('@Bob , yes')
    expect(withMention('@b yes', [], { start: 0, typed: 'b' }, person('Bob'))).toMatchObject({ text: '@Bob yes', caret: 5 })
  })
  it('moves those behind it', () => {
    const { mentions } = withMention('@b @Ana', [at(3, 4)], { start: 0, typed: 'b' }, person('Bob'))
    expect(mentions.map(({ start }) => start)).toEqual([0, 5])
  })
})

describe('mentions in a text that changes', () => {
  test.each([
    ['@Ana and', 'so: @Ana and', 4],
    ['@Ana and', '@Ana an', 0],
    ['a @Ana', '@Ana', 0],
    ['a @Ana', 'a @Anabel', 2],
  ])('“%s” to “%s”: it goes along', (before, after, start) => {
    expect(movedMentions([at(before.indexOf('@'), 4)], before, after)).toEqual([at(start, 4)])
  })
  test.each([
    ['@Ana and', '@An and'],
    ['@Ana and', '@Anna and'],
    ['@Ana and', ''],
  ])('“%s” to “%s”: it is none any more', (before, after) => {
    expect(movedMentions([at(0, 4)], before, after)).toEqual([])
  })
  it('whatever changes, each one that is left covers what it covered', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '@', ' '), maxLength: 12 })
    fc.assert(
      fc.property(text, text, text, fc.nat(11), fc.integer({ min: 1, max: 4 }), (head, middle, tail, start, length) => {
        const before = head + middle + tail
        const after = head + tail
        for (const each of movedMentions([at(start, length)], before, after))
          expect(after.slice(each.start, each.start + each.length)).toBe(before.slice(start, start + length))
      }),
    )
  })
})
