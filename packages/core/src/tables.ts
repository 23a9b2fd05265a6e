/**
 * Every row that the machine keeps. Durable tables are the stored format; volatile ones are derived again at a start.
 *
 * Key parts are base64url texts of ids, or numbers made sortable; they are written beside each table. What the rows belong
 * to, and whose they are, each table declares (`table.ts`): what ends takes its rows with it by that, and by no list of its own.
 */
import {
  type Codec,
  type DeviceId,
  type Decoded,
  accountId,
  boolean,
  certificate,
  deviceId,
  deviceList,
  envelopeHash,
  epochId,
  fixedBytes,
  groupId,
  inboxAddress,
  LIMITS,
  list,
  mailboxKeys,
  operation,
  operationId,
  optional,
  messageTag,
  type PreKeyBundle,
  ranges,
  said,
  struct,
  text,
  laneGrant,
  uint16,
  uint32,
  uint48,
  uint8,
  union,
  varBytes,
  word,
} from '@sotto/wire'
import {
  type EpochKeys,
  type OwnSenderKey,
  type SessionSet,
  type TheirSenderKey,
  acceptedInitialMessageCodec,
  lastingPreKeysCodec,
  oneTimeKemPreKeyCodec,
  oneTimePreKeyCodec,
  ownSenderKeyCodec,
  sessionSetCodec,
  theirSenderKeyCodec,
} from '@sotto/crypto'
import type { ClientState, MailboxCredentials } from '@sotto/mailbox'
import type { Log } from '@sotto/membership'
import type { PeerPath } from './network.ts'
import type { Owned } from './owners-in-log.ts'
import { type AnyTable, declaredTables, durable, volatile } from './table.ts'

const seed = fixedBytes(32)
const relayAddress = text(LIMITS.relayAddressBytes)
const anyBytes: Codec<Uint8Array> = varBytes(2 ** 32 - 1)
const row = <T>(codec: Codec<T>): Codec<T> => codec

// ——— Oneself ———

const self = struct({
  name: text(LIMITS.nameBytes),
  account: accountId,
  accountSeed: seed,
  device: deviceId,
  deviceSeed: seed,
  deviceDhSeed: seed,
  certificate,
  deviceList,
  inboxReadSeed: seed,
  strangerSeed: seed,
  bundleKey: seed,
  nextLane: uint32,
})
export type Self = Decoded<typeof self>
/** The one row of who we are. Key: none but `self`. */
export const SELF = durable('self', self, { scope: 'self', owner: 'identity' })
export const SELF_KEY = ['self'] as const

/** Whether the engine runs: still true at a start means that the last stop was unclean. Key: `self`. */
export const RUNNING = durable('running', struct({ since: uint48 }), { scope: 'self', owner: 'machine' })
/** The hybrid logical clock (PROTOCOL §7). Key: `self`. */
export const CLOCK = durable('clock', struct({ timeMs: uint48, counter: uint16 }), { scope: 'self', owner: 'identity' })
/** The next local number: of messages, outbox entries and operations in their tables. Key: `self`. */
export const COUNTER = durable('counter', struct({ next: uint48 }), { scope: 'self', owner: 'machine' })
/** Private halves of prekeys that serve for weeks. Key: `self`. With the next three: `pre-key-rows.ts`. */
export const PRE_KEYS = durable('preKeys', lastingPreKeysCodec, { scope: 'self', owner: 'identity' })
/** Key: id. */
export const ONE_TIME_PRE_KEY = durable('oneTimePreKey', oneTimePreKeyCodec, { scope: 'self', owner: 'identity' })
/** Key: id. */
export const ONE_TIME_KEM_PRE_KEY = durable('oneTimeKemPreKey', oneTimeKemPreKeyCodec, { scope: 'self', owner: 'identity' })
/** Key: hash. */
export const INITIAL_MESSAGE = durable('initialMessage', acceptedInitialMessageCodec, { scope: 'self', owner: 'identity' })
/** What each relay's store has of our prekeys. Key: relay name. */
export const PUBLISHED = durable('published', struct({ incarnation: fixedBytes(16), atMs: uint48, signedPreKey: uint32 }), { scope: 'relay', owner: 'links' })
/** Relays that the person chose. Key: relay name. */
export const RELAY = durable('relay', struct({ address: relayAddress, addedMs: uint48 }), { scope: 'relay', owner: 'links' })

