/**
 * What happens in a world, as data made from its seed: its peers, and one list of planned events in the order of time. A
 * plan can be played, and a failing one can be made smaller by leaving events out (`shrink.ts`).
 */
import type { DiskAct } from './adversaries/write-disk.ts'
import type { Malice, Plan, PlannedEvent } from './planned-events.ts'
import { type SeededRandom, seededRandom } from './seeded-random.ts'
import { severalRelays } from './relay-events.ts'
import { signalEvents } from './signal-events.ts'
import { sizeOf } from './world-size.ts'

export type { Malice, Plan, PlannedEvent, RelayMalice } from './planned-events.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE
const ROUGH_MS = 60 * SECOND
/** One world in this many is played with the real public-key schemes. */
const REAL_CRYPTO_EVERY = 50

/** The plan of a seed, always the same. */
export function planOf(seed: number): Plan {
  const plan = withSeveralRelays(withChanges(planWithCollusion(seed)))
  return { ...plan, plannedEvents: [...plan.plannedEvents, ...signalEvents(seed, plan.peers)].toSorted((a, b) => a.atMs - b.atMs) }
}

/** With all acts up to those of relays that work with an adversary. What is drawn later comes behind it. */
export const planWithCollusion = (seed: number): Plan => withCollusion(withInboxFloods(withDiskWriter(planWithTreason(seed))))

/** The plan of a seed from before disks were written to. */
export const planWithTreason = (seed: number): Plan => withForgedRequests(withTreason(planWithoutTreason(seed)))

