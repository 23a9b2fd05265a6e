/**
 * I48: a device that is turned off for ever at the moment when its message shows as sent leaves nobody without what opens it. All for
 * whom it was sealed, that come online and are members still, have it (PROTOCOL §7.29, §7.47).
 */
import { seededRandom } from './seeded-random.ts'

/** From then on, a device is turned off for ever as soon as one more message of it shows as sent. */
export interface GoneEvent {
  readonly kind: 'goesForGood'
  readonly atMs: number
  readonly peer: number
}

const FROM_MS = 12_000
const UNTIL_MS = 35_000

/** In every sixth world; where one is small, nobody would be left. Drawn by itself. */
export function goneEvents(seed: number, peers: number): readonly GoneEvent[] {
  const random = seededRandom(Math.imul(seed, 0x6c8e9cf5))
  if (!random.chance(0.17) || peers < 3) return []
  return [{ kind: 'goesForGood', atMs: random.between(FROM_MS, UNTIL_MS), peer: random.below(peers) }]
}