// ——— Other devices ———

const contactDevice = struct({
  certificate,
  /** The newest address it told us: a group's shared one, then our private lane. */
  address: optional(inboxAddress),
  sessions: optional(row<SessionSet>(sessionSetCodec)),
  /** We gave it a lane of its own. */
  laneGiven: boolean,
  /** After an unclean stop: open a new session before sealing again. */
  renew: boolean,
  /** When we last opened a session; 0: never. */
  openedMs: uint48,
  /** When we last replaced one in which nothing had come back; 0: never. */
  replacedMs: uint48,
})
export type ContactDevice = Decoded<typeof contactDevice>
/** Key: device. */
export const CONTACT = durable('contact', contactDevice, { scope: 'device', owner: 'sessions' })
/** Devices that wrote to us and stand in no roster of ours. Key: device. */
export const STRANGER = durable('stranger', struct({ atMs: uint48 }), { scope: 'device', owner: 'groups' })
/** How an account calls itself. Key: account. */
export const NAME = durable('name', text(LIMITS.nameBytes), { scope: 'account', owner: 'groups' })
/** Bodies waiting to be sealed into a letter. Key: device, number. */
export const LETTER_QUEUE = durable('letterQueue', anyBytes, { scope: 'device', owner: 'sessions' })

// ——— Groups ———

const group = struct({
  title: text(LIMITS.nameBytes),
  state: word(['member', 'removed', 'left']),
  relays: list(relayAddress, LIMITS.relays),
  /** null while the current epoch's secret is missing. */
  epoch: optional(epochId),
  joinedMs: uint48,
  changedMs: uint48,
  revision: uint32,
  unread: uint32,
  /** Where drafts were before they had rows of their own: see `drafts.ts`. */
  draft: text(LIMITS.textBytes),
  nextGeneration: uint16,
  /** The message that stands last. */
  last: optional(struct({ text: text(LIMITS.textBytes), account: accountId, atMs: uint48, order: text(96) })),
  /** Messages that were ever given a place (`conversation-order.ts`). */
  placed: uint32,
  /** Envelopes whose tag names nobody: dropped, and counted here. */
  strays: uint32,
})
export type Group = Decoded<typeof group>
/** Key: group. */
export const GROUP = durable('group', group, { scope: 'group', owner: 'groups', outlasts: 'membership' })
/** What is written there and not sent yet. Key: group. */
export const DRAFT = durable('draft', text(LIMITS.draftBytes), { scope: 'group', owner: 'messages', outlasts: 'membership' })
/** The relays that a group had here before an admin named others: they serve again where that becomes void. Key: group. */
export const FIRST_RELAYS = durable('firstRelays', list(relayAddress, LIMITS.relays), { scope: 'group', owner: 'groups', outlasts: 'membership' })
const relayPlace = struct({ address: relayAddress, why: word(['former', 'invite', 'chosen']), sinceMs: uint48 })
export type RelayPlace = Decoded<typeof relayPlace>
/** Where else a group's mailboxes are read, for a while. Key: group, relay name. */
export const RELAY_PLACE = durable('relayPlace', relayPlace, { scope: 'group', owner: 'links' })
/** Operations in the order in which they were added. Key: group, number. */
export const OPERATION = durable('operation', operation, { scope: 'group', owner: 'groups', outlasts: 'membership' })
/** Secrets of rekeying operations. Key: group, operation. */
export const SECRET = durable('secret', seed, { scope: 'group', owner: 'epochs' })
/** Secrets of rekeying operations that came without them. Key: group, operation. */
export const EARLIER_SECRET = durable('earlierSecret', struct({ attempts: uint8, nextMs: uint48 }), { scope: 'group', owner: 'epochs' })
/** Invites of ours with the seed, for showing them again. Key: group, operation. */
const ownInvite = struct({ text: text(LIMITS.inviteTextBytes), expiresMs: uint48, uses: uint16 })
export type OwnInvite = Decoded<typeof ownInvite>
export const OWN_INVITE = durable('ownInvite', ownInvite, { scope: 'group', owner: 'members' })

