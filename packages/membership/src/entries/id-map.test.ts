import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { idDelete, idGet, type IdMap, idSet, idValues } from './id-map.ts'

/** Ids that share long beginnings, so that paths are long. */
const id = fc.tuple(fc.nat(2), fc.nat(3)).map(([first, last]) => new Uint8Array(32).fill(first, 0, 4).fill(last, 31))
const change = fc.record({ id, value: fc.option(fc.nat(9)) })

test('is a map in the order of its ids, and older maps stay as they were', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      let map: IdMap<number>
      const model = new Map<string, { id: Uint8Array; value: number }>()
      for (const { id, value } of changes) {
        const before = map
        const valuesBefore = [...idValues(before)]
        map = value === null ? idDelete(map, id) : idSet(map, id, value)
        if (value === null) model.delete(String(id))
        else model.set(String(id), { id, value })
        expect([...idValues(before)]).toEqual(valuesBefore)
        expect(idGet(map, id)).toBe(value ?? undefined)
      }
      const expected = [...model.values()].toSorted((a, b) => (a.id[0] ?? 0) - (b.id[0] ?? 0) || (a.id[31] ?? 0) - (b.id[31] ?? 0))
      expect([...idValues(map)]).toEqual(expected.map(({ value }) => value))
    }),
  )
})
