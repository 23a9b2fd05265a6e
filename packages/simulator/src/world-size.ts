/** How many people are in a world: mostly a few, and now and then many. */
import { type SeededRandom, seededRandom } from './seeded-random.ts'

export function sizeOf(seed: number, random: SeededRandom): number {
  if (random.chance(0.9)) return random.between(3, 5)
  if (random.chance(0.95)) return random.between(6, 10)
  // The first two draws predict much of the third, so this is a very different stream.
  const other = seededRandom(Math.imul(seed, 0x9e3779b1))
  return other.chance(0.8) ? other.between(11, 20) : other.between(21, 60)
}
