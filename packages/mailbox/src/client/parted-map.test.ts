import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { PartedMap } from './parted-map.ts'

test('it holds the same entries as a plain map, and an earlier version stays unchanged', () => {
  const act = fc.record({ key: fc.oneof(fc.nat({ max: 300 }), fc.string({ maxLength: 3 })), value: fc.option(fc.nat()) })
  fc.assert(
    fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
      const plain = new Map<string | number, number>()
      let parted = PartedMap.empty<string | number, number>()
      for (const { key, value } of acts) {
        const before = parted
        const entries = [...before]
        if (value === null) plain.delete(key)
        else plain.set(key, value)
        parted = value === null ? parted.without(key) : parted.with(key, value)
        expect([...before]).toEqual(entries)
        expect(parted.get(key)).toBe(plain.get(key))
      }
      expect(new Map(parted)).toEqual(plain)
      expect(parted.size).toBe(plain.size)
      expect([...parted.values()].length).toBe(plain.size)
    }),
  )
})
