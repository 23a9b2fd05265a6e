/**
 * A member, former member or stranger with a changed program. Its own device follows the protocol. Beside that it sends what
 * no honest program would, with everything that it knows: keys, secrets, overheard traffic, and its place in the membership
 * log. What it does is a list of acts (`malicious-acts.ts`); here is what they are made with.
 */
import { createOwnSenderKey, type EpochKeys, inviteKeyPair, type OwnSenderKey, rendezvousAppendKeyPair, sealMessage } from '@sotto/crypto'
import type { Primitives } from '@sotto/crypto/primitives'
import {
  asQueued,
  CONTROL_QUEUE,
  type ControlMessage,
  EPOCH,
  GROUP,
  HAND_OVER,
  JOIN,
  LETTERS_DUE,
  MEMBERSHIP_LOG,
  OUTBOX,
  type OutboxEntry,
  OWN_KEY,
  SELF,
  Transaction,
} from '@sotto/core/inside'
import { heads, type MembershipLog, operationIdOf, operationsInCausalOrder, resolve, signOperation } from '@sotto/membership'
import {
  compareBytes,
  type DeviceId,
  type EpochId,
  equalBytes,
  type InboxAddress,
  type Invite,
  type Operation,
  type OperationBody,
  type OperationId,
  toBase64url,
} from '@sotto/wire'
import { epochKeysOf, groupIdOf, otherDevicesOf } from '../peer-knowledge.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { SimulatedNetwork } from '../simulated-network.ts'
import type { SimulatedPeer } from '../simulated-peer.ts'
import { Reader } from './reader.ts'
import { isTooLate } from './too-late.ts'

export interface AdversaryOptions {
  readonly network: SimulatedNetwork
  readonly random: SeededRandom
  readonly primitives: Primitives
  readonly nowMs: () => number
  /** Whether no honest peer counts it as a member any more, or will when it hears what it missed (`is-out.ts`). */
  readonly isRemoved: (peer: SimulatedPeer) => boolean
  /** The log of some honest member that is on. */
  readonly honestLog: () => MembershipLog | undefined
}

interface Kept {
  readonly own: OwnSenderKey
  readonly epochSecret: Uint8Array
}

/** A place in the log: the heads that an operation names as its parents, and its device's operation before. */
export interface Place {
  readonly previous: OperationId | null
  readonly parents: readonly OperationId[]
}

export interface HiddenChain {
  /** Heads of the log where it begins. */
  readonly beginsAt: readonly OperationId[]
  readonly place: Place
}

export class Adversary {
  readonly peer: SimulatedPeer
  readonly network: SimulatedNetwork
  readonly random: SeededRandom
  readonly primitives: Primitives
  readonly nowMs: () => number
  /** A copy of its sender key, from before it was removed. */
  kept: Kept | null = null
  /** The invite that it came in by. */
  link: string | null = null
  /** Read keys of inboxes that it claims for others. */
  readonly claimedInboxes = new Set<string>()
  /** Accounts of people that it made up, and asked to be let in. */
  readonly madeUp = new Set<string>()
  /** The end of its own operations beside the log: one chain, since a device that forks is revoked. */
  #hidden: HiddenChain | null = null
  /** Operations that it signed after a majority had acknowledged that it had lost the right to. */
  readonly lateOperations = new Set<string>()
  /** What its acts came to at relays: prekeys of others that it was given, first letters that it made, and what was refused. */
  readonly taken = { preKeys: 0, firstLetters: 0, refusals: 0 }
  /** Everything that it could ever open: it opens what a relay shows it. */
  readonly reader: Reader
  readonly #options: AdversaryOptions
  #next = 0

  constructor(peer: SimulatedPeer, options: AdversaryOptions) {
    this.peer = peer
    this.network = options.network
    this.random = options.random
    this.primitives = options.primitives
    this.nowMs = options.nowMs
    this.reader = new Reader(options.primitives)
    this.#options = options
  }

  get isRemoved(): boolean {
    return this.#options.isRemoved(this.peer)
  }

  /** Keeps what an honest program would forget. */
  remember(group: string): void {
    const transaction = this.transaction()
    this.reader.learn(transaction, group)
    this.link ??= transaction.get(JOIN, group)?.invite ?? null
    const own = transaction.get(OWN_KEY, group)
    const epoch = own === undefined ? undefined : transaction.get(EPOCH, group, toBase64url(own.epoch))
    if (own !== undefined && epoch !== undefined) this.kept = { own: own.key, epochSecret: epoch.secret }
  }

