import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { expect, it } from 'vitest'
import { freshSeeds, violationsIn } from './fresh-worlds.ts'

it.each(freshSeeds(1))('worlds keep their invariants: 10 seeds from %i', async (...seeds) => {
  expect(violationsIn(seeds, await loadSodiumPrimitives())).toEqual([])
})