const epoch = struct({
  operations: list(operationId, LIMITS.operationParents),
  secret: seed,
  beganMs: uint48,
  /** When a newer one took over; its mailbox is read until retention ends. */
  endedMs: optional(uint48),
})
export type Epoch = Decoded<typeof epoch>
/** Key: group, epoch id. */
export const EPOCH = durable('epoch', epoch, { scope: 'epoch', owner: 'epochs' })

// ——— Sender keys ———

const ownKey = struct({
  epoch: epochId,
  key: row<OwnSenderKey>(ownSenderKeyCodec),
  createdMs: uint48,
  /** Make a new generation before the next message. */
  retire: boolean,
  /** The generation before in this epoch and its messages, told in the first of this one. */
  before: optional(struct({ generation: uint16, messages: uint16 })),
})
export type OwnKey = Decoded<typeof ownKey>
/** Our sending key. Key: group. */
export const OWN_KEY = durable('ownKey', ownKey, { scope: 'group', owner: 'cipher' })

const holder = struct({
  fromIteration: uint16,
  acknowledged: boolean,
  opened: ranges,
  /** What went to it in private, and how often some of it went again. */
  resent: ranges,
  resends: uint8,
  /** When the key, or what was sealed under it, last left for it. */
  atMs: uint48,
})
export type Holder = Decoded<typeof holder>
/** Who holds which of our keys, from where on, and what it said it opened. Key: group, epoch, generation, device. */
export const HOLDER = durable('holder', holder, { scope: 'epoch', owner: 'cipher' })

const theirKey = struct({ key: row<TheirSenderKey>(theirSenderKeyCodec), receivedMs: uint48 })
export type TheirKey = Decoded<typeof theirKey>
/** Key: group, epoch, device, generation. */
export const THEIR_KEY = durable('theirKey', theirKey, { scope: 'epoch', owner: 'cipher' })
/** About what the keys of one device take. Key: group, device. */
export const KEY_BYTES = durable('keyBytes', uint48, { scope: 'group', owner: 'cipher' })
/** Iterations that we hold: envelope kept for others, or content. Key: group, epoch, device, generation. */
export const HELD = durable('held', ranges, { scope: 'epoch', owner: 'cipher', outlasts: 'membership' })
/** Bytes of ciphertext kept for other members. Key: group, epoch. */
export const KEPT_BYTES = durable('keptBytes', uint48, { scope: 'epoch', owner: 'messages', outlasts: 'membership' })
/** What is known to be missing under a key: see `gaps.ts`. Key: group, epoch, device, generation. */
export const GAP = durable(
  'gap',
  struct({
    /** How many messages its owner says it sealed under it. */
    messages: optional(uint16),
    /** Iterations that were never meant for us, or that their owner no longer has. */
    refused: ranges,
    /** Iterations that were asked for until nothing more could be done. */
    absent: ranges,
  }),
  { scope: 'epoch', owner: 'cipher' },
)
/** What was sealed before we were admitted, by what whoever admitted us had then. Key: group, epoch, device, generation, admission. */
export const SEALED_BEFORE = durable('sealedBefore', ranges, { scope: 'epoch', owner: 'cipher' })
/** What remaining members had opened of a removed device before they learned of it. Key: group, epoch, device, generation. */
export const VOUCHED = durable('vouched', ranges, { scope: 'epoch', owner: 'cipher' })
/** Whom this device saw out by a removal, should that removal become void. Key: group, account, removal. */
export const SEEN_OUT = durable('seenOut', struct({ atMs: uint48 }), { scope: 'group', owner: 'groups', outlasts: 'membership' })
/** Envelopes whose sender's tag names nobody yet. Key: group, envelope hash. */
export const STRAY = durable('stray', struct({ epoch: epochId, envelope: varBytes(LIMITS.recordBytes), atMs: uint48 }), { scope: 'group', owner: 'cipher' })

