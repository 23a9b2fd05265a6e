/**
 * The frames of the mailbox protocol, `/sotto/mailbox/1` (PROTOCOL §8). One long-lived stream per connection; on it
 * length-prefixed frames (`stream-frames.ts`) both ways. The client numbers its requests; the server answers each
 * exactly once with a frame that carries the same number, and pushes frames that name a handle on its own.
 *
 * Sequence: the server speaks first (`hello`). `open` is the only signed request: its signatures cover the relay's
 * peer id, the nonce of `hello`, the mailbox, the capabilities, the client's peer id and an expiry. Its answer names a
 * handle; Noise authenticates what follows on the connection. The rules are the mailbox package's.
 */
import { type Decoded, boolean, fixedBytes, list, optional, struct, text, uint16, uint32, uint48, union, varBytes, word } from './codec.ts'
import { sendCapability } from './identity.ts'
import { LIMITS } from './limits.ts'
import { mailboxKeys } from './mailbox.ts'
import { admissionToken } from './relay-admission.ts'

const request = uint32
const nonce = fixedBytes(32)
const signature = optional(fixedBytes<Uint8Array>(64))
const handle = uint32
/** Orders the records of one store; opaque, never reused, exclusive wherever one reads "after" it. 0 is before all. */
const cursor = uint48
/** Wider than a record may be, so that one too big gets an answer instead of a closed stream. */
const body = varBytes(LIMITS.frameBytes)

/** Names one life of a relay's store. A new one (wiped, replaced) has other cursors: readers start from 0 there. */
export const incarnation = fixedBytes(16)

/** `stored`: kept until acknowledged or expired. `signal`: pushed to clients that are subscribed now, never stored. */
export const recordClass = word(['stored', 'signal'])
export type RecordClass = Decoded<typeof recordClass>

/**
 * Why a request was refused. `retryAfterMs` beside it says when trying again makes sense; 0: not at all as it is.
 * `full`: the mailbox or capability, and `roomAgain` follows; `share`: this connection's or address's part of a group mailbox; `diskFull`: the
 * relay; `rate`: too fast; `tooBig`, `notLadder`: the body's length; `notAllowed`: the handle lacks the capability or
 * the kind of mailbox has no such request; `badSignature`, `expired`: the OPEN or its grant; `unknownHandle`;
 * `tooManyMailboxes`, `tooManyRequests`: limits of the connection; `storeAway`: what the relay keeps its records in cannot be
 * reached at the moment, and nothing is known to have been taken; `notAdmitted`: the relay is not open to everybody, and nothing
 * shown on this stream admits to it. With a time: as many devices are there as the token lets in.
 */
export const refusalCode = word([
  'full',
  'share',
  'diskFull',
  'rate',
  'tooBig',
  'notLadder',
  'notAllowed',
  'badSignature',
  'expired',
  'unknownHandle',
  'tooManyMailboxes',
  'tooManyRequests',
  'storeAway',
  'notAdmitted',
])
export type RefusalCode = Decoded<typeof refusalCode>

/** The number of the send capability by which a record came into an inbox; null: the mailbox is none, or it came from a stranger. */
const capability = optional(uint32)

export const storedRecord = struct({ cursor, capability, body })
export type StoredRecord = Decoded<typeof storedRecord>

/** A one-time prekey as the relay sees it: an ascending number and bytes it cannot read. */
const oneTimeKey = struct({ id: uint32, key: varBytes(256) })
const oneTimeKemKey = struct({ id: uint32, key: varBytes(2048) })

/**
 * Prekeys as a relay keeps them, under the inbox they belong to. All of it is opaque to the relay: the owner seals
 * what would name it (certificate, signed prekey) into `shared` and `lastResort`, for devices that know its address.
 * Ids ascend for ever within each list: a relay ignores an id that is not above every id it took before, so that a
 * repeated publication never brings back a key that was handed out.
 */
export const keyPublication = struct({
  shared: varBytes(8192),
  lastResort: varBytes(2048),
  oneTime: list(oneTimeKey, LIMITS.oneTimePreKeys),
  oneTimeKem: list(oneTimeKemKey, LIMITS.oneTimePreKeys),
})
export type KeyPublication = Decoded<typeof keyPublication>

/** What one requester gets: each one-time key goes out once; `kem` is the last-resort key when none is left. */
export const fetchedKeys = struct({
  shared: varBytes(8192),
  oneTime: optional(varBytes(256)),
  kem: varBytes(2048),
})
export type FetchedKeys = Decoded<typeof fetchedKeys>

