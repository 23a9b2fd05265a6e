/** Worlds of the simulator as tests: what fails is named by its invariant. Seeds come in `SOTTO_SEEDS`. */
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { simulate } from '@sotto/simulator'
import { test } from 'vitest'

const seeds = (process.env['SOTTO_SEEDS'] ?? '').split(',').filter((each) => each !== '')

test.each(seeds)('the world of seed %s keeps its invariants', async (seed) => {
  const { violations } = simulate(Number(seed), await loadSodiumPrimitives())
  if (violations.length > 0) throw new Error(violations[0])
})
