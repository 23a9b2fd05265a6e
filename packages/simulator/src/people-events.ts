/**
 * What people say about themselves and their group, what they choose for a conversation, and whom they block. Drawn separately, so
 * that worlds stay the same without it.
 */
import { seededRandom } from './seeded-random.ts'

export type PeopleEvent = { readonly atMs: number } & (
  | { readonly kind: 'callSelf'; readonly peer: number }
  /** `picture`: the seed of another one; null: none; absent: as it was. */
  | { readonly kind: 'tellOfSelf'; readonly peer: number; readonly hasLine: boolean; readonly picture?: number | null }
  | { readonly kind: 'tellOfGroup'; readonly peer: number; readonly hasDescription: boolean; readonly picture?: number | null }
  | { readonly kind: 'callGroup'; readonly peer: number }
  /** For the group, or for its first conversation with one person alone. */
  | { readonly kind: 'choose'; readonly peer: number; readonly isAlone: boolean; readonly what: ListChoice }
  | { readonly kind: 'block'; readonly peer: number; readonly whom: number; readonly isBlocked: boolean }
)

const LIST_CHOICES = ['pin', 'unpin', 'mute', 'unmute', 'archive', 'unarchive', 'markUnread'] as const
export type ListChoice = (typeof LIST_CHOICES)[number]

const FROM_MS = 5_000
const UNTIL_MS = 60_000

export function peopleEvents(seed: number, peers: number): readonly PeopleEvent[] {
  return [...profileEvents(seed, peers), ...choiceEvents(seed, peers)]
}

/** In every other world. */
function profileEvents(seed: number, peers: number): readonly PeopleEvent[] {
  const random = seededRandom(Math.imul(seed, 0x3c6ef372))
  if (!random.chance(0.5)) return []
  const picture = (): { readonly picture?: number | null } => (random.chance(0.3) ? {} : { picture: random.chance(0.2) ? null : random.below(256) })
  return Array.from({ length: random.between(1, 8) }, (): PeopleEvent => {
    const [atMs, peer] = [random.between(FROM_MS, UNTIL_MS), random.below(peers)]
    const kind = random.pick(['callSelf', 'tellOfSelf', 'tellOfSelf', 'tellOfSelf', 'tellOfGroup', 'tellOfGroup', 'callGroup'] as const)
    if (kind === 'tellOfSelf') return { kind, atMs, peer, hasLine: random.chance(0.8), ...picture() }
    // Who made the group may do this; others mostly may not.
    const admin = random.chance(0.7) ? 0 : peer
    return kind === 'tellOfGroup'
      ? { kind, atMs, peer: admin, hasDescription: random.chance(0.8), ...picture() }
      : { kind, atMs, peer: kind === 'callGroup' ? admin : peer }
  })
}

/** In every other world. */
function choiceEvents(seed: number, peers: number): readonly PeopleEvent[] {
  const random = seededRandom(Math.imul(seed, 0x78dde6e5))
  if (!random.chance(0.5)) return []
  return Array.from({ length: random.between(1, 10) }, (): PeopleEvent => {
    const [atMs, peer] = [random.between(FROM_MS, UNTIL_MS), random.below(peers)]
    if (random.chance(0.75)) return { kind: 'choose', atMs, peer, isAlone: random.chance(0.3), what: random.pick(LIST_CHOICES) }
    return { kind: 'block', atMs, peer, whom: (peer + random.between(1, peers - 1)) % peers, isBlocked: random.chance(0.75) }
  })
}

/** A PNG as far as its first bytes say. */
export function pictureOf(seed: number): Uint8Array {
  const bytes = new Uint8Array(64).fill(seed)
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 96, 0, 0, 0, 96])
  return bytes
}
