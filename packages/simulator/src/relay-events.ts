/** Worlds whose group has two or three relays: one of them is lost for good, and admins add and drop some (`relay-acts.ts`). */
import { seededRandom } from './seeded-random.ts'

const MOST_RELAYS = 3

export type RelayEvent = { readonly atMs: number } & (
  | { readonly kind: 'changeRelays'; readonly peer: number; readonly add: number; readonly drop: number | null }
  /** A relay of a group with several is gone for good, and nobody does anything about it. */
  | { readonly kind: 'relayLost'; readonly relay: number }
  /** A relay stops for a while and closes nothing. */
  | { readonly kind: 'relayHangs'; readonly relay: number; readonly forMs: number }
)

/** In some worlds the group has several relays, and there is one more. Drawn separately. null: not in this one. */
export function severalRelays(
  seed: number,
  { peers, relays: before }: { readonly peers: number; readonly relays: number },
): { readonly relays: number; readonly moreRelays: number; readonly events: readonly RelayEvent[] } | null {
  const random = seededRandom(Math.imul(seed, 0x5851f42d))
  if (!random.chance(0.4)) return null
  const relays = Math.max(2, before)
  const events: RelayEvent[] = []
  for (let changes = random.below(6); changes > 0; changes--)
    events.push({
      kind: 'changeRelays',
      atMs: random.between(14_000, 58_000),
      peer: random.chance(0.7) ? 0 : random.below(peers),
      add: random.below(MOST_RELAYS),
      drop: random.chance(0.5) ? random.below(MOST_RELAYS) : null,
    })
  if (random.chance(0.6)) events.push({ kind: 'relayLost', atMs: random.between(13_000, 58_000), relay: random.below(relays) })
  return { relays, moreRelays: MOST_RELAYS - relays, events }
}

/** In some worlds a relay hangs, also for longer than pings need to find it. Drawn separately. */
export function hangingRelays(seed: number, relays: number): readonly RelayEvent[] {
  const random = seededRandom(Math.imul(seed, 0x7feb352d))
  if (!random.chance(0.3)) return []
  return Array.from({ length: random.between(1, 3) }, () => ({
    kind: 'relayHangs',
    atMs: random.between(5_000, 58_000),
    relay: random.below(relays),
    forMs: random.between(500, 20_000),
  }))
}
