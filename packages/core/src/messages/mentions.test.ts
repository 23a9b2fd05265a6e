/** Mentions in a text are claims of its author (PROTOCOL §8.34, §8.35). */
import type { AccountId } from '@sotto/wire'
import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { lineOf } from './contents/contents.ts'
import { readMentions, validMentions } from './mentions.ts'

const account = new Uint8Array(32) as AccountId
const at = (start: number, length: number) => ({ account, start, length })

describe('of mentions that an author wrote', () => {
  const TEXT = 'hi @Ana and @Ben 👍'
  it('those that stand on a name are taken', () => {
    expect(validMentions(TEXT, [at(3, 4), at(12, 4)])).toEqual([at(3, 4), at(12, 4)])
  })
  test.each([
    ['without an @', [at(4, 3)]],
    ['empty', [at(3, 0)]],
    ['only an @', [at(3, 1)]],
    ['beyond the text', [at(12, 200)]],
    ['with half of a character', [at(12, 6)]],
  ])('one that is %s is none', (_what, mentions) => {
    expect(validMentions(TEXT, mentions)).toEqual([])
  })
  it('one over two lines is none, nor one that is longer than a name', () => {
    expect(validMentions('@A\nB', [at(0, 4)])).toEqual([])
    expect(validMentions(`@${'a'.repeat(300)}`, [at(0, 201)])).toEqual([])
  })
  it('of two that overlap the first is taken, and one before it is none', () => {
    expect(validMentions('@@Ana', [at(0, 5), at(1, 4)])).toEqual([at(0, 5)])
    expect(validMentions(TEXT, [at(12, 4), at(3, 4)])).toEqual([at(12, 4)])
  })
  it('whatever they are, what is taken is in order, apart, and on a name', () => {
    const mention = fc.record({ account: fc.constant(account), start: fc.nat(30), length: fc.nat(12) })
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('@', 'a', ' ', '\n', '👍'), maxLength: 30 }), fc.array(mention, { maxLength: 32 }), (text, mentions) => {
        let free = 0
        for (const { start, length } of validMentions(text, mentions)) {
          expect(start).toBeGreaterThanOrEqual(free)
          expect(text.slice(start, start + length)).toMatch(/^@[^\n]+$/u)
          free = start + length
        }
        expect(free).toBeLessThanOrEqual(text.length)
      }),
    )
  })
  it('none that is wrong reaches a conversation, in texts and in answers', () => {
    const written = { text: TEXT, mentions: [at(3, 4), at(5, 4)] }
    const shown = { kind: 'text', text: TEXT, mentions: [at(3, 4)] }
    expect(lineOf({ kind: 'text', ...written })).toMatchObject(shown)
    expect(lineOf({ kind: 'reply', message: new Uint8Array(32) as never, ...written })).toMatchObject(shown)
  })
})

describe('of mentions that a page wrote', () => {
  const name = Buffer.from(account).toString('base64url')
  it('accounts and places are read', () => {
    expect(readMentions([{ account: name, start: 3, length: 4 }])).toEqual([at(3, 4)])
    expect(readMentions()).toEqual([])
  })
  test.each([
    [[{ account: 'nobody', start: 0, length: 1 }]],
    [[{ account: name, start: -1, length: 1 }]],
    [[{ account: name, start: 0.5, length: 1 }]],
    [Array.from({ length: 33 }, () => ({ account: name, start: 0, length: 1 }))],
  ])('others are refused', (written) => {
    expect(readMentions(written)).toBeUndefined()
  })
})
