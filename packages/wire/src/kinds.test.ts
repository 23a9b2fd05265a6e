import { describe, expect, test } from 'vitest'
import { decode, encode, struct, text, uint8, union } from './codec.ts'
import { codecOfKind, codecOfKinds, type Kind } from './kinds.ts'

const apple = { kind: 'apple', number: 3, fields: struct({ weight: uint8 }) } as const satisfies Kind
const pear = { kind: 'pear', number: 9, fields: struct({ sort: text(20) }) } as const satisfies Kind
const fruit = codecOfKinds([apple, pear])

describe('a list of kinds', () => {
  test('is written and read as a union of the same tags is', () => {
    const same = union({ apple: [3, apple.fields], pear: [9, pear.fields] })
    for (const value of [{ kind: 'apple', weight: 7 } as const, { kind: 'pear', sort: 'Conference' } as const]) {
      expect(encode(fruit, value)).toEqual(encode(same, value))
      expect(decode(fruit, encode(same, value))).toEqual(value)
    }
  })

  test('reads no number that is not in it', () => {
    expect(decode(fruit, Uint8Array.of(4, 7))).toBeUndefined()
    expect(decode(fruit, new Uint8Array())).toBeUndefined()
  })

  test('throws where it is to write what is not in it', () => {
    expect(() => encode(fruit, { kind: 'plum' } as never)).toThrow('no kind plum')
  })

  test.each([
    ['number', { ...pear, number: 3 }],
    ['name', { ...pear, kind: 'apple' }],
  ])('throws as soon as it is made where two share a %s', (_what, other) => {
    const kinds: readonly Kind[] = [apple, other]
    expect(() => codecOfKinds(kinds)).toThrow('share')
  })

  test('has the same bytes as one kind alone, which reads no other', () => {
    const bytes = encode(codecOfKind(apple), { kind: 'apple', weight: 7 } as const)
    expect(bytes).toEqual(Uint8Array.of(3, 7))
    expect(decode(codecOfKind(pear), bytes)).toBeUndefined()
  })
})