const parked = struct({
  epoch: epochId,
  device: deviceId,
  generation: uint16,
  iteration: uint16,
  envelope: varBytes(LIMITS.recordBytes),
  atMs: uint48,
  /** What it waits for; an end state is one that nothing waits for. */
  cause: word(['keyNotYetReceived', 'senderUnreachable', 'removedBeforeItWasSent', 'keyDestroyed', 'damaged', 'fromBeforeYouJoined', 'operationsMissing']),
})
export type Parked = Decoded<typeof parked>
/** Envelopes that cannot be opened yet. Key: group, envelope hash. */
export const PARKED = durable('parked', parked, { scope: 'group', owner: 'cipher' })

/** What a device takes of the places for parked envelopes, and of the bytes. */
export interface ParkedSize {
  readonly places: number
  readonly bytes: number
}

const keyRequest = struct({ attempts: uint8, nextMs: uint48 })
/** Keys that are asked for. Key: group, epoch, device, generation. */
export const KEY_REQUEST = durable('keyRequest', keyRequest, { scope: 'epoch', owner: 'cipher' })
/** What a device said before we knew it as a member. Key: group, device, number. */
export const PENDING_BODY = durable('pendingBody', struct({ account: accountId, body: anyBytes, atMs: uint48 }), { scope: 'group', owner: 'sessions' })
/** Receipts not yet sent. Key: group, epoch, device, generation. */
export const RECEIPT_DUE = durable('receiptDue', ranges, { scope: 'epoch', owner: 'messages' })

// ——— Messages on their way ———

/** A message's record in the log `messages/GROUP`. */
export const messageRecord = struct({
  account: accountId,
  own: boolean,
  timeMs: uint48,
  /** The last two are ends: one was out of the group before the message left. */
  state: word(['none', 'sending', 'sent', 'delivered', 'notSentRemoved', 'notSentLeft']),
  resent: boolean,
  /** Of one's own: zeros until it was sealed. */
  envelope: envelopeHash,
  /** Where it was sealed, and the heads of the log that its author had seen; none where only the content came. null: not sealed yet, or a notice. */
  sealed: optional(struct({ epoch: epochId, device: deviceId, generation: uint16, iteration: uint16, frontier: list(operationId, LIMITS.operationParents) })),
  body: union({
    text: [1, struct({ text: text(LIMITS.textBytes) })],
    notice: [
      2,
      struct({
        notice: word(['created', 'joined', 'removed', 'left', 'youWereRemoved', 'madeAdmin', 'madeMember']),
        about: accountId,
      }),
    ],
  }),
})
export type MessageRecord = Decoded<typeof messageRecord>

const place = struct({
  tag: messageTag,
  /** Its id in the log of messages, and the end of its sort key there. */
  message: text(64),
  end: text(32),
  /** Where it stands: its author's time, unless that is too far ahead or not after what its author had seen. */
  timeMs: uint48,
  counter: uint16,
  shownMs: uint48,
  seen: said.seen,
  /** Its record in the log still has its place of before. */
  isMoving: boolean,
})
export type Place = Decoded<typeof place>
/** Where the newest messages of a conversation stand. Key: group, slot. */
export const PLACE = durable('place', place, { scope: 'group', owner: 'messages', outlasts: 'membership' })

const saidWhen = struct(said)
/** What a message says of when it was said. */
export type Said = Decoded<typeof saidWhen>

/** Own messages not sealed yet. Key: group, number. */
export const INTENT = durable(
  'intent',
  struct({
    message: text(64),
    order: text(96),
    record: messageRecord,
    said: saidWhen,
    /** Where it was sealed first, in an epoch that ended before it was known to have left. */
    again: optional(struct({ epoch: epochId, generation: uint16, iteration: uint16 })),
  }),
  { scope: 'group', owner: 'messages' },
)

/** Own messages sealed and not yet delivered to all. Key: group, epoch, generation, iteration. */
export const SENT = durable(
  'sent',
  struct({ message: text(64), order: text(96), record: messageRecord, said: saidWhen, envelope: envelopeHash, again: optional(struct({ epoch: epochId, generation: uint16, iteration: uint16 })) }),
  { scope: 'epoch', owner: 'messages' },
)

