import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { describe, expect, it } from 'vitest'
import { FAILED_ONCE, planOfKept, RARE } from './kept-worlds.ts'
import { play } from './simulate.ts'

describe.each([
  ['that failed once', FAILED_ONCE],
  ['in which rare things meet', RARE],
])('a world %s', (_which, worlds) => {
  it.each(worlds)('keeps its invariants: seed $seed, $why', async (world) => {
    const { violations, story } = play(planOfKept(world), await loadSodiumPrimitives())
    expect(violations, story.join('\n')).toEqual([])
  })

  it('is listed once', () => {
    const named = worlds.map(({ seed, changes }) => JSON.stringify({ seed, changes }))
    expect(new Set(named).size).toBe(named.length)
  })
})
