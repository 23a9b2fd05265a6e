/** The same worlds, sealed with one cipher or another. */
import { plannedDirectChats } from './direct-chats.ts'
import { fileEvents } from './file-events.ts'
import { historyEvents } from './history-watch.ts'
import { type GoneEvent, goneEvents } from './gone-for-good.ts'
import { linkEvents } from './link-events.ts'
import { peopleEvents } from './people-events.ts'
import { type Plan, planOf } from './plan.ts'
import { reportEvents } from './reports.ts'
import { hangingRelays } from './relay-events.ts'
import { seededRandom } from './seeded-random.ts'
import { vanishingEvents } from './vanishing-watch.ts'

/** Which ciphers worlds have: sender keys alone, pairwise alone, or either. */
export const PROFILES = ['senderKeys', 'pairwise', 'mixed'] as const
export type Profile = (typeof PROFILES)[number]

/** What is played besides, where a run asks for it. */
export interface Extras {
  readonly files?: boolean
}

/** The plan of a seed in a profile: with all that is drawn. */
export function planIn(seed: number, profile: Profile, { files = false }: Extras = {}): Plan {
  const plan = planWithGone(seed, profile)
  const besides = [
    ...hangingRelays(seed, plan.relays),
    ...vanishingEvents(seed, plan.peers),
    ...(files ? [...fileEvents(seed, plan.peers), ...historyEvents(seed, plan.peers)] : []),
  ]
  return { ...plan, plannedEvents: [...plan.plannedEvents, ...besides].toSorted((a, b) => a.atMs - b.atMs) }
}

/** With all that is drawn up to people who go for good. */
export function planWithGone(seed: number, profile: Profile): Plan {
  const plan = planWithLinks(seed, profile)
  return { ...plan, plannedEvents: [...plan.plannedEvents, ...gone(plan)].toSorted((a, b) => a.atMs - b.atMs) }
}

/** In such worlds nobody goes for good. */
const NEEDS_ALL: readonly string[] = ['relayDies', 'relayLost', 'changeRelays', 'writeDisk']

/** Where a relay is lost or changed, an admin has to be left who moves the group; and of one disk one tale is enough. */
const gone = ({ seed, peers, plannedEvents }: Plan): readonly GoneEvent[] =>
  plannedEvents.some(({ kind }) => NEEDS_ALL.includes(kind)) ? [] : goneEvents(seed, peers)

/** With all that is drawn up to what people write by contact links. */
function planWithLinks(seed: number, profile: Profile): Plan {
  const plan = planWithReports(seed, profile)
  const links = profile === 'senderKeys' ? [] : linkEvents(seed, plan.peers)
  return { ...plan, plannedEvents: [...plan.plannedEvents, ...links].toSorted((a, b) => a.atMs - b.atMs) }
}

/** The plan from before people wrote by contact links. */
export function planWithReports(seed: number, profile: Profile): Plan {
  const plan = planWithPeople(seed, profile)
  return { ...plan, plannedEvents: [...plan.plannedEvents, ...reportEvents(seed, plan.peers)].toSorted((a, b) => a.atMs - b.atMs) }
}

/** The plan from before members reported messages. */
export function planWithPeople(seed: number, profile: Profile): Plan {
  const plan = planWithDirectChats(seed, profile)
  return { ...plan, plannedEvents: [...plan.plannedEvents, ...peopleEvents(seed, plan.peers)].toSorted((a, b) => a.atMs - b.atMs) }
}

/**
 * The plan of a seed in a profile from before people told of themselves and chose for their lists. What differs between profiles is drawn
 * by itself: the cipher, and what members say to each other alone.
 */
export function planWithDirectChats(seed: number, profile: Profile): Plan {
  const plan = planOf(seed)
  const isPairwise = profile === 'pairwise' || (profile === 'mixed' && seededRandom(Math.imul(seed, 0x2545f491)).chance(0.5))
  const sealed: Plan = isPairwise ? { ...plan, groupCipher: 'pairwise' } : plan
  if (profile === 'senderKeys') return sealed
  return { ...sealed, plannedEvents: [...plan.plannedEvents, ...plannedDirectChats(seed, plan.peers)].toSorted((a, b) => a.atMs - b.atMs) }
}