const outboxEntry = struct({
  relay: relayAddress,
  keys: mailboxKeys,
  appendSeed: seed,
  grant: optional(laneGrant),
  body: varBytes(LIMITS.recordBytes),
  /** Not before this time: a full mailbox said when there is room. */
  notBeforeMs: uint48,
  about: union({
    /** A sealed message: shown as sent when a relay has it. */
    envelope: [1, struct({ group: groupId, epoch: epochId, generation: uint16, iteration: uint16 })],
    operation: [2, struct({ group: groupId })],
    letter: [3, struct({ device: deviceId })],
    joinRequest: [4, struct({ group: groupId })],
    joinWithdrawal: [5, struct({ group: groupId })],
  }),
})
export type OutboxEntry = Decoded<typeof outboxEntry>
/** Records that a relay has not acknowledged. Key: number. */
export const OUTBOX = durable('outbox', outboxEntry, { scope: 'outbox', owner: 'links' })
/** Since when a letter has been seen to wait in the outbox, where it waits for long. Key: number. */
export const WAITING_SINCE = durable('waitingSince', uint48, { scope: 'outbox', owner: 'links' })

/** Where reading of a mailbox stands. Key: relay name, mailbox. */
export const CURSOR = durable('cursor', struct({ incarnation: fixedBytes(16), cursor: uint48 }), { scope: 'relay', owner: 'links' })

// ——— Joining ———

const join = struct({
  invite: text(LIMITS.inviteTextBytes),
  relays: list(relayAddress, LIMITS.relays),
  /** `withdrawn`: taken back. Whoever admits all the same is answered with a departure. */
  step: word(['connecting', 'waiting', 'admitted', 'refused', 'withdrawn']),
  reason: word(['none', 'expired', 'spent', 'closed', 'foreign']),
  startedMs: uint48,
})
export type Join = Decoded<typeof join>
/** Groups that one has asked to join. Operations received meanwhile are in OPERATION, and what else was said in PENDING_BODY. Key: group. */
export const JOIN = durable('join', join, { scope: 'group', owner: 'members' })
/** Requests to join that wait for this device's turn to admit. Key: group, hash of the request. */
export const ADMISSION = durable('admission', struct({ request: anyBytes, invite: operationId, again: boolean, atMs: uint48 }), { scope: 'group', owner: 'members' })

/** Removals and demotions that may need our acknowledgement. Key: group, operation. */
export const ACKNOWLEDGE = durable('acknowledge', struct({ atMs: uint48 }), { scope: 'group', owner: 'members' })
/** Groups that this device has just joined, and in which it has not compared logs yet. Key: group. */
export const NEWCOMER = durable('newcomer', struct({ untilMs: uint48 }), { scope: 'group', owner: 'groups' })

// ——— Volatile ———