/** The plan of a seed from before members turned against a group that had removed or demoted them. */
export function planWithoutTreason(seed: number): Plan {
  const random = seededRandom(seed)
  const peers = sizeOf(seed, random)
  const relays = random.chance(0.3) ? 2 : 1
  const someone = (): number => random.below(peers)
  const plannedEvents: PlannedEvent[] = []
  const early = (from = 300): number => random.between(from, ROUGH_MS)
  const often = (most: number, make: () => PlannedEvent): void => {
    for (let i = random.between(0, most); i > 0; i--) plannedEvents.push(make())
  }
  const sometimes = (chance: number, make: () => PlannedEvent): void => {
    if (random.chance(chance)) plannedEvents.push(make())
  }
  for (let peer = 1; peer < peers; peer++) plannedEvents.push({ kind: 'join', atMs: random.between(500, 12_000), peer })
  for (let burst = random.between(4, 10); burst > 0; burst--) {
    const count = random.chance(0.04) ? random.between(90, 130) : random.between(1, 6)
    plannedEvents.push({ kind: 'write', atMs: early(2_000), peer: someone(), count, apartMs: random.between(0, 30) })
  }
  often(4, () => ({ kind: 'crash', atMs: early(), peer: someone(), afterActions: random.below(6), awayMs: random.between(200, 12_000) }))
  often(4, () => ({ kind: 'dropStream', atMs: early(), peer: someone(), relay: random.below(relays) }))
  often(3, () => ({ kind: 'dropLink', atMs: early() }))
  often(2, () => ({ kind: 'restartRelay', atMs: early(5_000), relay: random.below(relays), awayMs: random.between(200, 8_000), isWiped: random.chance(0.2) }))
  sometimes(0.35, () => ({
    kind: 'partition',
    atMs: early(8_000),
    side: Array.from({ length: peers }, (_, i) => i).filter(() => random.chance(0.5)),
    forMs: random.between(5_000, 40_000),
    splitsRelays: random.chance(0.5),
  }))
  sometimes(0.25, () => ({ kind: 'lid', atMs: early(5_000), peer: someone(), forMs: random.between(20_000, 10 * MINUTE) }))
  sometimes(0.6, () => ({ kind: 'setRole', atMs: random.between(13_000, 25_000), peer: 0, whom: random.between(1, peers - 1), role: 'admin' }))
  sometimes(0.4, () => ({ kind: 'remove', atMs: random.between(20_000, ROUGH_MS), peer: 0, whom: random.between(1, peers - 1) }))
  sometimes(0.35, () => ({ kind: 'remove', atMs: random.between(20_000, ROUGH_MS), peer: someone(), whom: someone() }))
  sometimes(0.15, () => ({ kind: 'leave', atMs: random.between(20_000, ROUGH_MS), peer: someone() }))
  sometimes(0.2, () => ({
    kind: 'setRole',
    atMs: random.between(20_000, ROUGH_MS),
    peer: someone(),
    whom: someone(),
    role: random.pick(['admin', 'member'] as const),
  }))
  sometimes(0.1, () => ({ kind: 'revokeInvites', atMs: early(10_000), peer: someone() }))
  // A removed or departed member may be invited back.
  sometimes(0.3, () => ({ kind: 'invite', atMs: random.between(40_000, ROUGH_MS), peer: 0 }))
  often(2, () => ({ kind: 'join', atMs: random.between(45_000, ROUGH_MS), peer: random.between(1, peers - 1) }))
  const adversaries = random.chance(0.25) ? [random.between(1, peers - 1)] : []
  const acts = ['replay', 'backDate', 'equivocate', 'forge', 'flood', 'poolLate'] as const
  for (const peer of adversaries)
    for (let i = random.between(1, 4); i > 0; i--) plannedEvents.push({ kind: 'malice', atMs: early(15_000), peer, act: random.pick(acts) })
  const relayActs = ['drop', 'withhold', 'reorder', 'replay', 'oldKeys'] as const
  if (random.chance(0.2)) {
    for (let i = random.between(1, 2); i > 0; i--)
      plannedEvents.push({ kind: 'relayMalice', atMs: early(3_000), relay: random.below(relays), act: random.pick(relayActs), victim: someone() })
  }
  if (random.chance(0.12)) {
    const forMs = random.between(1 * DAY, 40 * DAY)
    const atMs = random.between(15_000, 50_000)
    plannedEvents.push({ kind: 'days', atMs, forMs })
  }
  // Drawn separately, so that the rest of a world is unchanged from before there were these events.
  const apart = seededRandom(Math.imul(seed, 0x85ebca6b))
  if (apart.chance(0.2)) {
    const byMs = apart.pick([20 * 60 * MINUTE, 3 * DAY, -2 * DAY, 90 * MINUTE] as const)
    plannedEvents.push({ kind: 'clock', atMs: apart.between(1_000, ROUGH_MS - 10_000), peer: apart.below(peers), byMs, forMs: apart.between(1_000, 40_000) })
  }
  if (apart.chance(0.2)) {
    const joins = plannedEvents.filter(({ kind }) => kind === 'join')
    const join = apart.pick(joins)
    if (join.kind === 'join') plannedEvents.push({ kind: 'cancelJoin', atMs: join.atMs + apart.between(0, 3_000), peer: join.peer })
  }
  // Also drawn separately.
  const other = seededRandom(Math.imul(seed, 0xc2b2ae35))
  for (let peer = 1; peer < peers; peer++) {
    if (!other.chance(0.4)) continue
    const atMs = other.between(15_000, ROUGH_MS)
    plannedEvents.push({ kind: 'forget', atMs, peer })
    if (other.chance(0.5)) plannedEvents.push({ kind: 'join', atMs: other.between(atMs, ROUGH_MS), peer })
  }
  const third = seededRandom(Math.imul(seed, 0x27d4eb2f))
  for (let reactions = third.below(6); reactions > 0; reactions--) {
    const emoji = third.pick(['👍', '❤️', '👩🏽‍🚀', null] as const)
    plannedEvents.push({ kind: 'react', atMs: third.between(5_000, ROUGH_MS), peer: third.below(peers), which: third.below(4), emoji })
  }
  const plan: Plan = {
    seed,
    peers,
    relays,
    durability: random.chance(0.3) ? 'relaxed' : 'strict',
    skewMs: Array.from({ length: peers }, () => (random.chance(0.1) ? random.between(-20 * MINUTE, 20 * MINUTE) : random.between(-MINUTE, MINUTE))),
    adversaries,
    isRealCrypto: seed % REAL_CRYPTO_EVERY === 0,
    plannedEvents: plannedEvents.toSorted((a, b) => a.atMs - b.atMs),
  }
  return withDeath(plan, random)
}

