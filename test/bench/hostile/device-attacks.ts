/** What a device can be sent, honest and hostile, a row of each kind. An honest row stands before those that are held against it. */
import type { Event } from '@sotto/core'
import { content, type ControlMessage, type PeerFrame, peerFrame } from '@sotto/core/inside'
import {
  createOwnSenderKey,
  createPreKeyStore,
  distributionOf,
  type OwnSenderKey,
  parseInvite,
  sealJoinRequest,
  sealMessage,
  sharedBundleFor,
} from '@sotto/crypto'
import { nextPlace, operationIdOf } from '@sotto/membership'
import { MEMBERSHIP_LOG, Transaction } from '@sotto/core/inside'
import {
  decode,
  encode,
  ladderLength,
  letterRecord,
  LIMITS,
  mailboxAnswer,
  type Operation,
  type OperationBody,
  type OperationId,
  PAIRWISE_SUITE,
  SEALED_RATCHET_HEADER_BYTES,
  toBase64url,
} from '@sotto/wire'
import { createPerson, memberEntryOf } from '../../../packages/crypto/src/test-support/people.ts'
import { pushed } from '../../fuzz/learning/machine/hostile-hand.ts'
import { type DeviceUnderAttack, inviteBody, letterFrom, type Member, type Place } from './device-under-attack.ts'
import type { Attack } from './measure.ts'

/** Messages of a row. */
const ROW = 12

