import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, equalBytes, toHex, utf8 } from './bytes.ts'
import {
  boolean,
  type Codec,
  decode,
  encode,
  fixedBytes,
  list,
  optional,
  Reader,
  sortedSet,
  struct,
  text,
  uint16,
  uint32,
  uint48,
  uint8,
  union,
  varBytes,
  versioned,
  where,
  word,
  Writer,
} from './codec.ts'

const bytes = (minLength: number, maxLength = minLength): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength, maxLength })
const uint = (width: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: 2 ** (8 * width) - 1 })

/** Every way of putting codecs together, and its values. */
const everything = versioned(
  3,
  struct({
    byte: uint8,
    short: uint16,
    long: uint32,
    time: uint48,
    flag: boolean,
    key: fixedBytes(32),
    blob: varBytes(300),
    name: text(40),
    numbers: list(uint16, 5),
    set: sortedSet(fixedBytes(2), 300),
    maybe: optional(uint16),
    kind: word(['one', 'two', 'three']),
    even: where(uint8, (value) => value % 2 === 0),
    either: union({ left: [1, struct({ x: uint8 })], right: [9, struct({ y: text(10), z: boolean })] }),
  }),
)

const anything = fc.record({
  byte: uint(1),
  short: uint(2),
  long: uint(4),
  time: uint(6),
  flag: fc.boolean(),
  key: bytes(32),
  blob: bytes(0, 300),
  name: fc.string({ unit: 'grapheme', maxLength: 40 }).filter((name) => utf8(name).length <= 40),
  numbers: fc.array(uint(2), { maxLength: 5 }),
  set: fc.uniqueArray(uint(2), { maxLength: 300 }).map((values) => values.sort((a, b) => a - b).map((value) => Uint8Array.of(value >> 8, value & 255))),
  maybe: fc.option(uint(2)),
  kind: fc.constantFrom('one' as const, 'two' as const, 'three' as const),
  even: uint(1).map((value) => value - (value % 2)),
  either: fc.oneof(
    fc.record({ kind: fc.constant('left' as const), x: uint(1) }),
    fc.record({
      kind: fc.constant('right' as const),
      y: fc.string({ unit: 'grapheme-ascii', maxLength: 10 }),
      z: fc.boolean(),
    }),
  ),
})

describe('any codec', () => {
  test('reads what it wrote', () => {
    fc.assert(
      fc.property(anything, (value) => {
        expect(decode(everything, encode(everything, value))).toEqual(value)
      }),
    )
  })

  test('reads no prefix of it, nor anything behind it', () => {
    fc.assert(
      fc.property(anything, fc.nat(), bytes(1, 4), (value, at, more) => {
        const encoded = encode(everything, value)
        expect(decode(everything, encoded.slice(0, at % encoded.length))).toBeUndefined()
        expect(decode(everything, concat(encoded, more))).toBeUndefined()
      }),
    )
  })

  test('writes a changed encoding that it still reads as those very bytes', () => {
    fc.assert(
      fc.property(anything, fc.array(fc.tuple(fc.nat(), uint(1)), { minLength: 1, maxLength: 3 }), (value, changes) => {
        const changed = encode(everything, value)
        for (const [at, byte] of changes) changed[at % changed.length] = byte
        const read = decode(everything, changed)
        if (read !== undefined) expect(encode(everything, read)).toEqual(changed)
      }),
      { numRuns: 1_000 },
    )
  })

  test('reads random bytes to nothing or to what is written as those bytes', () => {
    fc.assert(
      fc.property(bytes(0, 200), (random) => {
        const read = decode(everything, random)
        if (read !== undefined) expect(encode(everything, read)).toEqual(random)
      }),
    )
  })
})

describe('integers', () => {
  test('are big-endian and of fixed width', () => {
    expect(toHex(encode(uint8, 1))).toBe('01')
    expect(toHex(encode(uint16, 0x0102))).toBe('0102')
    expect(toHex(encode(uint32, 0xfffefdfc))).toBe('fffefdfc')
    expect(toHex(encode(uint48, 0x0102_0304_0506))).toBe('010203040506')
    expect(decode(uint48, new Uint8Array(6).fill(0xff))).toBe(2 ** 48 - 1)
  })

  test.for([
    [uint8, 1],
    [uint16, 2],
    [uint32, 4],
    [uint48, 6],
  ] as const)('are not written where they do not fit', ([codec, width]) => {
    for (const wrong of [-1, 0.5, 2 ** (8 * width), Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => encode(codec, wrong)).toThrow(RangeError)
    }
    expect(encode(codec, 2 ** (8 * width) - 1)).toEqual(new Uint8Array(width).fill(0xff))
  })
})

test('a boolean is 0 or 1, a word one of its list, a version the one there is', () => {
  const colour = word(['red', 'green'])
  for (let byte = 0; byte < 256; byte++) {
    expect(decode(boolean, Uint8Array.of(byte))).toBe([false, true][byte])
    expect(decode(colour, Uint8Array.of(byte))).toBe(['red', 'green'][byte])
    expect(decode(versioned(7, boolean), Uint8Array.of(byte, 1))).toBe(byte === 7 ? true : undefined)
  }
  expect(() => encode(colour, 'blue' as 'red')).toThrow(RangeError)
})

