/**
 * I52: what a new member is told of the time before it came. Nothing before an admin wanted any of it; no more than was ever wanted; nothing that
 * vanishes; and by a member with an unchanged program nothing that nobody said, or that another said. Nobody is told what it said itself.
 */
import { messageRecord } from '@sotto/core/inside'
import type { Writes } from '@sotto/engine'
import { type AccountId, decode, LIMITS, toBase64url } from '@sotto/wire'
import { seededRandom } from './seeded-random.ts'
import type { SimulatedPeer } from './simulated-peer.ts'
import type { ToldInFull, WantedHistory } from './told-in-full.ts'
import { isVanishing } from './vanishing-watch.ts'

export interface HistoryEvent {
  readonly atMs: number
  readonly peer: number
  /** An admin chooses what members pass on to new ones; others are refused. */
  readonly kind: 'wantHistory'
  readonly days: number
  readonly messages: number
}

const FROM_MS = 3_000
const UNTIL_MS = 50_000

/** In three of four worlds. Drawn by itself, so that worlds stay the same without it. */
export function historyEvents(seed: number, peers: number): readonly HistoryEvent[] {
  const random = seededRandom(Math.imul(seed, 0x7f4a7c15))
  if (!random.chance(0.75)) return []
  return Array.from({ length: random.between(1, 3) }, (_, i): HistoryEvent => {
    const [days, messages] = random.pick([[0, 3], [0, 100], [0, 1_000], [1, 0], i === 0 ? [0, 20] : [0, 0]] as const)
    // Who made the group may; others mostly may not.
    return { kind: 'wantHistory', atMs: random.between(FROM_MS, UNTIL_MS), peer: random.chance(0.8) ? 0 : random.below(peers), days, messages }
  })
}

interface Told {
  readonly id: string
  readonly account: AccountId
  readonly by: AccountId
  readonly text: string
}

export class HistoryWatch {
  readonly #violate: (what: string) => void
  readonly #accountOf: (peer: SimulatedPeer) => string
  /** By id: who said what first. */
  readonly #said = new Map<string, { readonly by: SimulatedPeer; readonly text: string }>()
  readonly #told = new Map<SimulatedPeer, Map<string, Told>>()
  readonly #inFull: ToldInFull
  readonly #wanted: WantedHistory[] = []
  /** The most that was ever wanted. */
  #most = 0

  constructor(inFull: ToldInFull, accountOf: (peer: SimulatedPeer) => string, violate: (what: string) => void) {
    this.#inFull = inFull
    this.#accountOf = accountOf
    this.#violate = violate
  }

  /** A person asks for it. Whether it was allowed to shows later, and earlier nothing is passed on. */
  wants(peer: SimulatedPeer, group: string, { days, messages }: Pick<HistoryEvent, 'days' | 'messages'>): void {
    peer.request({ kind: 'setHistory', group, days, messages }, (reply) => {
      if (!reply.ok) return
      this.#wanted.push({ days, messages })
      this.#most = Math.max(this.#most, days > 0 ? LIMITS.historyMessages : messages)
    })
  }

  committed(peer: SimulatedPeer, writes: Writes): void {
    this.#inFull.committed(peer, writes)
    for (const { history, id, value } of writes.histories) {
      const record = history.startsWith('messages/') && value !== null ? decode(messageRecord, value) : undefined
      if (record?.body.kind !== 'text') continue
      const { text } = record.body
      if (record.own && !this.#said.has(id)) this.#said.set(id, { by: peer, text })
      const told = this.#told.get(peer) ?? new Map<string, Told>()
      this.#told.set(peer, told)
      // The message itself takes the place of what was told of it.
      if (record.passedOnBy === null) told.delete(id)
      else told.set(id, { id, account: record.account, by: record.passedOnBy, text })
      if (record.passedOnBy !== null && this.#most === 0) this.#violate(`I52: ${peer.name} is told “${text}”, and no admin wanted that`)
    }
  }

  /**
   * How many messages were passed on, and how many had to be. `honest`: peers with an unchanged program. `steady`: those of them that were never
   * out and lost nothing.
   */
  check(honest: readonly SimulatedPeer[], steady: readonly SimulatedPeer[]): { readonly told: number; readonly due: number } {
    let count = 0
    const [wanted, ...later] = this.#wanted
    const due = wanted === undefined || later.length > 0 ? 0 : this.#inFull.check(steady, wanted, this.#accountOf)
    const byAccount = new Map(honest.map((peer) => [this.#accountOf(peer), peer]))
    for (const peer of honest) {
      const told = [...(this.#told.get(peer)?.values() ?? [])]
      count += told.length
      if (steady.includes(peer) && told.length > this.#most)
        this.#violate(`I52: ${peer.name} is told ${told.length} messages, and ${this.#most} were wanted at most`)
      for (const each of told) this.#checkOne(peer, each, byAccount)
    }
    return { told: count, due }
  }

  #checkOne(peer: SimulatedPeer, { id, account, by, text }: Told, byAccount: ReadonlyMap<string, SimulatedPeer>): void {
    const author = toBase64url(account)
    if (author === this.#accountOf(peer)) this.#violate(`I52: ${peer.name} is told “${text}”, which it is said to have said itself`)
    const teller = byAccount.get(toBase64url(by))
    if (teller === undefined) return
    if (isVanishing(text)) this.#violate(`I52: ${teller.name} passes “${text}” on to ${peer.name}`)
    const said = this.#said.get(id)
    // What its author's device never showed as its own, an adversary sealed by other means.
    if (said === undefined) return byAccount.has(author) ? this.#violate(`I52: ${teller.name} tells ${peer.name} “${text}”, which nobody said`) : undefined
    if (this.#accountOf(said.by) !== author) this.#violate(`I52: ${teller.name} tells ${peer.name} that another said “${text}”`)
    else if (text !== said.text && !text.startsWith(`${said.by.name} `)) this.#violate(`I52: ${teller.name} tells ${peer.name} “${text}” for “${said.text}”`)
  }
}
