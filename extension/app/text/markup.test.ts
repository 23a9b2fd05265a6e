import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type Block, type Inline, readMarkup, withoutMarks } from './markup.ts'

/** A tree as short text: b(…), i(…), s(…), c(…), a(href|…), and by block q(…), u(…), o(…), pre(…). */
const inline = (content: readonly Inline[]): string =>
  content
    .map((each) => {
      switch (each.kind) {
        case 'text':
          return each.text
        case 'code':
          return `c(${each.text})`
        case 'mention':
          return `m(${each.mention})`
        case 'link':
          return `a(${each.href}|${each.text})`
        case 'bold':
        case 'italic':
        case 'strike':
          return `${each.kind.charAt(0)}(${inline(each.content)})`
      }
    })
    .join('')

const block = (each: Block): string => {
  switch (each.kind) {
    case 'code':
      return each.language === '' ? `pre(${each.text})` : `pre ${each.language}(${each.text})`
    case 'list':
      return `${each.from === null ? 'u' : `o${each.from}`}(${each.items.map(inline).join('|')})`
    case 'lines':
      return each.lines.map(inline).join('\n')
    case 'quote':
      return `q(${each.lines.map(inline).join('\n')})`
  }
}

const read = (text: string): string => readMarkup(text).map(block).join('&')

describe('mentions among marks', () => {
  /** Each "@x" is a mention. */
  const readWith = (text: string): string => {
    const mentions = [...text.matchAll(/@[a-z.]+/gu)].map((found) => ({ start: found.index, length: found[0].length }))
    return readMarkup(text, mentions).map(block).join('&')
  }
  test.each([
    ['@ana, **@ben** and @cleo', 'm(0), b(m(1)) and m(2)'],
    ['> @ana\n- @ben', 'q(m(0))&u(m(1))'],
    ['`@ana` @ben', 'c(@ana) m(1)'],
    ['```\n@ana\n```\n@ben', 'pre(@ana)&m(1)'],
    ['https://example.org/@ana', 'a(https://example.org/|https://example.org/)m(0)'],
    ['[@bank.example](https://example.org)', '[m(0)](a(https://example.org/|https://example.org))'],
    ['[here](https://example.org/@ana)', '[here](a(https://example.org/|https://example.org/)m(0))'],
  ])('%s', (text, shown) => {
    expect(readWith(text)).toBe(shown)
  })
  it('a text that has their signs itself mentions nobody by them', () => {
    expect(read('\ufdd0')).toBe('\ufdd0')
    expect(readMarkup('\ufdd0 @ana \ufdd1', [{ start: 2, length: 4 }]).map(block)).toEqual(['\ufffd m(0) \ufffd'])
  })
  it('whatever is written, each mention is there once or is text', () => {
    const unit = fc.constantFrom('@', 'a', '*', '`', '_', '[', '](', ')', 'https://b.c/', '\n', ' ', '> ')
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
        const shown = readWith(text)
        const mentioned = [...shown.matchAll(/m\((\d+)\)/gu)].map(([, index]) => index)
        expect(new Set(mentioned).size).toBe(mentioned.length)
        expect(shown).not.toMatch(/[\ufdd0-\ufdef]/u)
      }),
    )
  })
})

