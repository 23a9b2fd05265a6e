/**
 * A member with a changed program. Its own device follows the protocol. Beside that it sends what no honest program
 * would, with everything that it knows: keys, secrets, overheard traffic, and its place in the membership log.
 */
import { createOwnSenderKey, deriveEpochKeys, type EpochKeys, type OwnSenderKey, sealMessage } from '@sotto/crypto'
import type { Primitives } from '@sotto/crypto/primitives'
import {
  asQueued,
  content,
  CONTROL_QUEUE,
  type ControlMessage,
  EPOCH,
  GROUP,
  HAND_OVER,
  LETTERS_DUE,
  MEMBERSHIP_LOG,
  OUTBOX,
  OWN_KEY,
  SELF,
  Transaction,
} from '@sotto/core/inside'
import { heads, operationIdOf, operationsInCausalOrder, resolve, signOperation } from '@sotto/membership'
import { type DeviceId, encode, ladderLength, type Operation, type OperationBody, type OperationId, toBase64url, compareBytes, equalBytes } from '@sotto/wire'
import { epochKeysOf, groupIdOf, otherDevicesOf } from './peer-knowledge.ts'
import type { Malice } from './plan.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { SimulatedNetwork } from './simulated-network.ts'
import type { SimulatedPeer } from './simulated-peer.ts'

/** The beginning of every message that an adversary seals under keys that it should no longer have. No peer may ever show one. */
export const LATE = 'late from'

const FLOOD = 150

interface Kept {
  readonly own: OwnSenderKey
  readonly epochSecret: Uint8Array
}

export class Adversary {
  readonly peer: SimulatedPeer
  readonly #network: SimulatedNetwork
  readonly #random: SeededRandom
  readonly #primitives: Primitives
  readonly #nowMs: () => number
  readonly #isRemoved: (peer: SimulatedPeer) => boolean
  /** A copy of its sender key, from before it was removed. */
  #kept: Kept | null = null
  #next = 0

  constructor(
    peer: SimulatedPeer,
    options: { network: SimulatedNetwork; random: SeededRandom; primitives: Primitives; nowMs: () => number; isRemoved: (peer: SimulatedPeer) => boolean },
  ) {
    this.peer = peer
    this.#network = options.network
    this.#random = options.random
    this.#primitives = options.primitives
    this.#nowMs = options.nowMs
    this.#isRemoved = options.isRemoved
  }

  /** Keeps what an honest program would forget. */
  remember(group: string): void {
    const transaction = new Transaction(this.peer.state)
    const own = transaction.get(OWN_KEY, group)
    const epoch = own === undefined ? undefined : transaction.get(EPOCH, group, toBase64url(own.epoch))
    if (own !== undefined && epoch !== undefined) this.#kept = { own: own.key, epochSecret: epoch.secret }
  }

  act(act: Malice, group: string): void {
    if (!this.peer.alive || this.peer.isFrozen || group === '') return
    switch (act) {
      case 'replay':
        return this.#replay(group)
      case 'backDate':
        return this.#backDate(group)
      case 'equivocate':
        return this.#equivocate(group)
      case 'forge':
        return this.#forge(group)
      case 'flood':
        return this.#flood(group)
      case 'poolLate':
        return this.#sendLate(group)
    }
  }

  /** Sends out again what came to it: to all peers, on every way. */
  #replay(group: string): void {
    const heard = this.#network.overheard.filter(({ to }) => to === this.peer).map(({ what }) => what)
    for (let i = 0; i < 20 && heard.length > 0; i++) {
      const what = this.#random.pick(heard)
      if (what.kind === 'gossip') {
        this.#network.perform(this.peer, { kind: 'publish', topic: what.topic, data: what.data })
        this.#append(group, what.data)
      } else {
        for (const peer of this.#network.peersOf(this.peer)) this.#network.perform(this.peer, { kind: 'sendPeerFrame', peer, frame: what.frame })
      }
    }
  }