/** Client to server. */
export const mailboxRequest = union({
  /** A signature for each right asked: by the read key; by the append key, or the one that the grant names. */
  open: [
    1,
    struct({
      request,
      keys: mailboxKeys,
      expiresMs: uint48,
      readSignature: signature,
      appendSignature: signature,
      grant: optional(sendCapability),
    }),
  ],
  /** Answered by `appended` (stored; after the commit) or `done` (signal). */
  append: [2, struct({ request, handle, class: recordClass, body })],
  /** Answered by `records`. Idempotent; deletes nothing. */
  read: [3, struct({ request, handle, after: cursor, most: uint16 })],
  /** Answered by `done`, then `pushed` for the backlog, `caughtUp`, and `pushed` live, while there is credit. */
  subscribe: [4, struct({ request, handle, after: cursor, credit: uint16 })],
  /** No answer. The subscriber takes this many more pushes. */
  credit: [5, struct({ handle, more: uint16 })],
  /** Answered by `done`. Deletes up to and with the cursor in an inbox or rendezvous; nothing in another mailbox. */
  acknowledge: [6, struct({ request, handle, upTo: cursor })],
  /** Answered by `done`. The owner of an inbox deletes all of it, prekeys too; who may write to a file's mailbox, the file. */
  drop: [7, struct({ request, handle })],
  /** Answered by `done`, then `keysLeft`. `replace` forgets the one-time keys still there; else they are added to. */
  publishKeys: [8, struct({ request, handle, replace: boolean, publication: keyPublication })],
  /** Answered by `keys`. Takes a handle that may append: a client that cannot write has no use for keys. */
  fetchKeys: [9, struct({ request, handle })],
  /** No answer. The handle and its subscription end. */
  close: [10, struct({ handle })],
  /** Before all others, at a relay that is not open to everybody. Answered by `admitted`. */
  admit: [11, struct({ request, token: admissionToken })],
})
export type MailboxRequest = Decoded<typeof mailboxRequest>

/** What a client must keep to; the server's own numbers, for pacing. */
export const servedLimits = struct({
  appendsPerSecond: uint16,
  appendBurst: uint16,
  requestsInFlight: uint16,
  mailboxes: uint16,
  recordBytes: uint32,
  pushCredit: uint16,
  /** For how long it keeps records and prekeys, and strangers' records. */
  keepSeconds: uint32,
  strangersKeepSeconds: uint32,
  /** Bytes of bodies in the mailbox of one file, 0: it takes none; for how long it keeps them; and how fast it takes them. */
  blobBytes: uint48,
  blobKeepSeconds: uint32,
  blobAppendsPerSecond: uint16,
  blobAppendBurst: uint16,
})
export type ServedLimits = Decoded<typeof servedLimits>

/** TURN servers that the relay's operator names (`hostOfTurnUrl`), and what opens them for so long. All that ask within an hour have the same. */
export const turnAccess = struct({
  urls: list(text(LIMITS.turnUrlBytes), LIMITS.turnUrls),
  username: text(LIMITS.turnCredentialBytes),
  password: text(LIMITS.turnCredentialBytes),
  forSeconds: uint32,
})
export type TurnAccess = Decoded<typeof turnAccess>

/** Server to client. */
export const mailboxAnswer = union({
  /** `isOpen` false: a token comes first (`admit`). */
  hello: [1, struct({ nonce, incarnation, limits: servedLimits, timeMs: uint48, stunPort: uint16, turn: optional(turnAccess), isOpen: boolean })],
  opened: [2, struct({ request, handle })],
  appended: [3, struct({ request, cursor })],
  done: [4, struct({ request })],
  refused: [5, struct({ request, code: refusalCode, retryAfterMs: uint48 })],
  records: [6, struct({ request, records: list(storedRecord, LIMITS.readRecords), more: boolean })],
  keys: [7, struct({ request, keys: optional(fetchedKeys) })],
  pushed: [8, struct({ handle, cursor, capability, body })],
  signalled: [9, struct({ handle, body })],
  /** Everything stored up to `cursor` was pushed; what follows is live. */
  caughtUp: [10, struct({ handle, cursor })],
  /** More is waiting than there is credit for; pushes go on, from the store, when credit comes. Signals are skipped. */
  lagging: [11, struct({ handle })],
  /** To an inbox's owner after `open` and `publishKeys`, and whenever few are left. */
  keysLeft: [12, struct({ handle, published: boolean, oneTime: uint16, oneTimeKem: uint16 })],
  /** Another client subscribed to this inbox with the same read key: an alarm for a stolen key. */
  secondReader: [13, struct({ handle })],
  /** There is room again in a mailbox where an append on this handle was refused as `full`. Said once for each handle. */
  roomAgain: [14, struct({ handle })],
  /** Newer credentials than those of `hello`. */
  turn: [15, struct({ turn: turnAccess })],
  /** The same token for longer: a device that was admitted goes on. */
  admitted: [16, struct({ request, token: admissionToken })],
})
export type MailboxAnswer = Decoded<typeof mailboxAnswer>
