/** What people do with contact links. Drawn by itself, so that worlds stay the same without it. */
import { seededRandom } from './seeded-random.ts'

export type LinkEvent = { readonly atMs: number; readonly peer: number } & (
  | { readonly kind: 'writeByLink'; readonly whom: number }
  /** Says something to one of those who ask. */
  | { readonly kind: 'answerRequest'; readonly which: number; readonly isAccepted: boolean }
  | { readonly kind: 'replaceLink' }
)

/** Before anybody is in the group too. */
const FROM_MS = 500
const UNTIL_MS = 60_000

/** In every third world. */
export function linkEvents(seed: number, peers: number): readonly LinkEvent[] {
  const random = seededRandom(Math.imul(seed, 0x2f0b4a27))
  if (!random.chance(0.33)) return []
  return Array.from({ length: random.between(1, 5) }, (): readonly LinkEvent[] => {
    const [atMs, peer] = [random.between(FROM_MS, UNTIL_MS), random.below(peers)]
    const whom = (peer + random.between(1, peers - 1)) % peers
    const answers = Array.from({ length: random.below(3) }, (): LinkEvent => {
      const after = { atMs: random.between(atMs, UNTIL_MS + 5_000), peer: whom }
      return random.chance(0.15)
        ? { kind: 'replaceLink', ...after }
        : { kind: 'answerRequest', ...after, which: random.below(2), isAccepted: random.chance(0.8) }
    })
    return [{ kind: 'writeByLink', atMs, peer, whom }, ...answers]
  }).flat()
}
