/** Rows of links: relays, mailboxes, the outbox, connected peers. */
import type { ClientState, MailboxCredentials } from '@sotto/mailbox'
import {
  admissionToken,
  type Decoded,
  deviceId,
  epochId,
  fixedBytes,
  groupId,
  LIMITS,
  list,
  mailboxKeys,
  optional,
  sendCapability,
  struct,
  uint16,
  uint48,
  union,
  varBytes,
  word,
} from '@sotto/wire'
import type { PeerPath } from '../../contract/network.ts'
import { durable, volatile } from '../table.ts'
import { relayAddress, seed } from './shapes.ts'

/** Relays that the person chose. Key: relay name. */
export const RELAY = durable('relay', struct({ address: relayAddress, addedMs: uint48 }), { scope: 'relay', owner: 'links' })

/**
 * Relays that are wanted for a group, best first: because we are a member, or because we ask to join. Derived from the rows
 * of groups and join requests by the rooms that own those (`wanted-relays.ts`). Key: group, reason.
 */
export const WANTED_RELAYS = volatile<readonly string[]>('wantedRelays', { scope: 'group', owner: 'links' })

const relayPlace = struct({ address: relayAddress, why: word(['former', 'invite', 'chosen']), sinceMs: uint48 })

export type RelayPlace = Decoded<typeof relayPlace>

/** Where else a group's mailboxes are read, for a while. Key: group, relay name. */
export const RELAY_PLACE = durable('relayPlace', relayPlace, { scope: 'group', owner: 'links' })

/**
 * What a letter carries that its author waits for, by the numbers of its cipher: what opens messages under this key id from number
 * `from` on, or the copy of the message that has the number.
 */
export const carried = struct({ group: groupId, epoch: epochId, keyId: uint16, from: uint16 })

export type Carried = Decoded<typeof carried>

const outboxEntry = struct({
  relay: relayAddress,
  keys: mailboxKeys,
  appendSeed: seed,
  grant: optional(sendCapability),
  body: varBytes(LIMITS.recordBytes),
  /** Not to be sent before this time: a full mailbox said when there is room. */
  notBeforeMs: uint48,
  about: union({
    /** A sealed message: shown as sent when a relay has it. */
    envelope: [1, struct({ group: groupId, epoch: epochId, keyId: uint16, iteration: uint16 })],
    operation: [2, struct({ group: groupId })],
    letter: [3, struct({ device: deviceId, carries: list(carried, LIMITS.controlMessagesPerLetter) })],
    joinRequest: [4, struct({ group: groupId })],
    joinWithdrawal: [5, struct({ group: groupId })],
    contactRequest: [6, struct({ group: groupId })],
    /** A letter once more, for another relay of its reader. Nobody waits for it, and it does not wait for a relay that is away. */
    letterCopy: [7, struct({ device: deviceId, carries: list(carried, LIMITS.controlMessagesPerLetter) })],
  }),
})

export type OutboxEntry = Decoded<typeof outboxEntry>

/** Records that a relay has not acknowledged. Key: number. */
export const OUTBOX = durable('outbox', outboxEntry, { scope: 'outbox', owner: 'links' })

/**
 * What keeps a letter here: no session to seal it in, since the device's prekeys are not here (`preKeys`), its relay (`relay`), or that
 * a relay has no room for it (`room`).
 */
export type LetterStage = 'preKeys' | 'relay' | 'room'

/** What no relay has yet of what letters carry, by the devices that they are for. Key: group, epoch, key id, from, device. */
export const AWAITED = volatile<LetterStage>('awaited', { scope: 'epoch', owner: 'links' })

/** Entries of the outbox that a relay refused since their mailbox is full. Key: relay name, mailbox, number. */
export const WITHOUT_ROOM = volatile<true>('withoutRoom', { scope: 'relay', owner: 'links' })

/** When a relay was last believed that a mailbox has room again, and how often since it took anything. Key: relay name, mailbox. */
export const ROOM_TOLD = volatile<{ readonly atMs: number; readonly times: number }>('roomTold', { scope: 'relay', owner: 'links' })

/** Groups with a message that a relay has no room for. Key: group. */
export const NO_ROOM = volatile<true>('noRoom', { scope: 'group', owner: 'links' })

/** Since when a letter waits in the outbox, noted at the first look. Key: number. */
export const WAITING_SINCE = durable('waitingSince', uint48, { scope: 'outbox', owner: 'links' })

/** How far a mailbox has been read. Key: relay name, mailbox. */
export const CURSOR = durable('cursor', struct({ incarnation: fixedBytes(16), cursor: uint48 }), { scope: 'relay', owner: 'links' })

/** Key: relay name. */
export const RELAY_LINK = volatile<{
  readonly address: string
  readonly linkedMs: number
  readonly client: ClientState
  /** `notAdmitted`: it is reached, and not open to everybody. */
  readonly state: 'connecting' | 'connected' | 'unreachable' | 'anotherRelay' | 'notAdmitted'
  /** Since when it is unreachable; null while it is connected. */
  readonly downSinceMs: number | null
  /** Since when something that was asked of it waits and nothing came from it; null: nothing waits. */
  readonly unheardMs: number | null
  /** For too long: it may hang (`links/silent-relays.ts`). */
  readonly isSilent: boolean
  readonly incarnation: Uint8Array | null
  readonly ownAddresses: readonly string[]
  /** How long it took to answer last; null: not asked on this connection. */
  readonly latencyMs: number | null
  /** Long tried in vain (`links/gone-relays.ts`). */
  readonly isGone: boolean
}>('relayLink', { scope: 'relay', owner: 'links' })