/** In some worlds a relay dies. Drawn after everything else. */
function withDeath(plan: Plan, random: SeededRandom): Plan {
  if (!random.chance(0.08)) return plan
  const death: PlannedEvent = {
    kind: 'relayDies',
    atMs: random.between(15_000, 50_000),
    relay: random.below(plan.relays),
    movedMs: random.between(1_000, 40_000),
  }
  return { ...plan, plannedEvents: [...plan.plannedEvents, death].toSorted((a, b) => a.atMs - b.atMs) }
}

/** What an adversary does by what it has become. */
const TREASON = {
  removed: ['strikeBack', 'nameRelays', 'poolLate', 'floodOperations', 'floodOrphans', 'backDate'],
  demoted: ['strikeBack', 'floodOperations', 'backDate'],
  member: ['timeTravel', 'floodOrphans', 'floodOperations', 'floodLetters', 'forge'],
} as const satisfies { readonly [role: string]: readonly Malice[] }

/** In some worlds the founder removes a member, or makes it an admin and takes that back, and it turns against the group. Drawn separately. */
function withTreason(plan: Plan): Plan {
  const random = seededRandom(Math.imul(plan.seed, 0x165667b1))
  if (!random.chance(0.3)) return plan
  const peer = random.between(1, plan.peers - 1)
  const becomes = random.pick(['removed', 'demoted', 'member'] as const)
  const events: PlannedEvent[] = []
  if (becomes !== 'member')
    events.push({ kind: 'setRole', atMs: random.between(14_000, 18_000), peer: 0, whom: peer, role: random.pick(['admin', 'member'] as const) })
  if (becomes === 'removed') events.push({ kind: 'remove', atMs: random.between(20_000, 30_000), peer: 0, whom: peer })
  if (becomes === 'demoted') events.push({ kind: 'setRole', atMs: random.between(20_000, 30_000), peer: 0, whom: peer, role: 'member' })
  for (let acts = random.between(1, 4); acts > 0; acts--)
    events.push({ kind: 'malice', atMs: random.between(18_000, ROUGH_MS), peer, act: random.pick(TREASON[becomes]) })
  return {
    ...plan,
    adversaries: [...new Set([...plan.adversaries, peer])],
    plannedEvents: [...plan.plannedEvents, ...events].toSorted((a, b) => a.atMs - b.atMs),
  }
}

/** Some adversaries forge requests to join. Drawn after all other acts, and separately. */
function withForgedRequests(plan: Plan): Plan {
  const random = seededRandom(Math.imul(plan.seed, 0x27d4eb2f))
  const events = plan.adversaries
    .filter(() => random.chance(0.5))
    .map((peer): PlannedEvent => ({ kind: 'malice', atMs: random.between(18_000, ROUGH_MS), peer, act: 'forgeRequests' }))
  return events.length === 0 ? plan : { ...plan, plannedEvents: [...plan.plannedEvents, ...events].toSorted((a, b) => a.atMs - b.atMs) }
}

const DISK_ACTS = ['deleteRow', 'olderRow', 'olderRows', 'copyRow', 'sameRows'] as const satisfies readonly DiskAct[]

