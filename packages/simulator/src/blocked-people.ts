/**
 * I44: what a blocked person says is shown nowhere on that device, no signal is sent into a conversation with that person alone, blocking sends
 * nothing, and it lasts.
 */
import type { EngineReply, EngineRequest, NetworkEffect } from '@sotto/core'
import { BLOCKED, CONVERSATION, DIRECT_CHAT, EPOCH_KEYS, messageRecord, Transaction } from '@sotto/core/inside'
import { openSignal, SIGNAL_VERSION } from '@sotto/crypto'
import type { Primitives } from '@sotto/crypto/primitives'
import { decode, mailboxRequest, toBase64url } from '@sotto/wire'
import type { SimulatedPeer } from './simulated-peer.ts'

/** The most that a page may ask for. */
const PAGE = 200
const NOBODY = new Uint8Array()

export class BlockedPeople {
  /** What each person decided last, by account; null: its device may have died on the way. */
  readonly #decided = new Map<SimulatedPeer, Map<string, boolean | null>>()
  readonly #primitives: Primitives
  readonly #violate: (what: string) => void

  constructor(primitives: Primitives, violate: (what: string) => void) {
    this.#primitives = primitives
    this.#violate = violate
  }

  block(peer: SimulatedPeer, account: string, isBlocked: boolean): void {
    const what = { kind: 'setBlocked', account, isBlocked } as const
    for (const each of peer.sentAtOnce(what)) this.#violate(`I44: ${peer.name} blocks a person, and sends ${each}`)
    this.decide(peer, account, isBlocked, what)
  }

  /** A request by which a person blocks another, or takes that back, in whatever way. */
  decide(peer: SimulatedPeer, account: string, isBlocked: boolean, what: EngineRequest): void {
    const decided = this.#decided.get(peer) ?? new Map<string, boolean | null>()
    this.#decided.set(peer, decided)
    const before = decided.get(account) ?? false
    decided.set(account, null)
    peer.request(what, (reply) => decided.set(account, reply.ok ? isBlocked : before))
  }

  /** Whether a person ever blocked another, or tried to. */
  hasBlocked = (peer: SimulatedPeer, account: string): boolean => this.#decided.get(peer)?.has(account) === true

  /** A signal that leaves for a conversation with a blocked person alone. */
  sent(peer: SimulatedPeer, effect: NetworkEffect): void {
    if (!this.#decided.has(peer)) return
    const body = bodyOf(effect)
    if (body?.[0] !== SIGNAL_VERSION) return
    const transaction = new Transaction(peer.state)
    for (const { key, value } of transaction.scan(EPOCH_KEYS)) {
      const chat = transaction.get(DIRECT_CHAT, key[0] ?? '')
      const account = toBase64url(chat?.account ?? NOBODY)
      // A disk that lost it since knows of no block: that steady ones keep it is looked at in the end.
      if (this.#decided.get(peer)?.get(account) !== true || transaction.get(BLOCKED, account) === undefined) continue
      if (openSignal(this.#primitives, value.signalsKey, body) !== undefined) this.#violate(`I44: ${peer.name} sends a signal to whom it blocked`)
    }
  }

  /** Looks at every page of a person that blocked another. */
  look(peer: SimulatedPeer): void {
    const blocked = blockedBy(peer)
    if (blocked.size === 0) return
    for (const { id, typing, members } of peer.view().groups) {
      if (typing.some(({ account }) => blocked.has(account))) this.#violate(`I44: ${peer.name} is shown that a blocked person types`)
      if (members.some(({ account, presence }) => presence !== null && blocked.has(account)))
        this.#violate(`I44: ${peer.name} is shown where a blocked person is`)
      const last = new Transaction(peer.state).get(CONVERSATION, id)?.last ?? null
      if (last !== null && blocked.has(toBase64url(last.account))) this.#violate(`I44: ${peer.name} is shown in its list what a blocked person wrote`)
      peer.request({ kind: 'readMessages', group: id, before: null, limit: PAGE }, (reply) => this.#lookAt(peer, id, blocked, reply))
    }
  }

  #lookAt(peer: SimulatedPeer, group: string, blocked: ReadonlySet<string>, reply: EngineReply): void {
    const messages = reply.ok ? (reply.value.messages ?? []) : []
    const authorOf = new Map(peer.readHistory(`messages/${group}`).map(({ id, value }) => [id, toBase64url(decode(messageRecord, value)?.account ?? NOBODY)]))
    for (const { account, body } of messages) {
      if ((body.kind === 'text' || body.kind === 'deleted') && blocked.has(account)) this.#violate(`I44: ${peer.name} is shown what a blocked person wrote`)
      const quoted = body.kind === 'text' ? body.replyTo : null
      if (quoted !== null && quoted.said !== null && blocked.has(authorOf.get(quoted.message) ?? ''))
        this.#violate(`I44: ${peer.name} is shown in an answer what a blocked person wrote`)
    }
  }

  /** `steady`: peers whose disks lost nothing. */
  check(steady: readonly SimulatedPeer[]): void {
    for (const peer of steady) {
      const blocked = blockedBy(peer)
      for (const [account, isBlocked] of this.#decided.get(peer) ?? [])
        if (isBlocked !== null && isBlocked !== blocked.has(account))
          this.#violate(`I44: ${peer.name} blocked a person, or took that back, and its device forgot`)
    }
  }
}

const blockedBy = ({ state }: SimulatedPeer): ReadonlySet<string> => new Set(new Transaction(state).scan(BLOCKED).map(({ key }) => key[0] ?? ''))

function bodyOf(effect: NetworkEffect): Uint8Array | undefined {
  if (effect.kind === 'publish') return effect.data
  if (effect.kind !== 'sendRelayFrame') return undefined
  const request = decode(mailboxRequest, effect.frame)
  return request?.kind === 'append' ? request.body : undefined
}