/** Key: group. */
export const LOG = volatile<Log>('log', { scope: 'group', owner: 'groups', outlasts: 'membership' })
/** Key: group, epoch. */
export const EPOCH_KEYS = volatile<EpochKeys>('epochKeys', { scope: 'epoch', owner: 'epochs' })
/** Key: relay name. */
export const RELAY_LINK = volatile<{
  readonly address: string
  readonly linkedMs: number
  readonly client: ClientState
  readonly state: 'connecting' | 'connected' | 'unreachable' | 'anotherRelay'
  /** Since when it is not there; null while it is. */
  readonly downSinceMs: number | null
  readonly incarnation: Uint8Array | null
  readonly ownAddresses: readonly string[]
}>('relayLink', { scope: 'relay', owner: 'links' })
/** Outbox entries handed to a relay's client on this connection. Key: relay name, number. */
export const IN_FLIGHT = volatile<true>('inFlight', { scope: 'relay', owner: 'links' })
/** Devices that we share a group with. Key: group, device. */
export const MET = volatile<true>('met', { scope: 'group', owner: 'sessions' })
/** What a mailbox we read is for. */
export type MailboxPurpose =
  | { readonly kind: 'inbox' }
  | { readonly kind: 'group'; readonly group: string; readonly epoch: string }
  | { readonly kind: 'rendezvous'; readonly group: string; readonly invite: string }
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
  /** Epochs (text) that it proved and that we have in common; ended ones only beside their group's current one. */
  readonly epochs: readonly string[]
  /** Epochs for which its `have` came: it and we are reconciled. */
  readonly reconciled: readonly string[]
}>('peer', { scope: 'connection', owner: 'links' })
/** Devices that letters came from, and when the first did since what they lack was last looked at. Key: device. */
export const HEARD = volatile<{ readonly atMs: number }>('heard', { scope: 'device', owner: 'cipher' })
/** When a device was last given prekeys of ours on a stream. Key: device, or `unknown`. */
export const PRE_KEYS_GIVEN = volatile<number>('preKeysGiven', { scope: 'device', owner: 'links' })
/** Envelopes that a peer said it lacks, from where on they are still to be read for it, and when the last were. Key: peer id, epoch. */
export const SERVING = volatile<{ readonly group: string; readonly ids: readonly string[]; readonly next: number; readonly atMs: number }>('serving', { scope: 'connection', owner: 'peers' })
/** What a peer was sent because it said it lacks it. Outlives its connections. Key: peer id. */
export const SERVED = volatile<{ readonly sinceMs: number; readonly bytes: number }>('served', { scope: 'connection', owner: 'peers' })
/** Where a device said it is, when we last heard it say so, and in which epochs since it is there. Key: device. */
export const WHEREABOUTS = volatile<{ readonly peer: string; readonly addresses: readonly string[]; readonly atMs: number; readonly heardMs: number; readonly epochs: readonly string[] }>(
  'whereabouts',
  { scope: 'device', owner: 'peers' },
)
/** When this device last said where it is. Key: `self`. */
export const ANNOUNCED = volatile<number>('announced', { scope: 'self', owner: 'peers' })
/** Own peer id. Key: `self`. */
export const OWN_PEER = volatile<string>('ownPeer', { scope: 'self', owner: 'machine' })
/** When a device was last told our heads. Key: group, device. */
export const ASKED_LOG = volatile<{ readonly atMs: number }>('askedLog', { scope: 'group', owner: 'groups' })
/** When a device was last answered about our log. Key: group, device. */
export const ANSWERED_LOG = volatile<{ readonly atMs: number }>('answeredLog', { scope: 'group', owner: 'groups' })
/** When to compare a group's log with some member's, and whether a connected one shares our epoch. Key: group. */
export const LONE = volatile<{ readonly isTogether: boolean; readonly atMs: number; readonly waitMs: number }>('lone', { scope: 'group', owner: 'groups' })
/** Groups that wait for a secret, and until when. Key: group. */
export const SECRET_MISSING = volatile<{ readonly untilMs: number }>('secretMissing', { scope: 'group', owner: 'epochs' })
/** Where the parked envelopes are. Key: group, device, epoch, generation, envelope hash. With the next: `parked.ts`. */
export const PARKED_UNDER = volatile<true>('parkedUnder', { scope: 'group', owner: 'cipher' })
/** Key: group, device. */
export const PARKED_SIZE = volatile<ParkedSize>('parkedSize', { scope: 'group', owner: 'cipher' })
/** Messages in SENT that neither a relay nor a member's device is known to have. Key: group, epoch, generation, iteration. */
export const UNCONFIRMED = volatile<true>('unconfirmed', { scope: 'epoch', owner: 'messages' })
/** Keys under which something was given up (`GAP`). Key: group, device, epoch, generation. */
export const ABSENT = volatile<true>('absent', { scope: 'group', owner: 'cipher' })
/** Groups whose mailbox is full, and when to answer that with a rekey. Key: group. */
export const CROWDED = volatile<{ readonly epoch: string; readonly atMs: number }>('crowded', { scope: 'group', owner: 'messages' })
/** The slot of a message in `PLACE`. Key: group, tag. */
export const PLACE_OF = volatile<string>('placeOf', { scope: 'group', owner: 'messages', outlasts: 'membership' })
/** Slots of messages that name one that is not here. Key: group, tag of the one, slot. */
export const PLACED_BEFORE = volatile<true>('placedBefore', { scope: 'group', owner: 'messages', outlasts: 'membership' })
/** Which device a sender's tag names, for one set of owners. Key: group, epoch. */
export const TAGS = volatile<{ readonly owners: ReadonlyMap<string, Owned>; readonly byTag: ReadonlyMap<string, DeviceId> }>('tags', { scope: 'epoch', owner: 'cipher' })
/** When the last step was, to a second or so. Key: `self`. */
export const LAST_STEP = volatile<number>('lastStep', { scope: 'self', owner: 'machine' })
/** What is due when. Key: name. */
export const TIMER = volatile<{ readonly atMs: number }>('timer', { scope: 'self', owner: 'machine' })
/** Prekey bundles being fetched: since when, how often, and the name of the relay whose client has the question. Key: device. */
export const FETCHING = volatile<{ readonly atMs: number; readonly attempts: number; readonly relay: string | null }>('fetching', { scope: 'device', owner: 'sessions' })
/** Prekey bundles that came when their device could be written to already: they serve the next time. Key: device. */
export const SPARE_BUNDLE = volatile<PreKeyBundle>('spareBundle', { scope: 'device', owner: 'sessions' })
/** Devices for which something is queued since letters were last sealed, or that can be written to since. Key: device. */
export const LETTERS_DUE = volatile<true>('lettersDue', { scope: 'device', owner: 'sessions' })
/** Devices that letters came from last, the latest first. Key: `self`. */
export const LAST_WRITERS = volatile<readonly string[]>('lastWriters', { scope: 'self', owner: 'sessions' })
/** When everything in LETTER_QUEUE was last looked at. Key: `self`. */
export const LETTERS_REVIEWED = volatile<number>('lettersReviewed', { scope: 'self', owner: 'sessions' })
/** Bulk reads on their way, and why. Key: read id. */
export const READ = volatile<ReadPurpose>('read', { scope: 'read', owner: 'machine' })
export type ReadPurpose =
  | { readonly kind: 'page'; readonly request: string; readonly limit: number }
  | { readonly kind: 'details'; readonly request: string; readonly group: string }
  | { readonly kind: 'move'; readonly group: string; readonly slots: readonly string[] }
  | { readonly kind: 'oldest'; readonly group: string }
  | { readonly kind: 'leaveAgain'; readonly group: string }
  | { readonly kind: 'serve'; readonly peer: string; readonly epoch: string }
  | {
      readonly kind: 'resend'
      readonly group: string
      readonly epoch: string
      readonly generation: number
      readonly device: string
      readonly wanted: readonly { readonly from: number; readonly to: number }[]
      readonly refused: readonly { readonly from: number; readonly to: number }[]
    }