  transaction(): Transaction {
    return new Transaction(this.peer.state)
  }

  /** A number that no other use of it gets. */
  nextNumber(): number {
    return this.#next++
  }

  /** The operations of the log up to some point of its past, and the place right after them. null: it has no log. */
  somePast(group: string): { readonly operations: readonly Operation[]; readonly place: Place } | null {
    const log = this.transaction().get(MEMBERSHIP_LOG, group)
    const known = log === undefined ? [] : operationsInCausalOrder(log)
    if (known.length === 0) return null
    const operations = known.slice(0, this.random.between(1, known.length))
    return { operations, place: this.#placeAfter(operations) }
  }

  /** Its chain beside the log. It begins right before its own removal or demotion, or now if there was none. null: it has no log. */
  hiddenChain(group: string): HiddenChain | null {
    if (this.#hidden !== null) return this.#hidden
    const log = this.transaction().get(MEMBERSHIP_LOG, group)
    const account = this.transaction().get(SELF, 'self')?.account
    const known = log === undefined ? [] : operationsInCausalOrder(log)
    const lost = known.findIndex(({ unsigned: { body } }) => {
      const isLoss = body.kind === 'remove' || (body.kind === 'setRole' && body.role === 'member')
      return isLoss && account !== undefined && equalBytes(body.account, account)
    })
    if (known.length === 0) return null
    const place = this.#placeAfter(lost < 1 ? known : known.slice(0, lost))
    return { beginsAt: place.parents, place }
  }

  /** Signs operations one behind the other on that chain. */
  signHidden(group: string, { beginsAt, place }: HiddenChain, bodies: readonly OperationBody[]): readonly Operation[] {
    return bodies.map((body) => {
      const operation = this.sign(group, body, place, beginsAt)
      const id = operationIdOf(this.primitives, operation.unsigned)
      place = { previous: id, parents: [id] }
      this.#hidden = { beginsAt, place }
      return operation
    })
  }

  /** The present heads, behind its own newest operation. null: it has no log. */
  presentPlace(group: string): Place | null {
    const log = this.transaction().get(MEMBERSHIP_LOG, group)
    if (log === undefined || heads(log).length === 0) return null
    return { previous: this.#lastOwn(operationsInCausalOrder(log)), parents: heads(log).slice(0, 8).toSorted(compareBytes) }
  }

  #placeAfter(operations: readonly Operation[]): Place {
    const ids = operations.map((each) => operationIdOf(this.primitives, each.unsigned))
    const named = new Set(operations.flatMap((each) => each.unsigned.parents.map(toBase64url)))
    const parents = ids.filter((id) => !named.has(toBase64url(id))).toSorted(compareBytes)
    return { previous: this.#lastOwn(operations), parents }
  }

  #lastOwn(operations: readonly Operation[]): OperationId | null {
    const device = this.transaction().get(SELF, 'self')?.device
    const own = operations.findLast((each) => device !== undefined && equalBytes(each.unsigned.device, device))
    return own === undefined ? null : operationIdOf(this.primitives, own.unsigned)
  }

  /** `seen`: heads of its log that it rests on, less its chain beside that. */
  sign(group: string, body: OperationBody, { previous, parents }: Place, seen: readonly OperationId[] = parents): Operation {
    const self = this.transaction().get(SELF, 'self')
    if (self === undefined) throw new TypeError('an adversary has no profile')
    const unsigned = { suite: 1, group: groupIdOf(group), account: self.account, device: self.device, previous, parents, writtenMs: this.nowMs(), body }
    const operation = signOperation(this.primitives, unsigned, this.primitives.ed25519.keyPairFromSeed(self.deviceSeed))
    const honest = this.#options.honestLog()
    const own = this.transaction().get(MEMBERSHIP_LOG, group)
    if (honest !== undefined && own !== undefined && isTooLate(this.primitives, honest, operation, { log: own, heads: seen }))
      this.lateOperations.add(toBase64url(operationIdOf(this.primitives, unsigned)))
    return operation
  }

  spread(group: string, operations: readonly Operation[]): void {
    for (const device of otherDevicesOf(this.peer, group)) this.tell(device, { kind: 'operations', group: groupIdOf(group), operations })
  }

  /** The epoch that it knows. */
  epochOf(group: string): EpochId | null {
    return this.transaction().get(GROUP, group)?.epoch ?? null
  }

  /** Where the log says that other members' devices are reached, those of former members too. */
  othersInboxes(group: string): readonly InboxAddress[] {
    const log = this.transaction().get(MEMBERSHIP_LOG, group)
    const own = this.transaction().get(SELF, 'self')?.device
    const operations = log === undefined ? [] : operationsInCausalOrder(log)
    return operations
      .flatMap(({ unsigned: { body } }) => (body.kind === 'admit' ? body.member.devices : body.kind === 'create' ? body.founder.devices : []))
      .filter(({ certificate }) => own === undefined || !equalBytes(certificate.body.device, own))
      .map(({ inbox }) => inbox)
  }

  /** In its session with a device. */
  tell(device: DeviceId, body: ControlMessage): void {
    const number = `zz${String(this.nextNumber()).padStart(8, '0')}`
    this.peer.tamper((transaction) => {
      transaction.put(CONTROL_QUEUE, [toBase64url(device), number], asQueued(body))
      transaction.put(LETTERS_DUE, [toBase64url(device)], true)
    })
  }

  /** Into the mailbox of the epoch that it knows. */
  append(group: string, body: Uint8Array): void {
    const keys = epochKeysOf(this.peer, this.primitives, group)
    if (keys !== undefined) this.appendUnder(group, keys, body)
  }

  appendUnder(group: string, keys: EpochKeys, body: Uint8Array): void {
    for (const relay of this.network.relays) {
      const { readSeed, appendSeed } = keys.mailbox(relay.address)
      const { keyPairFromSeed } = this.primitives.ed25519
      const mailbox = { kind: 'group', readKey: keyPairFromSeed(readSeed).publicKey, appendKey: keyPairFromSeed(appendSeed).publicKey } as const
      this.#leave({ relay: relay.address, keys: mailbox, appendSeed, body, about: { kind: 'operation', group: groupIdOf(group) } })
    }
  }

  /** Where requests to join by an invite are left. */
  appendAtRendezvous(invite: Invite, body: Uint8Array): void {
    const append = rendezvousAppendKeyPair(this.primitives, inviteKeyPair(this.primitives, invite.seed).publicKey)
    const keys = { kind: 'rendezvous', readKey: invite.rendezvousReadKey, appendKey: append.publicKey } as const
    for (const relay of invite.relays) this.#leave({ relay, keys, appendSeed: append.seed, body, about: { kind: 'joinRequest', group: invite.group } })
  }

  /** It says that others are reached here. */
  claimInbox(inbox: InboxAddress): void {
    this.claimedInboxes.add(toBase64url(inbox.readKey))
  }

  #leave(record: Pick<OutboxEntry, 'relay' | 'keys' | 'appendSeed' | 'body' | 'about'>): void {
    const token = `zz${String(this.nextNumber()).padStart(8, '0')}`
    this.peer.tamper((transaction) => {
      transaction.put(OUTBOX, [token], { ...record, grant: null, notBeforeMs: 0 })
      transaction.put(HAND_OVER, [token], true)
    })
  }

  flipped(bytes: Uint8Array): Uint8Array {
    const at = this.random.below(bytes.length)
    return bytes.with(at, (bytes[at] ?? 0) ^ (1 << this.random.below(8)))
  }

  /** Envelopes that look like those of some member's key. */
  inAnothersName(group: string, count: number): readonly Uint8Array[] {
    const keys = epochKeysOf(this.peer, this.primitives, group)
    const log = this.transaction().get(MEMBERSHIP_LOG, group)
    const epoch = this.transaction().get(GROUP, group)?.epoch ?? null
    const devices = log === undefined ? [] : resolve(log).members.flatMap((member) => member.devices.map(({ device }) => ({ account: member.account, device })))
    if (keys === undefined || epoch === null || devices.length === 0) return []
    const provider = { primitives: this.primitives, random: this.random.bytes }
    const purpose = { group: groupIdOf(group), epoch, ...this.random.pick(devices), keyId: this.random.below(3), frontier: [] }
    let key = createOwnSenderKey(provider, purpose)
    return Array.from({ length: count }, (_, i) => {
      const sealed = sealMessage(this.primitives, keys, { ...key, iteration: (i * 7) % 90 }, this.random.bytes(20))
      key = sealed.key
      return sealed.envelope
    })
  }
}