describe('marks in a line', () => {
  test.each([
    ['plain', 'plain'],
    ['a **bold** word', 'a b(bold) word'],
    ['*one* and _two_', 'i(one) and i(two)'],
    ['~~gone~~', 's(gone)'],
    ['**bold and *both***', 'b(bold and i(both))'],
    ['***both***', 'b(i(both))'],
    ['`**not** bold`', 'c(**not** bold)'],
    ['(*so*), and *so*.', '(i(so)), and i(so).'],
    ['漢字**太字**漢字', '漢字b(太字)漢字'],
    ['**مهم** جدا', 'b(مهم) جدا'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected))
})

describe('what is no mark is text', () => {
  test.each([
    '2 * 3 * 4',
    '2*3*4',
    'snake_case_name',
    '** nothing **',
    '****',
    '**',
    '`',
    '``',
    '*not closed',
    'not opened*',
    '[words](no address)',
    '[words](javascript:alert(1))',
    '[words](data:text/html,x)',
    'https://',
    'https://localhost/x',
    'xhttps://example.org',
    '#heading',
    '```\nnot closed',
    '>',
  ])('%s', (text) => expect(read(text)).toBe(text === '>' ? 'q()' : text))

  it('a mark that is left open does not swallow one inside', () => expect(read('*a **b**')).toBe('*a b(b)'))
  it('crossed marks: the outer one counts', () => expect(read('**a ~~b** c~~')).toBe('b(a ~~b) c~~'))
})

describe('lines', () => {
  test.each([
    ['one\n\ntwo', 'one\n\ntwo'],
    ['> said\n> again\nanswer', 'q(said\nagain)&answer'],
    ['- a\n- *b*', 'u(a|i(b))'],
    ['3. c\n4. d', 'o3(c|d)'],
    ['before\n```\nlet x = *1*\n\n```\nafter', 'before&pre(let x = *1*\n)&after'],
    ['```js\nlet x\n```', 'pre js(let x)'],
    ['```a\n\n```', '```a\n\n```'],
    ['- a\n1. b', 'u(a)&o1(b)'],
    ['-5 degrees', '-5 degrees'],
    ['2026. That was it', 'o2026(That was it)'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected))
})

describe('links', () => {
  test.each([
    ['https://example.org/a?b=c#d', 'a(https://example.org/a?b=c#d|https://example.org/a?b=c#d)'],
    ['see https://example.org.', 'see a(https://example.org/|https://example.org).'],
    ['(https://example.org/x_(y))', '(a(https://example.org/x_(y)|https://example.org/x_(y)))'],
    ['**https://example.org**', 'b(a(https://example.org/|https://example.org))'],
    ['[minutes](https://example.org/m)', 'a(https://example.org/m|minutes)'],
    ['[example.org](https://www.example.org/m)', 'a(https://www.example.org/m|example.org)'],
    ['[see example.org](https://example.net/m)', 'a(https://example.net/m|https://example.net/m)'],
    ['[https://example.org/a](https://example.org.example.net)', 'a(https://example.org.example.net/|https://example.org.example.net/)'],
    ['[example。org](https://example.net)', 'a(https://example.net/|https://example.net/)'],
    ['https://ex\u0430mple.org', 'a(https://xn--exmple-4nf.org/|https://xn--exmple-4nf.org/)'],
    ['https://example.org@example.net/', 'https://example.org@example.net/'],
    ['HTTPS://example.org', 'HTTPS://example.org'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected))
})

test('words without their marks, in one line', () => {
  expect(withoutMarks('**Call** [her](https://example.org)\n- at `ten`')).toBe('Call her at ten')
})

const characters = fc.constantFrom(
  '*',
  '**',
  '_',
  '~~',
  '`',
  '```',
  '[',
  '](',
  ')',
  '> ',
  '- ',
  '1. ',
  '\n',
  ' ',
  'a',
  'é',
  '漢',
  '👍',
  'https://a.b',
  '\u202e',
  '\\',
)

test('whatever is written draws something, and no word of it is lost', () => {
  fc.assert(
    fc.property(fc.array(characters, { maxLength: 60 }), (parts) => {
      const text = parts.join('')
      const words = (from: string): string => from.replace(/[^aé漢👍]/gu, '')
      // An address is drawn as the browser reads it, which may say it once more, or under the words that name it.
      const kept = withoutMarks(text)
      if (!text.includes('https://')) expect(words(kept)).toBe(words(text))
      else expect(kept.trim()).not.toBe('')
    }),
    { numRuns: 2_000 },
  )
})

test('a text is read in proportion to its length, whatever it repeats', () => {
  // Where each mark looked through all that is before it, this would not come to an end.
  for (const part of ['*', '**a ', '_a*', '`', '[', '[a](', 'https://', 'https://a.b)', '```\n', '> ', '\n', '- a\n', '~~', '((((', 'h']) {
    const text = part.repeat(Math.ceil(16_384 / part.length))
    expect(withoutMarks(text).length).toBeLessThanOrEqual(2 * text.length)
  }
})
