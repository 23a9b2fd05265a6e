import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EMPTY_MAP, mapDelete, mapGet, mapScan, mapSet, mapSize, type OrderedMap } from './ordered-map.ts'

function entries(map: OrderedMap, prefix = '', most = Number.POSITIVE_INFINITY): [string, unknown][] {
  const found: [string, unknown][] = []
  mapScan(map, prefix, (key, value) => found.push([key, value]) < most)
  return found
}

describe('the ordered map', () => {
  it('has the sorted entries of a Map after any changes, and leaves earlier versions alone', () => {
    const change = fc.record({ key: fc.string({ maxLength: 3 }), value: fc.option(fc.integer(), { nil: null }) })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
        const model = new Map<string, number>()
        let map = EMPTY_MAP
        for (const { key, value } of changes) {
          const before = map
          const entriesBefore = entries(before)
          if (value === null) {
            model.delete(key)
            map = mapDelete(map, key)
          } else {
            model.set(key, value)
            map = mapSet(map, key, value)
          }
          expect(entries(before)).toEqual(entriesBefore)
          expect(mapGet(map, key)).toBe(model.get(key))
        }
        const expected = [...model].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
        expect(entries(map)).toEqual(expected)
        expect(mapSize(map)).toBe(model.size)
        for (const [key] of expected.slice(0, 5)) {
          for (const prefix of [key, key.slice(0, 1)]) {
            const belonging = expected.filter(([each]) => each.startsWith(prefix))
            expect(entries(map, prefix)).toEqual(belonging)
            expect(entries(map, prefix, 1)).toEqual(belonging.slice(0, 1))
          }
        }
      }),
    )
  })

  it('stays shallow when keys come in ascending order', () => {
    let map: OrderedMap = EMPTY_MAP
    for (let i = 0; i < 4096; i++) map = mapSet(map, String(i).padStart(5, '0'), i)
    expect(map?.height).toBeLessThanOrEqual(18)
  })
})