/** Each row is made when it is its turn: what honest devices heard before stays heard. */
export function deviceAttacks(device: DeviceUnderAttack): readonly (() => Attack)[] {
  const { primitives, random, group, epoch, keys, members, nowMs } = device
  const provider = { primitives, random }
  const [admin, member, other] = members
  const removed = members.at(-1)
  if (admin === undefined || member === undefined || other === undefined || removed === undefined) throw new RangeError('too few members')
  let cursor = 1_000_000

  const row =
    (kind: string, insteadOf: string | null, make: (i: number) => Event | null): (() => Attack) =>
    () => {
      const events = Array.from({ length: ROW }, (_, i) => make(i)).flatMap((event) => event ?? [])
      if (events.length === 0) throw new Error(`nothing is sent: ${kind}`)
      return { kind, insteadOf, messages: events.map((event) => ({ bytes: bytesOf(event), hear: () => device.hear(event) })), again: device.begin() }
    }
  const letter = (by: Member, ...messages: readonly ControlMessage[]): Event => letterFrom(by.letter(messages))
  const frame = (said: PeerFrame): Event => ({ kind: 'peerFrameReceived', peer: 'they', frame: encode(peerFrame, said) })
  const record = (kind: 'inbox' | 'group' | 'rendezvous', body: Uint8Array): Event | null => pushed(device.state(), kind, body, ++cursor, () => 0)
  const noise = (length: number): Uint8Array => random(ladderLength(length))
  const gossip = (data: Uint8Array): Event => ({ kind: 'gossipReceived', topic: toBase64url(keys.topic), data })
  const distribution = (by: Member, key: OwnSenderKey): Event =>
    letter(by, { kind: 'distribution', group, epoch, distribution: distributionOf(key), name: 'Member', nameRevision: 1, title: '' })

  const keyOf = (by: Member, keyId: number): OwnSenderKey =>
    createOwnSenderKey(provider, { group, epoch, account: by.account, device: by.device, frontier: [], keyId })
  let own = keyOf(member, 1)
  const text = (i: number): Uint8Array =>
    encode(content, {
      timeMs: nowMs,
      counter: i,
      leadMs: null,
      seen: [],
      before: null,
      again: null,
      heads: null,
      body: { kind: 'text', text: `Message ${i}`, mentions: [] },
    })
  const envelope = (i: number): Uint8Array => {
    const sealed = sealMessage(primitives, keys, own, text(i))
    own = sealed.key
    return sealed.envelope
  }
  const unheard = keyOf(member, 9)
  device.hear(distribution(member, own))

  /** Operations one behind the other. */
  const chained = (by: Member, body: () => OperationBody, from: () => Place): (() => Operation) => {
    let place: Place | null = null
    return () => {
      place ??= from()
      const signed = device.sign(by, body(), place)
      const id = operationIdOf(primitives, signed.unsigned)
      place = { previous: id, parents: [id] }
      return signed
    }
  }
  const placeNow = (by: Member) => (): Place => {
    const log = new Transaction(device.state()).get(MEMBERSHIP_LOG, device.groupText)
    if (log === undefined) throw new Error('no log')
    return nextPlace(log, by.device)
  }
  const rename = (): OperationBody => ({ kind: 'rename', titleHash: random(32) })
  const seize = (): OperationBody => ({ kind: 'setRole', account: member.account, role: 'admin' })
  const operation = (kind: string, insteadOf: string | null, by: Member, sign: () => Operation): (() => Attack) =>
    row(kind, insteadOf, () => letter(by, { kind: 'operations', group, operations: [sign()] }))
  const orphan = (): Operation => device.sign(member, rename(), { previous: null, parents: [random(32) as OperationId] })
  const forged = (): Operation => ({ ...device.sign(admin, rename(), placeNow(admin)()), signature: random(64) })

  const invite = parseInvite(primitives, device.invite)
  const request = (i: number): Uint8Array => {
    if ('code' in invite) throw new Error(invite.code)
    const joiner = createPerson(provider, nowMs)
    const bundle = sharedBundleFor(createPreKeyStore(provider, joiner.deviceKeys, nowMs), joiner.certificate)
    const entry = memberEntryOf(provider, joiner.list, [joiner.certificate])
    return sealJoinRequest(provider, invite, { member: entry, name: `Joiner ${i}`, bundle, askedMs: nowMs }, joiner.deviceKeys) ?? new Uint8Array()
  }
  /** The relay says how many of our prekeys it has. */
  const keysLeft = (count: number): Event | null => {
    const event = record('inbox', new Uint8Array())
    const read = event?.kind === 'relayFrameReceived' ? decode(mailboxAnswer, event.frame) : undefined
    if (event?.kind !== 'relayFrameReceived' || read?.kind !== 'pushed') return null
    return { ...event, frame: encode(mailboxAnswer, { kind: 'keysLeft', handle: read.handle, published: true, oneTime: count, oneTimeKem: count }) }
  }
  const sameLetter = letter(member)
  /** 256 bytes in which only a session could see that they are noise. */
  const shaped = (): Uint8Array => {
    const { length } = encode(letterRecord, {
      kind: 'ratchet',
      message: { suite: PAIRWISE_SUITE, sealedHeader: random(SEALED_RATCHET_HEADER_BYTES), sealed: new Uint8Array() },
    })
    return encode(letterRecord, {
      kind: 'ratchet',
      message: { suite: PAIRWISE_SUITE, sealedHeader: random(SEALED_RATCHET_HEADER_BYTES), sealed: random(LIMITS.smallestRecordBytes - length) },
    })
  }
  /** A first letter with another key in it than its author sealed it with. */
  const shapedFirst = (real: Uint8Array): Uint8Array => {
    const read = decode(letterRecord, real)
    if (read?.kind !== 'initial') throw new Error('the member has had an answer')
    return encode(letterRecord, { ...read, header: { ...read.header, ephemeralKey: primitives.x25519.keyPairFromSeed(random(32)).publicKey } })
  }
  const received = Array.from({ length: 400 }, (_, keyId) => ({ device: member.device, keyId, iterations: [{ from: 0, to: 9 }] }))

  const [A_KEY, A_TEXT, AN_OPERATION, A_REQUEST] = ['letter: a sender key', 'envelope: a text', 'operation: a new title', 'request to join']
  return [
    row(A_KEY, null, (i) => distribution(other, keyOf(other, 100 + i))),
    row('letter: noise from a stranger', A_KEY, () => letterFrom(noise(1_200))),
    row('letter: 256 bytes of noise from a stranger', A_KEY, () => letterFrom(noise(256))),
    row('letter: noise in the inbox', A_KEY, () => record('inbox', noise(1_200))),
    row('letter: in the shape of one, from a stranger', A_KEY, () => letterFrom(shaped())),
    row('letter: in the shape of one, in the inbox', A_KEY, () => record('inbox', shaped())),
    row('letter: in the shape of a first one, from a stranger', A_KEY, () => letterFrom(shapedFirst(member.letter([])))),
    row('letter: one letter again and again', A_KEY, () => sameLetter),
    row('letter: of a member, about a group that is not here', A_KEY, () =>
      letter(member, { kind: 'distribution', group: random(32) as typeof group, epoch, distribution: random(200), name: '', nameRevision: 1, title: '' }),
    ),
    row(A_TEXT, null, (i) => gossip(envelope(i))),
    row('envelope: forged', A_TEXT, (i) => {
      const sealed = envelope(100 + i)
      return gossip(sealed.with(sealed.length - 1, (sealed.at(-1) ?? 0) ^ 1))
    }),
    row('envelope: under a key that never comes', A_TEXT, (i) => gossip(sealMessage(primitives, keys, { ...unheard, iteration: i }, text(i)).envelope)),
    row('envelope: noise', A_TEXT, () => gossip(noise(256))),
    operation(AN_OPERATION, null, admin, chained(admin, rename, placeNow(admin))),
    operation('operation: without the right', AN_OPERATION, member, chained(member, seize, placeNow(member))),
    operation('operation: an orphan', AN_OPERATION, member, orphan),
    operation('operation: forged', AN_OPERATION, member, forged),
    operation('operation: a fork of its own chain', AN_OPERATION, member, () => device.sign(member, seize(), placeNow(member)())),
    operation(
      'operation: of a removed member, beside its removal',
      AN_OPERATION,
      member,
      chained(
        removed,
        () => ({ kind: 'setRole', account: removed.account, role: 'admin' }),
        () => device.placeOfRemoved,
      ),
    ),
    operation(
      'operation: an invite of a removed member, beside its removal',
      AN_OPERATION,
      member,
      chained(
        removed,
        () => inviteBody(random),
        () => device.placeOfRemoved,
      ),
    ),
    row(A_REQUEST, null, (i) => record('rendezvous', request(i))),
    row('request to join: noise', A_REQUEST, () => record('rendezvous', noise(4_000))),
    row('relay: prekeys are left', null, () => keysLeft(100)),
    row('relay: no prekeys are left, again and again', 'relay: prekeys are left', () => keysLeft(0)),
    row('frame: what it has, unproved', A_TEXT, () =>
      frame({ kind: 'have', epoch, isAnswer: false, heads: [], earlier: [], from: member.device, to: other.device, received } as PeerFrame),
    ),
  ]
}

const bytesOf = (event: Event): number =>
  event.kind === 'peerFrameReceived' || event.kind === 'relayFrameReceived' ? event.frame.length : event.kind === 'gossipReceived' ? event.data.length : 0
