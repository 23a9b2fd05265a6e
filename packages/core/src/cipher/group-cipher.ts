/**
 * What a group cipher is to the rooms around it (PROTOCOL §4). A cipher is a value, and pure like everything in the
 * machine. It has tables, control messages and timers of its own. All ciphers share what surrounds them: pending messages,
 * undecryptable envelopes, received sets, history, receipts, and who could read a message.
 *
 * A cipher numbers the messages of a device. `MessagePlace` names one by epoch, device, key id (`keyId`; always the same
 * where there is a single key) and its number under that key (`iteration`). Peers compare what they have by places;
 * contents refer to a message by its id, which no cipher makes.
 *
 * A cipher never calls a room above it. What must follow elsewhere is told as an internal event, or returned.
 */
import type { ContentHeader, DeviceId, EnvelopeHash, GroupCipherName, OperationId, Ranges, ReceivedSet } from '@sotto/wire'
import type { HistoryRecord } from '../contract/history.ts'
import { rosterOf } from '../groups/group-log.ts'
import type { Context } from '../state/context.ts'
import type { KeyName, MessagePlace, Sender } from '../state/names.ts'
import type { Transaction } from '../state/table.ts'
import type { KeyRequest } from './repair/control-messages/key-request.ts'

/** What a cipher adds to the header of a content (PROTOCOL §8). */
export type CipherHeader = Pick<ContentHeader, 'before' | 'heads'>

/** A message of ours that was sealed. */
export interface SealedMessage {
  readonly place: MessagePlace
  /** Heads of the membership log when it was sealed. They determine who could read it. */
  readonly frontier: readonly OperationId[]
  /** What all copies of it have in common; of an envelope its SHA-256. */
  readonly hash: EnvelopeHash
  /** For the group's mailbox and topic, of a length of the ladder. null: a copy for each device has been queued. */
  readonly envelope: Uint8Array | null
}

/** A message that was opened. The cipher has proved its author. */
export interface OpenedMessage {
  readonly place: MessagePlace
  readonly hash: EnvelopeHash
  /** The ciphertext, kept for other members; null if the author sent the content alone. */
  readonly envelope: Uint8Array | null
  readonly plaintext: Uint8Array
  /** Heads of the log that the author had seen, as far as the cipher knows them. */
  readonly frontier: readonly OperationId[]
}

/** A device that can open a message of ours. */
export interface MessageRecipient {
  readonly device: DeviceId
  /** The device said that it opened the message. */
  readonly hasOpened: boolean
}

/** What pages show of a group's cipher. */
export interface CipherFacts {
  /** Key id of our sending key; 0 before the first message. */
  readonly keyId: number
  /** When our present sending key was made; null before the first message. */
  readonly rotatedMs: number | null
  /** How many of the given devices can open what is sealed next, and have said so. */
  readonly devicesHolding: number
}

/** Read-only access to rows. */
export interface Reading {
  readonly transaction: Pick<Transaction, 'get' | 'scan' | 'first'>
}

/** Which messages under a key of another device are meant for us, as far as that key itself says it. */
export interface KeyReach {
  /** The first of them. */
  readonly from: number
  /** All before this one were sealed. */
  readonly next: number
  /** Messages come by another way than the key, so that there may be more than what came shows. */
  readonly mayHoldMore: boolean
}

export interface GroupCipher {
  /** The name that `create` uses for it. */
  readonly name: GroupCipherName
  /**
   * One envelope for all: it is left in the epoch's mailbox, kept for other members, and sealed again if its epoch ends before
   * it is known to have left. Otherwise each device is sent a copy of its own in private, which outlasts the epoch.
   */
  readonly sealsEnvelopes: boolean

  /** The engine starts: derives what is not stored. From now on nothing may be sealed that repeats what another copy of this profile sealed. */
  readonly started: (context: Context, how: { readonly isUnclean: boolean }) => void
  /** This device was admitted to a group: it hands over what others need to read its messages. */
  readonly joined: (context: Context, group: string) => void
  /** This device is no member any more: what it has queued in private and not sealed is taken back. */
  readonly membershipEnded: (context: Context, group: string) => void