  /** An operation that claims to be from before most of the log: a right, a removal, an open invite. */
  #backDate(group: string): void {
    const transaction = new Transaction(this.peer.state)
    const log = transaction.get(MEMBERSHIP_LOG, group)
    const self = transaction.get(SELF, 'self')
    if (log === undefined || self === undefined) return
    const known = operationsInCausalOrder(log)
    if (known.length === 0) return
    const past = known.slice(0, this.#random.between(1, known.length))
    const ids = past.map((each) => operationIdOf(this.#primitives, each.unsigned))
    const named = new Set(past.flatMap((each) => each.unsigned.parents.map(toBase64url)))
    const parents = ids.filter((id) => !named.has(toBase64url(id))).toSorted(compareBytes)
    const previous = past.findLast((each) => equalBytes(each.unsigned.device, self.device))
    const victim = this.#random.pick(past).unsigned.account
    const commitment = this.#random.bytes(32)
    const bodies: readonly OperationBody[] = [
      { kind: 'remove', account: victim, commitment },
      { kind: 'setRole', account: self.account, role: 'admin' },
      { kind: 'setRole', account: victim, role: 'member' },
      { kind: 'rekey', commitment },
      { kind: 'invite', inviteKey: this.#random.bytes(32), role: 'admin', uses: 9, expiresMs: this.#nowMs() + 1e9, rendezvousSeed: this.#random.bytes(32) },
    ]
    const previousId = previous === undefined ? null : operationIdOf(this.#primitives, previous.unsigned)
    this.#spread(group, [this.#sign(group, this.#random.pick(bodies), previousId, parents)])
  }

  /** Two operations with one predecessor in its chain, one for each half of the group. */
  #equivocate(group: string): void {
    const transaction = new Transaction(this.peer.state)
    const log = transaction.get(MEMBERSHIP_LOG, group)
    const self = transaction.get(SELF, 'self')
    if (log === undefined || self === undefined || heads(log).length === 0) return
    const own = operationsInCausalOrder(log).findLast((each) => equalBytes(each.unsigned.device, self.device))
    const previous = own === undefined ? null : operationIdOf(this.#primitives, own.unsigned)
    const parents = heads(log).slice(0, 8).toSorted(compareBytes)
    const bodies: readonly OperationBody[] = [{ kind: 'acknowledge' }, { kind: 'rekey', commitment: this.#random.bytes(32) }]
    const devices = otherDevicesOf(this.peer, group)
    for (const [i, body] of bodies.entries()) {
      const operation = this.#sign(group, body, previous, parents)
      for (const [j, device] of devices.entries()) if (j % 2 === i) this.#tell(device, { kind: 'operations', group: groupIdOf(group), operations: [operation] })
    }
  }

  /** Bytes that are no frame, frames with a flipped bit, envelopes in another's name, noise in every mailbox. */
  #forge(group: string): void {
    const frames = this.#network.overheard
      .filter(({ to, what }) => to === this.peer && what.kind === 'frame')
      .flatMap(({ what }) => (what.kind === 'frame' ? [what.frame] : []))
    for (const peer of this.#network.peersOf(this.peer)) {
      const frame = frames.length > 0 && this.#random.chance(0.7) ? this.#flipped(this.#random.pick(frames)) : this.#random.bytes(this.#random.between(1, 300))
      this.#network.perform(this.peer, { kind: 'sendPeerFrame', peer, frame })
    }
    this.#append(group, this.#random.bytes(ladderLength(this.#random.between(100, 900))))
    for (const envelope of this.#inAnothersName(group, 3)) this.#append(group, envelope)
    for (const device of otherDevicesOf(this.peer, group)) {
      const place = { group: groupIdOf(group), epoch: this.#random.bytes(32) as never, keyId: this.#random.below(9) }
      this.#tell(device, { kind: 'distribution', group: place.group, epoch: place.epoch, distribution: this.#random.bytes(200), name: '', title: '' })
      this.#tell(device, { kind: 'secret', group: place.group, operation: this.#random.bytes(32) as OperationId, secret: this.#random.bytes(32) })
      this.#tell(device, {
        kind: 'resend',
        ...place,
        messages: [
          {
            iteration: 3,
            messageKey: this.#random.bytes(32),
            contextHash: this.#random.bytes(32),
            senderTag: this.#random.bytes(4),
            envelope: this.#random.bytes(ladderLength(this.#random.between(100, 900))),
          },
        ],
        refused: [{ from: 0, to: 60_000 }],
      })
    }
  }

  /** Much of everything that costs a receiver something. */
  #flood(group: string): void {
    for (const envelope of this.#inAnothersName(group, FLOOD)) {
      this.#append(group, envelope)
      const topic = epochKeysOf(this.peer, this.#primitives, group)?.topic
      if (topic !== undefined) this.#network.perform(this.peer, { kind: 'publish', topic: toBase64url(topic), data: envelope })
    }
    const epoch = new Transaction(this.peer.state).get(GROUP, group)?.epoch ?? null
    if (epoch === null) return
    for (const device of otherDevicesOf(this.peer, group)) {
      for (let i = 0; i < 20; i++) {
        this.#tell(device, { kind: 'keyRequest', group: groupIdOf(group), epoch, keyId: 1, iterations: [{ from: 0, to: 60_000 }] })
        this.#tell(device, { kind: 'attestationRequest', group: groupIdOf(group), epoch, keyId: i, device, iterations: [{ from: 0, to: 60_000 }] })
      }
    }
  }

  /** After its removal is known: continues to write under the keys it kept, into the mailbox and the topic that it knows. */
  #sendLate(group: string): void {
    if (this.#kept === null || !this.#isRemoved(this.peer)) return this.#replay(group)
    const keys = deriveEpochKeys(this.#primitives, this.#kept.epochSecret)
    let { own } = this.#kept
    for (let i = 0; i < 5; i++) {
      const plaintext = encode(content, {
        timeMs: this.#nowMs(),
        counter: i,
        leadMs: null,
        seen: [],
        before: null,
        again: null,
        heads: null,
        body: { kind: 'text', text: `${LATE} ${this.peer.name} ${this.#next++}` },
      })
      const sealed = sealMessage(this.#primitives, keys, own, plaintext)
      own = sealed.key
      this.#appendUnder(group, keys, sealed.envelope)
      this.#network.perform(this.peer, { kind: 'publish', topic: toBase64url(keys.topic), data: sealed.envelope })
    }
    this.#kept = { ...this.#kept, own }
  }

  #inAnothersName(group: string, count: number): readonly Uint8Array[] {
    const keys = epochKeysOf(this.peer, this.#primitives, group)
    const transaction = new Transaction(this.peer.state)
    const log = transaction.get(MEMBERSHIP_LOG, group)
    const epoch = transaction.get(GROUP, group)?.epoch ?? null
    const devices = log === undefined ? [] : resolve(log).members.flatMap((member) => member.devices.map(({ device }) => ({ account: member.account, device })))
    if (keys === undefined || epoch === null || devices.length === 0) return []
    const provider = { primitives: this.#primitives, random: this.#random.bytes }
    const purpose = { group: groupIdOf(group), epoch, ...this.#random.pick(devices), keyId: this.#random.below(3), frontier: [] }
    let key = createOwnSenderKey(provider, purpose)
    return Array.from({ length: count }, (_, i) => {
      const sealed = sealMessage(this.#primitives, keys, { ...key, iteration: (i * 7) % 90 }, this.#random.bytes(20))
      key = sealed.key
      return sealed.envelope
    })
  }

  #sign(group: string, body: OperationBody, previous: OperationId | null, parents: readonly OperationId[]): Operation {
    const self = new Transaction(this.peer.state).get(SELF, 'self')
    if (self === undefined) throw new TypeError('an adversary has no profile')
    const unsigned = { suite: 1, group: groupIdOf(group), account: self.account, device: self.device, previous, parents, writtenMs: this.#nowMs(), body }
    return signOperation(this.#primitives, unsigned, this.#primitives.ed25519.keyPairFromSeed(self.deviceSeed))
  }

  #spread(group: string, operations: readonly Operation[]): void {
    for (const device of otherDevicesOf(this.peer, group)) this.#tell(device, { kind: 'operations', group: groupIdOf(group), operations })
  }

  #tell(device: DeviceId, body: ControlMessage): void {
    const number = `zz${String(this.#next++).padStart(8, '0')}`
    this.peer.tamper((transaction) => {
      transaction.put(CONTROL_QUEUE, [toBase64url(device), number], asQueued(body))
      transaction.put(LETTERS_DUE, [toBase64url(device)], true)
    })
  }

  #append(group: string, body: Uint8Array): void {
    const keys = epochKeysOf(this.peer, this.#primitives, group)
    if (keys !== undefined) this.#appendUnder(group, keys, body)
  }

  #appendUnder(group: string, keys: EpochKeys, body: Uint8Array): void {
    for (const relay of this.#network.relays) {
      const { readSeed, appendSeed } = keys.mailbox(relay.address)
      const { keyPairFromSeed } = this.#primitives.ed25519
      const token = `zz${String(this.#next++).padStart(8, '0')}`
      this.peer.tamper((transaction) => {
        transaction.put(OUTBOX, [token], {
          relay: relay.address,
          keys: { kind: 'group', readKey: keyPairFromSeed(readSeed).publicKey, appendKey: keyPairFromSeed(appendSeed).publicKey },
          appendSeed,
          grant: null,
          body,
          notBeforeMs: 0,
          about: { kind: 'operation', group: groupIdOf(group) },
        })
        transaction.put(HAND_OVER, [token], true)
      })
    }
  }

  #flipped(bytes: Uint8Array): Uint8Array {
    const at = this.#random.below(bytes.length)
    return bytes.with(at, (bytes[at] ?? 0) ^ (1 << this.#random.below(8)))
  }
}
