/**
 * Two members of a world's group write to each other alone. Once the world has healed:
 *
 * I40 what was said in a direct chat is with nobody else; and, where it shows as sent, with the other
 * I41 a person has one conversation with another alone, however it began
 */
import { DIRECT_CHAT, GROUP, MEMBERSHIP_LOG, messageRecord, SELF, Transaction } from '@sotto/core/inside'
import { resolve } from '@sotto/membership'
import { decode, toBase64url } from '@sotto/wire'
import type { PlannedEvent } from './plan.ts'
import { seededRandom } from './seeded-random.ts'
import type { SimulatedPeer } from './simulated-peer.ts'

/** One that a person says to another alone. */
export interface SaidAlone {
  readonly text: string
  readonly by: SimulatedPeer
  readonly to: SimulatedPeer
}

const ROUGH_MS = 60_000

/** What members of a world say to each other alone, some of it from both sides at once. Drawn by itself. */
export function plannedDirectChats(seed: number, peers: number): readonly PlannedEvent[] {
  const random = seededRandom(Math.imul(seed, 0x632be59b))
  return Array.from({ length: random.below(6) }, () => {
    const peer = random.below(peers)
    const whom = (peer + random.between(1, peers - 1)) % peers
    const atMs = random.between(14_000, ROUGH_MS)
    const one: PlannedEvent = { kind: 'sayAlone', atMs, peer, whom }
    return random.chance(0.4) ? [one, { ...one, atMs: atMs + random.between(0, 300), peer: whom, whom: peer } as PlannedEvent] : [one]
  }).flat()
}

/** A person opens the conversation with another, and says something there. */
export function sayAlone({ by, to, text }: SaidAlone): void {
  const account = to.view().self?.account
  if (account === undefined) return
  by.request({ kind: 'openDirectChat', account }, (reply) => {
    if (reply.ok && reply.value.group !== undefined) by.request({ kind: 'send', group: reply.value.group, text })
  })
}

interface Shown {
  readonly text: string
  readonly state: string
}

/** What a person is shown in conversations of two. */
export function shownAlone(peer: SimulatedPeer): readonly Shown[] {
  return new Transaction(peer.state).scan(DIRECT_CHAT).flatMap(({ key }) =>
    peer.readHistory(`messages/${key[0] ?? ''}`).flatMap(({ value }) => {
      const record = decode(messageRecord, value)
      return record?.body.kind === 'text' ? [{ text: record.body.text, state: record.state }] : []
    }),
  )
}

/** The other people with whom a person is in a conversation of two that both are in. */
function othersAlone(peer: SimulatedPeer): readonly string[] {
  const transaction = new Transaction(peer.state)
  const own = transaction.first(SELF)?.value.account
  return transaction.scan(DIRECT_CHAT).flatMap(({ key, value }) => {
    const log = transaction.get(MEMBERSHIP_LOG, key[0] ?? '')
    const isIn = transaction.get(GROUP, key[0] ?? '')?.state === 'member' && log !== undefined && own !== undefined
    return isIn && resolve(log).isMember(value.account) ? [toBase64url(value.account)] : []
  })
}

export function checkDirectChats(
  said: readonly SaidAlone[],
  peers: readonly SimulatedPeer[],
  isToldTruly: (peer: SimulatedPeer) => boolean,
  /** Whether a person ever blocked the other: nothing that comes from there is taken in meanwhile. */
  hasBlocked: (peer: SimulatedPeer, other: SimulatedPeer) => boolean,
  violate: (what: string) => void,
): void {
  const shown = new Map(peers.map((peer) => [peer, shownAlone(peer)]))
  for (const { text, by, to } of said) {
    for (const peer of peers)
      if (peer !== by && peer !== to && shown.get(peer)?.some((each) => each.text === text) === true) violate(`I40: “${text}” is with ${peer.name}`)
    const state = shown.get(by)?.find((each) => each.text === text)?.state
    const isDue = (state === 'sent' || state === 'delivered') && isToldTruly(by) && isToldTruly(to) && !hasBlocked(to, by) && !hasBlocked(by, to)
    if (isDue && shown.get(to)?.some((each) => each.text === text) !== true) violate(`I40: “${text}” showed as sent and is not with ${to.name}`)
  }
  for (const peer of peers.filter(isToldTruly)) {
    const others = othersAlone(peer)
    if (new Set(others).size < others.length) violate(`I41: ${peer.name} has two conversations with one person alone`)
  }
}
