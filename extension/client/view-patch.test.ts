import { assert, constant, jsonValue, property, tuple, oneof } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyPatch, diffView, isViewPatch, sameJson } from './view-patch.ts'

/** Two views that share parts, as consecutive ones do, and any two. */
const pairs = oneof(
  tuple(jsonValue(), jsonValue()),
  jsonValue().map(
    (value) =>
      [
        { kept: value, changed: 1 },
        { kept: value, changed: [value] },
      ] as const,
  ),
  tuple(
    constant([1, 2, 3, 4]),
    jsonValue().map((value) => [1, value, 4]),
  ),
)
/** A value as a port delivers it. */
const overPort = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

describe('a view patch', () => {
  test('turns the earlier view into the later one, also over a port', () => {
    assert(
      property(pairs, (pair) => {
        const [before, after] = overPort(pair)
        const patch = overPort(diffView(before, after))
        expect(isViewPatch(patch)).toBe(true)
        expect(applyPatch(before, patch)).toEqual(after)
      }),
    )
  })

  test('is empty exactly when nothing changed', () => {
    assert(
      property(pairs, (pair) => {
        const [before, after] = overPort(pair)
        expect(diffView(before, after).length === 0).toBe(sameJson(before, after))
        expect(diffView(before, overPort(before))).toEqual([])
      }),
    )
  })

  test('carries only what was added to a list', () => {
    const before = { groups: [{ id: 'a' }, { id: 'b' }] }
    const after = { groups: [{ id: 'c' }, { id: 'a' }, { id: 'b' }] }
    expect(diffView(before, after)).toEqual([{ kind: 'splice', path: ['groups'], at: 0, removed: 0, items: [{ id: 'c' }] }])
  })

  test('reaches into the item that changed', () => {
    const before = {
      groups: [
        { id: 'a', unread: 0 },
        { id: 'b', unread: 0 },
      ],
    }
    const after = {
      groups: [
        { id: 'a', unread: 0 },
        { id: 'b', unread: 2 },
      ],
    }
    expect(diffView(before, after)).toEqual([{ kind: 'set', path: ['groups', 1, 'unread'], value: 2 }])
  })

  test('shares what it does not touch', () => {
    const before = { kept: { deep: [1] }, changed: 1 }
    const after = applyPatch(before, diffView(before, { kept: { deep: [1] }, changed: 2 })) as typeof before
    expect(after.kept).toBe(before.kept)
    expect(before.changed).toBe(1)
  })

  test('that does not fit results in undefined', () => {
    expect(applyPatch({}, [{ kind: 'set', path: ['missing', 'field'], value: 1 }])).toBeUndefined()
    expect(applyPatch([1], [{ kind: 'set', path: [3], value: 1 }])).toBeUndefined()
    expect(applyPatch([1], [{ kind: 'splice', path: [], at: 1, removed: 1, items: [] }])).toBeUndefined()
    expect(applyPatch({ a: 1 }, [{ kind: 'splice', path: ['a'], at: 0, removed: 0, items: [] }])).toBeUndefined()
  })

  test.each([
    null,
    [{}],
    [{ kind: 'set', path: ['a'] }],
    [{ kind: 'set', path: [-1], value: 1 }],
    [{ kind: 'remove', path: [] }],
    [{ kind: 'splice', path: [], at: 0.5, removed: 0, items: [] }],
    [{ kind: 'move', path: ['a'], value: 1 }],
  ])('is not %j', (value) => {
    expect(isViewPatch(value)).toBe(false)
  })
})