  /** Whether the epoch is used up, so that the next message needs a new one. */
  readonly needsRekey: (context: Context, group: string) => boolean
  /**
   * Seals a content in the group's current epoch. `encode` makes the content with the cipher's header. Whatever must leave
   * before the envelope has been queued. undefined: not now; the message stays pending and is tried again when a step ends. `under`: the
   * key of records under which it is kept for resends, if it has one (`HistoryWrite`).
   */
  readonly seal: (
    context: Context,
    group: string,
    epoch: string,
    encode: (header: CipherHeader) => Uint8Array,
    kept: { readonly under?: string },
  ) => SealedMessage | undefined
  /**
   * The content that was sealed at this place of ours was deleted: nothing that is kept opens it any more, and it is sent to nobody
   * again. A device that asks for it is told that there is nothing for it.
   */
  readonly eraseSealed: (context: Context, place: MessagePlace) => void
  /**
   * Contents that wait to be counted and lie here so that they can be read: those that `isGone` keep their number and nothing
   * else. An envelope that waits cannot be read.
   */
  readonly emptyWaiting: (context: Context, group: string, isGone: (plaintext: Uint8Array, by: DeviceId) => boolean) => void
  /**
   * Opens an envelope of a present or past epoch of ours, once. undefined: it was opened before, is from an unknown sender,
   * or waits (`undecryptable.ts`); the caller then does nothing.
   */
  readonly open: (context: Context, group: string, epoch: string, envelope: Uint8Array) => OpenedMessage | undefined
  /** An opened content had this header. */
  readonly headerOpened: (context: Context, place: MessagePlace, header: CipherHeader) => void

  /** Exactly those other devices that could open a message of ours; undefined: no device could, or that is no longer known. */
  readonly recipientsOf: (context: Reading, place: MessagePlace) => readonly MessageRecipient[] | undefined
  /** A device says that it opened a message of ours. Returns false if it was not sealed for that device. */
  readonly noteOpened: (context: Context, place: MessagePlace, device: DeviceId) => boolean
  /** Whether a device said that it has what a letter of ours carries (`links/awaited.ts`). */
  readonly hasCarried: (
    context: Reading,
    key: { readonly group: string; readonly epoch: string; readonly keyId: string; readonly from: number; readonly device: DeviceId },
  ) => boolean
  /** Whether a device has sent the group's epoch a key made after one of these heads, which shows that it has joined. */
  readonly hasSpokenSince: (context: Context, group: string, device: DeviceId, isSince: (head: OperationId) => boolean) => boolean

  /** A device is a member's now, and was not before: what waits for it may be asked of it. */
  readonly admitted: (context: Context, group: string, device: DeviceId) => void
  /** The session with a device replaced one in which no answer came. */
  readonly sessionReplaced: (context: Context, device: DeviceId) => void
  /** A connected member has these messages of an ended or the current epoch, and had the time to send them. */
  readonly receivedByOthers: (context: Context, group: string, epoch: string, received: readonly ReceivedSet[]) => void
  /** The timer `keyRequests`: asks for what is missing. */
  readonly askForMissing: (context: Context) => void
  /** The timer `reconcile`: resends to reachable devices what they have not reported as opened. */
  readonly repairPresent: (context: Context) => void
  /** A device asks for messages of ours that it could not open, or that did not come. */
  readonly answerRequest: (context: Context, from: Sender, request: KeyRequest) => void
  /** What is known of a key of another device; undefined: nothing. */
  readonly reachOf: (context: Reading, key: KeyName) => KeyReach | undefined
  /** The answer to a read of the history store under `READ` as `cipher`; null: the read failed, or is no longer wanted. */
  readonly historyRead: (context: Context, read: string, records: readonly HistoryRecord[] | null) => void

  /** Places that we believe were sealed, that every possible device was asked for, and that none could provide. */
  readonly givenUp: (
    context: Reading,
    group: string,
  ) => readonly { readonly key: KeyName; readonly iterations: Ranges; readonly cause: 'senderUnreachable' | 'keyDestroyed' }[]
  /** Whether what is undecryptable under this key is being asked for. */
  readonly isAskedFor: (context: Reading, key: KeyName) => boolean
  /** `others`: the group's devices except this one. */
  readonly facts: (context: Reading, group: string, others: readonly DeviceId[]) => CipherFacts

  /** Deletes expired keys from time to time. */
  readonly expire: (context: Context) => void
  /** Corrects times in its own rows that are later than now. */
  readonly believeClock: (context: Context) => void
  /** An epoch's retention is over. Rows of the epoch's scope are deleted by themselves afterwards. */
  readonly forgetEpoch: (context: Context, group: string, epoch: string) => void
  /** Histories that it keeps for a group. They are deleted with the group. */
  readonly historyOf: (group: string) => readonly string[]
}

/** The ciphers of this machine. */
export const ciphersOf = (context: Pick<Context, 'ciphers'>): readonly GroupCipher[] =>
  // The one place that knows the type behind the context: `state` lies below and cannot name it.
  [...context.ciphers.values()] as GroupCipher[]

/** The cipher that a group's log names, if this machine has it. */
export const cipherNamed = (context: Pick<Context, 'ciphers'>, name: GroupCipherName): GroupCipher | undefined =>
  context.ciphers.get(name) as GroupCipher | undefined

/** The cipher of a present or past group of ours. A group whose cipher this machine lacks is never joined. */
export function cipherOf(context: Context, group: string): GroupCipher {
  const { groupCipher } = rosterOf(context, group)
  const cipher = cipherNamed(context, groupCipher)
  if (cipher === undefined) throw new TypeError(`no cipher ${groupCipher} here`)
  return cipher
}