/** What a relay that is not open to everybody gave this device for its next connections. Key: relay name. */
export const RELAY_ADMISSION = durable('relayAdmission', struct({ address: relayAddress, token: admissionToken }), { scope: 'relay', owner: 'links' })

/** When a relay was last connected. Key: relay name. */
export const REACHED = durable('reached', struct({ atMs: uint48 }), { scope: 'relay', owner: 'links' })

/** How many of our prekeys a relay says that it has, and whether it has any publication. */
export interface KeysLeft {
  readonly published: boolean
  readonly oneTime: number
  readonly oneTimeKem: number
}

/** What a relay said of our prekeys too soon after they were published: it is heard later. Key: relay name. */
export const KEYS_LEFT = volatile<KeysLeft>('keysLeft', { scope: 'relay', owner: 'links' })

/** The send capabilities of our inbox that a device was granted for itself. Key: device, capability. */
export const GRANTED = durable('granted', struct({ atMs: uint48 }), { scope: 'device', owner: 'links' })

/** The device that was granted a send capability. Key: capability. */
export const GRANTED_TO = volatile<string>('grantedTo', { scope: 'self', owner: 'links' })

/** Outbox entries handed to a relay's client on this connection. Key: relay name, number. */
export const IN_FLIGHT = volatile<true>('inFlight', { scope: 'relay', owner: 'links' })

/** What a mailbox that we read is for. */
export type MailboxPurpose =
  | { readonly kind: 'inbox' }
  | { readonly kind: 'group'; readonly group: string; readonly epoch: string }
  | { readonly kind: 'rendezvous'; readonly group: string; readonly invite: string }
  /** The rendezvous of this person's contact link. */
  | { readonly kind: 'contactLink' }
  /** A file of a message that comes. */
  | { readonly kind: 'file'; readonly file: readonly [group: string, message: string, number: string] }

/** Mailboxes that we read. Key: mailbox. */
export const MAILBOX = volatile<{ readonly purpose: MailboxPurpose; readonly credentials: MailboxCredentials }>('mailbox', { scope: 'mailbox', owner: 'links' })

/** Outbox entries to hand to their relay's client in this step. Key: number. */
export const HAND_OVER = volatile<true>('handOver', { scope: 'outbox', owner: 'links' })

/** Mailboxes whose backlog has come on this connection. Key: relay name, mailbox. */
export const CAUGHT_UP = volatile<true>('caughtUp', { scope: 'relay', owner: 'links' })

/** A connected peer. Key: peer id. */
export const PEER = volatile<{
  readonly path: PeerPath
  readonly initiator: boolean
  readonly ownNonce: Uint8Array
  readonly theirNonce: Uint8Array | null
  /** Proofs that came before we could check them. */
  readonly theirProofs: readonly Uint8Array[]
  /** Epochs (as text) that the peer proved and that we share; an ended one only beside the current one of its group. */
  readonly epochs: readonly string[]
  /** The network was told that it may be connected to directly. */
  readonly isDirectAllowed: boolean
  /** Epochs for which its `have` came: the peer and we are reconciled. */
  readonly reconciled: readonly string[]
  /** The device that wrote the last letter over this connection; null: none did. */
  readonly writer: string | null
  /** Letters that open nothing, which it may still send (`letter-budget.ts`). */
  readonly unreadable: { readonly left: number; readonly atMs: number }
}>('peer', { scope: 'connection', owner: 'links' })

/** The same, of all peers that proved no epoch. Key: `self`. */
export const UNPROVED_LETTERS = volatile<{ readonly left: number; readonly atMs: number }>('unprovedLetters', { scope: 'self', owner: 'links' })

/** When a relay last said that another client reads our inbox. Key: `self`. */
export const SECOND_READER = durable('secondReader', struct({ atMs: uint48 }), { scope: 'self', owner: 'links' })

/** Envelopes that a peer said it lacks, which of them are read next, and when the last ones were. Key: peer id, epoch. */
export const SERVING = volatile<{ readonly group: string; readonly ids: readonly string[]; readonly next: number; readonly atMs: number }>('serving', {
  scope: 'connection',
  owner: 'peers',
})

/** How much a peer was sent of what it said it lacks. Outlives its connections. Key: peer id. */
export const SERVED = volatile<{ readonly sinceMs: number; readonly bytes: number }>('served', { scope: 'connection', owner: 'peers' })

/** Where a device announced itself, when we last heard it, and in which epochs since it is there. Key: device. */
export const WHEREABOUTS = volatile<{
  readonly peer: string
  readonly addresses: readonly string[]
  readonly atMs: number
  readonly heardMs: number
  readonly epochs: readonly string[]
}>('whereabouts', { scope: 'device', owner: 'peers' })

/** When this device last announced itself. Key: `self`. */
export const ANNOUNCED = volatile<number>('announced', { scope: 'self', owner: 'peers' })

/** Own peer id. Key: `self`. */
export const OWN_PEER = volatile<string>('ownPeer', { scope: 'self', owner: 'machine' })

/** Topics that we are subscribed to. Key: topic. */
export const TOPIC = volatile<{ readonly group: string; readonly epoch: string }>('topic', { scope: 'topic', owner: 'epochs' })

/** How far the rendezvous of a group's invites have been read. Key: group, relay name, mailbox. */
export const SEEN_REQUESTS = volatile<number>('seenRequests', { scope: 'group', owner: 'members' })

/** Records that were taken in and not yet acknowledged to the relay, up to this cursor. Key: relay name, mailbox. */
export const TAKEN = volatile<number>('taken', { scope: 'relay', owner: 'links' })
