/**
 * Fresh seeds, so that every run sees worlds of every kind. They are played in two test files, so that each of two cores
 * has some. `simulate.test.ts` plays sixty more, to see that they contain every kind of fault.
 */
import type { Primitives } from '@sotto/crypto/primitives'
import { simulate } from './simulate.ts'

const FIRST = 6_000
const WORLDS = 40
const AT_A_TIME = 10

/** Every other group of seeds that one test plays, starting from the first or from the second. */
export const freshSeeds = (half: 0 | 1): readonly (readonly number[])[] =>
  Array.from({ length: WORLDS / AT_A_TIME }, (_, group) => Array.from({ length: AT_A_TIME }, (_each, i) => FIRST + group * AT_A_TIME + i)).filter(
    (_group, at) => at % 2 === half,
  )

/** What went wrong in the worlds of these seeds, a line for each violation, with the world's story under the first. */
export function violationsIn(seeds: readonly number[], primitives: Primitives): readonly string[] {
  return seeds.flatMap((seed) => {
    const { violations, story } = simulate(seed, primitives)
    return violations.map((violation, i) => (i === 0 ? `seed ${seed}: ${violation}\n${story.join('\n')}` : `seed ${seed}: ${violation}`))
  })
}
