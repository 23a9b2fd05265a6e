/**
 * A hostile member's hand: its device's keys, its sessions with the person under test, its place in the log. It seals and
 * signs whatever it is given, as no honest program would, so that what is fuzzed lies behind the ciphers and signatures.
 */
import type { Event, State } from '@sotto/core'
import {
  CONTACT,
  content,
  type ControlMessage,
  EPOCH,
  GROUP,
  letter,
  MAILBOX,
  MEMBERSHIP_LOG,
  OWN_KEY,
  OWN_PEER,
  PEER,
  preKeyStoreOf,
  RELAY_LINK,
  SELF,
  Transaction,
} from '@sotto/core/inside'
import {
  acceptBundle,
  bundleFor,
  deriveEpochKeys,
  type EpochKeys,
  epochProof,
  type OwnSenderKey,
  sealMessage,
  sealOperationRecord,
  sealSignal,
  sealWithSessions,
  type SessionSet,
  startSession,
} from '@sotto/crypto'
import type { MailboxPurpose } from '../../../../packages/core/src/state/tables/links.ts'
import { heads, operationIdOf, operationsInCausalOrder, signOperation } from '@sotto/membership'
import {
  signal,
  type Signal,
  compareBytes,
  type Decoded,
  encode,
  equalBytes,
  fromBase64url,
  type GroupId,
  mailboxAnswer,
  type Operation,
  operation as operationCodec,
  type OperationBody,
  type OperationId,
  toBase64url,
} from '@sotto/wire'
import { type Random, pickOf } from './grammar.ts'
import type { Recorded, Tape } from './recorded-world.ts'

export interface HostileHand {
  /** A letter of the hostile member's device; null: it has no session and cannot open one. */
  readonly letter: (messages: readonly ControlMessage[], nowMs: number) => Uint8Array | null
  /** Bytes as a letter's plaintext. */
  readonly letterOf: (plaintext: Uint8Array, nowMs: number) => Uint8Array | null
  /** An operation with the device's true signature. */
  readonly operation: (body: OperationBody, nowMs: number) => Operation | null
  readonly envelope: (said: Decoded<typeof content>) => { readonly topic: string; readonly bytes: Uint8Array } | null
  readonly operationRecord: (operation: Operation) => Uint8Array | null
  readonly signal: (said: Signal) => Uint8Array | null
  /** The proofs of its epochs on a connection that the peer opened. */
  readonly proofs: (victim: State, peer: string, nonce: Uint8Array) => readonly Uint8Array[]
}

