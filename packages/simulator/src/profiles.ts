/** The same worlds, sealed with one cipher or another. */
import { type Plan, planOf } from './plan.ts'
import { seededRandom } from './seeded-random.ts'

/** Which ciphers worlds have: sender keys alone, pairwise alone, or either. */
export const PROFILES = ['senderKeys', 'pairwise', 'mixed'] as const
export type Profile = (typeof PROFILES)[number]

/** The plan of a seed in a profile. Its cipher is drawn by itself: a seed is the same world in each, but for that. */
export function planIn(seed: number, profile: Profile): Plan {
  const plan = planOf(seed)
  const isPairwise = profile === 'pairwise' || (profile === 'mixed' && seededRandom(Math.imul(seed, 0x2545f491)).chance(0.5))
  return isPairwise ? { ...plan, groupCipher: 'pairwise' } : plan
}