/** Topics we are in. Key: topic. */
export const TOPIC = volatile<{ readonly group: string; readonly epoch: string }>('topic', { scope: 'topic', owner: 'epochs' })
/** How far the rendezvous of a group's invites have been read. Key: group, relay name, mailbox. */
export const SEEN_REQUESTS = volatile<number>('seenRequests', { scope: 'group', owner: 'members' })
/** Records taken in and not yet acknowledged to the relay, up to this cursor. Key: relay name, mailbox. */
export const TAKEN = volatile<number>('taken', { scope: 'relay', owner: 'links' })

// ——— By what they declare ———

/** Every table. */
export const ALL_TABLES: readonly AnyTable[] = declaredTables()
/** Every durable table: what `load` understands. */
export const DURABLE_TABLES = ALL_TABLES.filter(({ codec }) => codec !== null)
/** Whose rows go with a group that is forgotten. */
export const GROUP_TABLES = ALL_TABLES.filter(({ scope }) => scope === 'group' || scope === 'epoch')
/** Whose rows go with the membership in a group. */
export const MEMBERSHIP_TABLES = GROUP_TABLES.filter(({ outlasts }) => outlasts === undefined)
/** Whose rows go with an epoch. */
export const EPOCH_TABLES = ALL_TABLES.filter(({ scope }) => scope === 'epoch')