/** In some worlds a person without a key writes to a device's disk. Drawn separately. Where a relay dies, an admin has to be left. */
function withDiskWriter(plan: Plan): Plan {
  const random = seededRandom(Math.imul(plan.seed, 0xb5297a4d))
  const honest = Array.from({ length: plan.peers }, (_, peer) => peer).filter((peer) => !plan.adversaries.includes(peer))
  if (!random.chance(0.2) || plan.plannedEvents.some(({ kind }) => kind === 'relayDies')) return plan
  const peer = random.pick(honest)
  const atMs = random.between(15_000, ROUGH_MS - 5_000)
  const events: readonly PlannedEvent[] = [
    { kind: 'copyDisk', atMs: random.between(5_000, atMs - 1), peer },
    {
      kind: 'writeDisk',
      atMs,
      peer,
      act: random.pick(DISK_ACTS),
      isKilled: random.chance(0.5),
      awayMs: random.between(500, 15_000),
      asksMs: random.between(500, 20_000),
    },
  ]
  return { ...plan, plannedEvents: [...plan.plannedEvents, ...events].toSorted((a, b) => a.atMs - b.atMs) }
}

/** Some adversaries fill inboxes with first letters, or take all prekeys. Drawn separately. */
function withInboxFloods(plan: Plan): Plan {
  const random = seededRandom(Math.imul(plan.seed, 0xd3a2646d))
  const events = plan.adversaries.flatMap((peer) =>
    (['floodFirstLetters', 'takePreKeys'] as const)
      .filter(() => random.chance(0.3))
      .map((act): PlannedEvent => ({ kind: 'malice', atMs: random.between(15_000, ROUGH_MS), peer, act })),
  )
  return events.length === 0 ? plan : { ...plan, plannedEvents: [...plan.plannedEvents, ...events].toSorted((a, b) => a.atMs - b.atMs) }
}

/** Some relays work with an adversary, which mostly is removed or will be. Drawn after all acts of adversaries, and separately. */
function withCollusion(plan: Plan): Plan {
  const random = seededRandom(Math.imul(plan.seed, 0x7f4a7c15))
  const [peer] = plan.adversaries
  if (peer === undefined || !random.chance(0.4)) return plan
  const relay = random.below(plan.relays)
  const atMs = random.between(8_000, 25_000)
  const events: PlannedEvent[] = [{ kind: 'relayMalice', atMs, relay, act: 'collude', victim: peer }]
  if (random.chance(0.7)) events.push({ kind: 'remove', atMs: random.between(atMs, 40_000), peer: 0, whom: peer })
  for (let acts = random.between(1, 3); acts > 0; acts--)
    events.push({ kind: 'malice', atMs: random.between(30_000, ROUGH_MS), peer, act: random.pick(['poolLate', 'backDate', 'forge'] as const) })
  const other = random.pick([null, 'withhold', 'reorder', 'replay', 'oldKeys'] as const)
  if (other !== null) events.push({ kind: 'relayMalice', atMs: random.between(atMs, 50_000), relay, act: other, victim: random.below(plan.peers) })
  return { ...plan, plannedEvents: [...plan.plannedEvents, ...events].toSorted((a, b) => a.atMs - b.atMs) }
}

/** People edit and delete what they wrote. Drawn separately. */
function withChanges(plan: Plan): Plan {
  const random = seededRandom(Math.imul(plan.seed, 0x1b873593))
  const events = Array.from({ length: random.below(12) }, (): PlannedEvent => {
    const [atMs, peer, which] = [random.between(5_000, ROUGH_MS), random.below(plan.peers), random.below(4)]
    return random.chance(0.6) ? { kind: 'edit', atMs, peer, which } : { kind: 'delete', atMs, peer, which, forAll: random.chance(0.7) }
  })
  return { ...plan, plannedEvents: [...plan.plannedEvents, ...events].toSorted((a, b) => a.atMs - b.atMs) }
}

/** In some worlds the group has several relays, and none dies that is its only one. */
function withSeveralRelays(plan: Plan): Plan {
  const several = plan.plannedEvents.some(({ kind }) => kind === 'relayDies') ? null : severalRelays(plan.seed, plan)
  if (several === null) return plan
  const { relays, moreRelays, events } = several
  return { ...plan, relays, moreRelays, plannedEvents: [...plan.plannedEvents, ...events].toSorted((a, b) => a.atMs - b.atMs) }
}