export function hostileHand(tape: Tape, { hostile, hostileWithKey }: Recorded, victim: State, random: Random): HostileHand {
  const { primitives } = tape
  const provider = { primitives, random: (length: number) => Uint8Array.from({ length }, () => Math.floor(random() * 256)) }
  const now = new Transaction(hostile)
  const then = new Transaction(hostileWithKey)
  const self = now.get(SELF, 'self')
  const group = tape.group
  let sessions: SessionSet | null | undefined
  let own: OwnSenderKey | undefined = then.get(OWN_KEY, group)?.key
  let previous: OperationId | null | undefined
  const keys = (): EpochKeys | undefined => {
    const epoch = then.get(GROUP, group)?.epoch ?? null
    const row = epoch === null ? undefined : then.get(EPOCH, group, toBase64url(epoch))
    return row === undefined ? undefined : deriveEpochKeys(primitives, row.secret)
  }

  const letterOf = (plaintext: Uint8Array, nowMs: number): Uint8Array | null => {
    sessions ??= sessionsWith(victim, nowMs)
    if (sessions === null) return null
    const sealed = sealWithSessions(provider, sessions, plaintext, nowMs, 0)
    sessions = sealed.sessions
    return sealed.record
  }

  /** The sessions that it has, or one that it opens with the prekeys of the person, which any relay hands out. */
  const sessionsWith = (state: State, nowMs: number): SessionSet | null => {
    const rows = new Transaction(state)
    const [theirs, store] = [rows.get(SELF, 'self'), preKeyStoreOf(rows)]
    if (self === undefined || theirs === undefined || store === undefined) return null
    const had = now.get(CONTACT, toBase64url(theirs.device))?.sessions ?? null
    if (had !== null) return had
    const bundle = acceptBundle(primitives, bundleFor(store, theirs.certificate).bundle, nowMs)
    const identity = { certificate: self.certificate, deviceDh: primitives.x25519.keyPairFromSeed(self.deviceDhSeed) }
    return 'code' in bundle ? null : startSession(provider, identity, bundle, null, nowMs)
  }

  return {
    letter: (messages, nowMs) => letterOf(encode(letter, messages), nowMs),
    letterOf,
    operation: (body, nowMs) => {
      const log = then.get(MEMBERSHIP_LOG, group)
      if (self === undefined || log === undefined) return null
      const known = operationsInCausalOrder(log)
      const last = known.findLast(({ unsigned }) => equalBytes(unsigned.device, self.device))
      if (previous === undefined || random() < 0.3) previous = last === undefined ? null : operationIdOf(primitives, last.unsigned)
      const some = known.filter(() => random() < 0.3).map(({ unsigned }) => operationIdOf(primitives, unsigned))
      const unknown = [provider.random(32) as OperationId]
      const parents = random() < 0.6 ? heads(log) : random() < 0.7 ? some : unknown
      const own = previous !== null && random() < 0.8 && !parents.some((each) => equalBytes(each, previous as OperationId)) ? [...parents, previous] : parents
      const unsigned = {
        suite: 1,
        group: fromBase64url(group) as GroupId,
        account: self.account,
        device: self.device,
        previous,
        parents: own.slice(0, 8).toSorted(compareBytes),
        writtenMs: nowMs,
        body,
      }
      const signed = signOperation(primitives, unsigned, primitives.ed25519.keyPairFromSeed(self.deviceSeed))
      previous = operationIdOf(primitives, unsigned)
      return signed
    },
    envelope: (said) => {
      const epoch = keys()
      if (epoch === undefined || own === undefined) return null
      const sealed = sealMessage(primitives, epoch, own, encode(content, said))
      own = sealed.key
      return { topic: toBase64url(epoch.topic), bytes: sealed.envelope }
    },
    operationRecord: (signed) => {
      const epoch = keys()
      return epoch === undefined ? null : sealOperationRecord(provider, epoch.operationsKey, encode(operationCodec, signed))
    },
    signal: (said) => {
      const epoch = keys()
      return epoch === undefined ? null : sealSignal(provider, epoch.signalsKey, encode(signal, said))
    },
    proofs: (state, peer, nonce) => {
      const rows = new Transaction(state)
      const [link, ownPeer, epoch] = [rows.get(PEER, peer), rows.get(OWN_PEER, 'self'), keys()]
      if (link === undefined || ownPeer === undefined || epoch === undefined) return [provider.random(32)]
      const between = { initiator: peer, responder: ownPeer, initiatorNonce: nonce, responderNonce: link.ownNonce }
      return [epochProof(primitives, epoch.syncKey, 'initiator', between), provider.random(32)]
    },
  }
}

/** A record that a relay hands out of a mailbox of this kind; null: no such mailbox is open. */
export function pushed(state: State, kind: MailboxPurpose['kind'], body: Uint8Array, cursor: number, random: Random): Event | null {
  const rows = new Transaction(state)
  const handles = rows.scan(RELAY_LINK).flatMap(({ value }) =>
    [...(value.client.connection?.session?.channels.values() ?? [])].flatMap(({ mailbox, handle }) => {
      const purpose = rows.get(MAILBOX, toBase64url(mailbox))?.purpose
      return handle !== null && purpose?.kind === kind ? [{ relay: value.address, handle }] : []
    }),
  )
  const found = pickOf(random, handles)
  if (found === undefined) return null
  const capability = random() < 0.5 ? null : Math.floor(random() * 8)
  const frame =
    random() < 0.9 ? { kind: 'pushed' as const, handle: found.handle, cursor, capability, body } : { kind: 'signalled' as const, handle: found.handle, body }
  return { kind: 'relayFrameReceived', relay: found.relay, frame: encode(mailboxAnswer, frame) }
}
