import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareBytes, concat, equalBytes, fromBase64url, fromHex, fromUtf8, toBase64url, toHex, utf8 } from './bytes.ts'

const bytes = fc.uint8Array({ maxLength: 200 })

/** The platform's strict reading, which keeps a byte order mark as ours does. */
function strictly(input: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(input)
  } catch {
    return undefined
  }
}

test('joining copies, in order', () => {
  const part = Uint8Array.of(1, 2)
  const joined = concat(part, new Uint8Array(0), Uint8Array.of(3))
  part.fill(9)
  expect(joined).toEqual(Uint8Array.of(1, 2, 3))
  expect(concat()).toEqual(new Uint8Array(0))
})

test('order is that of the hexadecimal text, a prefix first, and equality is order zero', () => {
  const short = fc.uint8Array({ maxLength: 3, max: 3 })
  fc.assert(
    fc.property(short, short, (a, b) => {
      const [left, right] = [toHex(a), toHex(b)]
      expect(Math.sign(compareBytes(a, b))).toBe(left < right ? -1 : left > right ? 1 : 0)
      expect(equalBytes(a, b)).toBe(left === right)
    }),
  )
})

describe('base64url', () => {
  test('is that of the platform, and comes back', () => {
    fc.assert(
      fc.property(bytes, (input) => {
        expect(toBase64url(input)).toBe(Buffer.from(input).toString('base64url'))
        expect(fromBase64url(toBase64url(input))).toEqual(input)
      }),
    )
  })

  test.each([767, 768, 769, 770, 12_287, 12_288, 12_289, 61_424])('of %i bytes is that of the platform, however long it is', (length) => {
    const input = Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff)
    expect(toBase64url(input)).toBe(Buffer.from(input).toString('base64url'))
  })

  test('is read from one text only: what is read is written as the same text', () => {
    const alphabet = fc.constantFrom(...'ABab01-_wxyz+/= é')
    fc.assert(
      fc.property(fc.string({ unit: alphabet, maxLength: 9 }), (text) => {
        const read = fromBase64url(text)
        if (read !== undefined) expect(toBase64url(read)).toBe(text)
      }),
      { numRuns: 2_000 },
    )
  })

  test.for(['A', 'AAAAA', 'AA=', 'AA==', 'AB', 'AAB', 'A+', 'A/', 'A A', 'AA\n', 'ÄA', '\u{1f600}'])('refuses "%s"', (text) => {
    expect(fromBase64url(text)).toBeUndefined()
  })
})

describe('hexadecimal', () => {
  test('is that of the platform, comes back, and is read in either case', () => {
    fc.assert(
      fc.property(bytes, (input) => {
        expect(toHex(input)).toBe(Buffer.from(input).toString('hex'))
        expect(fromHex(toHex(input))).toEqual(input)
        expect(fromHex(toHex(input).toUpperCase())).toEqual(input)
      }),
    )
  })

  test.for(['0', '0g', '0x', ' 0', '00 ', '-1', '00\n', '٠٠'])('refuses "%s"', (text) => {
    expect(fromHex(text)).toBeUndefined()
  })
})

describe('UTF-8', () => {
  test('is written as the platform writes it, unpaired surrogates included', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }), (text) => {
        expect(utf8(text)).toEqual(new TextEncoder().encode(text))
      }),
      { numRuns: 1_000 },
    )
  })

  test('is written and read for every code point', () => {
    for (let point = 0; point <= 0x10ffff; point += point < 0x3000 ? 1 : 61) {
      if (point >= 0xd800 && point <= 0xdfff) continue
      const text = String.fromCodePoint(point)
      expect(fromUtf8(utf8(text))).toBe(text)
    }
  })

  test('is read as the strict platform reads it: random bytes', () => {
    fc.assert(
      fc.property(bytes, (input) => {
        expect(fromUtf8(input)).toBe(strictly(input))
      }),
      { numRuns: 1_000 },
    )
  })

  test('is read as the strict platform reads it: bytes at the edges of every form', () => {
    const edge = fc.constantFrom(
      0x00,
      0x41,
      0x7f,
      0x80,
      0x8f,
      0x90,
      0x9f,
      0xa0,
      0xbf,
      0xc0,
      0xc1,
      0xc2,
      0xdf,
      0xe0,
      0xe1,
      0xec,
      0xed,
      0xee,
      0xef,
      0xbb,
      0xf0,
      0xf1,
      0xf3,
      0xf4,
      0xf5,
      0xf7,
      0xf8,
      0xfc,
      0xfe,
      0xff,
    )
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 8 }), (values) => {
        const input = Uint8Array.from(values)
        expect(fromUtf8(input)).toBe(strictly(input))
      }),
      { numRuns: 20_000 },
    )
  })

  test.for([
    ['an overlong slash', 'c0af'],
    ['an overlong NUL', 'e08080'],
    ['an overlong form of four bytes', 'f08080af'],
    ['a surrogate', 'eda080'],
    ['a pair of surrogates', 'eda080edb080'],
    ['a point past U+10FFFF', 'f4908080'],
    ['a truncated point', 'e282'],
    ['a continuation alone', '80'],
  ] as const)('refuses %s', ([, hex]) => {
    const input = fromHex(hex)
    expect(input && fromUtf8(input)).toBeUndefined()
  })
})