describe('lengths', () => {
  test.for([
    [255, 1],
    [256, 2],
    [65_535, 2],
    [65_536, 4],
  ] as const)('up to %i take %i bytes, are kept to when writing and reading', ([most, width]) => {
    const codec = varBytes(most)
    const full = encode(codec, new Uint8Array(most))
    expect(full.length).toBe(width + most)
    expect(decode(codec, full)?.length).toBe(most)
    expect(() => encode(codec, new Uint8Array(most + 1))).toThrow(RangeError)
  })

  test('above the limit are refused though the bytes are there', () => {
    expect(decode(varBytes(3), Uint8Array.of(4, 1, 2, 3, 4))).toBeUndefined()
    expect(decode(list(uint8, 3), Uint8Array.of(4, 1, 2, 3, 4))).toBeUndefined()
    expect(decode(text(3), Uint8Array.of(4, 65, 65, 65, 65))).toBeUndefined()
    expect(() => encode(list(uint8, 3), [1, 2, 3, 4])).toThrow(RangeError)
    expect(() => encode(text(3), 'éé')).toThrow(RangeError)
  })

  test('that promise more than is there are refused before anything is allocated', () => {
    const promised = Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 1, 2, 3)
    expect(decode(varBytes(2 ** 31), promised)).toBeUndefined()
    expect(decode(list(fixedBytes(2 ** 30), 2 ** 31), promised)).toBeUndefined()
    expect(decode(fixedBytes(2 ** 31), promised)).toBeUndefined()
  })

  test('of fixed bytes are kept to', () => {
    expect(() => encode(fixedBytes(4), new Uint8Array(3))).toThrow(RangeError)
    expect(decode(fixedBytes(4), new Uint8Array(3))).toBeUndefined()
    expect(decode(fixedBytes(4), new Uint8Array(5))).toBeUndefined()
  })
})

test('a set is in ascending order of its bytes, without doubles, both ways', () => {
  const codec = sortedSet(uint16, 10)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 6 }), (values) => {
      const ascends = values.every((value, i) => i === 0 || value > (values[i - 1] ?? 0))
      const plain = encode(list(uint16, 10), values)
      expect(decode(codec, plain)).toEqual(ascends ? values : undefined)
      if (ascends) expect(encode(codec, values)).toEqual(plain)
      else expect(() => encode(codec, values)).toThrow(RangeError)
    }),
  )
})

test('a union has no tag but those it names', () => {
  const codec = union({ a: [1, struct({ x: uint8 })], b: [4, struct({})] })
  expect(decode(codec, Uint8Array.of(1, 7))).toEqual({ kind: 'a', x: 7 })
  expect(decode(codec, Uint8Array.of(4))).toEqual({ kind: 'b' })
  for (const tag of [0, 2, 3, 5, 255]) expect(decode(codec, Uint8Array.of(tag, 7))).toBeUndefined()
  expect(() => encode(codec, { kind: 'c' } as unknown as { kind: 'b' })).toThrow(RangeError)
})

test('an optional value that is there is not the one that is not', () => {
  const codec: Codec<Uint8Array | null> = optional(varBytes(4))
  expect(toHex(encode(codec, null))).toBe('00')
  expect(toHex(encode(codec, new Uint8Array(0)))).toBe('0100')
  expect(decode(codec, Uint8Array.of(2))).toBeUndefined()
  expect(decode(codec, Uint8Array.of(0))).toBeNull()
})

test('text that is not UTF-8 is refused', () => {
  expect(decode(text(4), Uint8Array.of(1, 0xff))).toBeUndefined()
  expect(decode(text(4), Uint8Array.of(2, 0xc0, 0x80))).toBeUndefined()
})

test('what was read shares no memory with what was received, what was written none with the writer', () => {
  const received = Uint8Array.of(1, 2, 3, 4)
  const read = decode(fixedBytes(4), received)
  received.fill(0)
  expect(read).toEqual(Uint8Array.of(1, 2, 3, 4))

  const out = new Writer()
  out.bytes(Uint8Array.of(1))
  const first = out.finish()
  out.bytes(Uint8Array.of(2))
  expect(equalBytes(first, Uint8Array.of(1))).toBe(true)
  expect(equalBytes(out.finish(), Uint8Array.of(1, 2))).toBe(true)
  out.release()
  const next = new Writer()
  next.bytes(Uint8Array.of(3))
  expect(equalBytes(next.finish(), Uint8Array.of(3))).toBe(true)
  expect(equalBytes(first, Uint8Array.of(1))).toBe(true)
})

test('a reader returns nothing past its end and keeps its place when it refuses', () => {
  const input = new Reader(Uint8Array.of(1, 2, 3))
  expect(input.uint(4)).toBeUndefined()
  expect(input.bytes(4)).toBeUndefined()
  expect(input.left).toBe(3)
  expect(input.uint(2)).toBe(0x0102)
  expect(input.bytes(1)).toEqual(Uint8Array.of(3))
  expect(input.bytes(0)).toEqual(new Uint8Array(0))
  expect(input.uint(1)).toBeUndefined()
})
