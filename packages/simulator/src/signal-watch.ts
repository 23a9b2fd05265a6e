/**
 * I31: no signal is ever in a mailbox, in a letter or on a disk, and what signals show of people is true: nobody is shown to have read
 * what it has not, to type long after, or to be there without allowing it.
 */
import type { NetworkEffect } from '@sotto/core'
import { CONTROL_QUEUE, EPOCH_KEYS, HIDDEN, OUTBOX, PRESENCE, PRIVACY, READ_BY, READ_UP_TO, SELF, Transaction, TYPING, VANISHED } from '@sotto/core/inside'
import { openSignal, SIGNAL_VERSION } from '@sotto/crypto'
import type { Primitives } from '@sotto/crypto/primitives'
import type { Writes } from '@sotto/engine'
import { decode, fromBase64url, LIMITS, mailboxRequest, signal, toBase64url } from '@sotto/wire'
import type { SimulatedPeer } from './simulated-peer.ts'

const tagOf = (message: string): string => toBase64url((fromBase64url(message) ?? new Uint8Array()).slice(0, LIMITS.messageTagBytes))

export class SignalWatch {
  /** The tags of the messages that each person had when it read everything, and let others know. */
  readonly #read = new Map<string, Set<string>>()
  readonly #allowed = new Set<string>()
  /** Whose person reads a group just now. */
  readonly #reading = new Map<SimulatedPeer, string>()
  readonly #primitives: Primitives
  readonly #violate: (what: string) => void

  constructor(primitives: Primitives, violate: (what: string) => void) {
    this.#primitives = primitives
    this.#violate = violate
  }

  /** What a peer sends: a signal goes to a relay as one, or not at all, and no letter holds one. */
  sent(peer: SimulatedPeer, effect: NetworkEffect): void {
    if (effect.kind === 'sendPeerFrame' && decode(signal, effect.frame) !== undefined) this.#violate(`I31: ${peer.name} sends a signal that is not sealed`)
    if (effect.kind !== 'sendRelayFrame') return
    const request = decode(mailboxRequest, effect.frame)
    if (request?.kind === 'append' && request.class === 'stored' && this.#isSignal(peer, request.body)) this.#violate(`I31: ${peer.name} stores a signal`)
  }

  /** What a peer keeps. */
  committed(peer: SimulatedPeer, { rows }: Writes): void {
    const reading = this.#reading.get(peer)
    if (reading !== undefined && rows.some(({ key }) => key.startsWith(`${READ_UP_TO.name}/${reading}/`))) this.#noteRead(peer, reading)
    for (const { key, value } of rows) {
      const table = key.slice(0, key.indexOf('/'))
      if (table === TYPING.name || table === PRESENCE.name) this.#violate(`I31: ${peer.name} keeps who types or is there`)
      const waiting = table !== OUTBOX.name || value === null || OUTBOX.codec === null ? undefined : decode(OUTBOX.codec, value)
      if (waiting !== undefined && this.#isSignal(peer, waiting.body)) this.#violate(`I31: a signal of ${peer.name} waits for a relay`)
      const queued = table !== CONTROL_QUEUE.name || value === null || CONTROL_QUEUE.codec === null ? undefined : decode(CONTROL_QUEUE.codec, value)
      if (queued !== undefined && decode(signal, queued.body) !== undefined) this.#violate(`I31: ${peer.name} puts a signal into a letter`)
    }
  }

  /** Other records begin with such a byte by chance. */
  #isSignal({ state }: SimulatedPeer, body: Uint8Array): boolean {
    const epochs = body[0] === SIGNAL_VERSION ? new Transaction(state).scan(EPOCH_KEYS) : []
    return epochs.some(({ value }) => openSignal(this.#primitives, value.signalsKey, body) !== undefined)
  }

  /** A person reads everything. Its device may die before it answers, and keep that all the same. */
  reads(peer: SimulatedPeer, group: string): void {
    this.#reading.set(peer, group)
    peer.request({ kind: 'markRead', group }, (reply) => {
      this.#reading.delete(peer)
      if (reply.ok) this.#noteRead(peer, group)
    })
  }

  died(peer: SimulatedPeer): void {
    this.#reading.delete(peer)
  }

  #noteRead(peer: SimulatedPeer, group: string): void {
    const transaction = new Transaction(peer.state)
    if (transaction.get(PRIVACY, 'self')?.readReceipts === false) return
    const read = this.#read.get(accountOf(transaction)) ?? new Set()
    for (const { id } of peer.readHistory(`messages/${group}`)) read.add(tagOf(id))
    // What it deleted from its device, or what vanished there, it has seen too.
    for (const table of [HIDDEN, VANISHED]) for (const { key } of transaction.scan(table, group)) read.add(tagOf(key[1] ?? ''))
    this.#read.set(accountOf(transaction), read)
  }

  allowed(peer: SimulatedPeer): void {
    this.#allowed.add(accountOf(new Transaction(peer.state)))
  }

  /** What is shown once the world has healed. */
  check(peers: readonly SimulatedPeer[], group: string): void {
    const hidden = new Set(
      peers.map(({ state }) => new Transaction(state)).flatMap((each) => (each.get(PRIVACY, 'self')?.presence === true ? [] : [accountOf(each)])),
    )
    for (const peer of peers) {
      const transaction = new Transaction(peer.state)
      for (const { key, value } of transaction.scan(READ_BY, group)) {
        const isTrue = value.message === '' || this.#read.get(key[1] ?? '')?.has(value.message) === true
        if (!isTrue) this.#violate(`I31: ${peer.name} is shown that another has read what it has not`)
      }
      if (transaction.first(TYPING, group) !== undefined) this.#violate(`I31: ${peer.name} is shown that a member types`)
      for (const { key, value } of transaction.scan(PRESENCE, group)) {
        const account = key[1] ?? ''
        if (!this.#allowed.has(account) || (value.isHere && hidden.has(account))) this.#violate(`I31: ${peer.name} is shown who does not allow it`)
      }
    }
  }
}

const accountOf = (transaction: Transaction): string => toBase64url(transaction.get(SELF, 'self')?.account ?? new Uint8Array())
