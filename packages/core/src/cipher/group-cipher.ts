/**
 * What a group cipher is to everything around it (PROTOCOL §4). A cipher is a value, and pure like everything in the
 * machine: it has tables, control messages and timers of its own. What surrounds it is every cipher's: messages that
 * wait to be sealed, what could not be opened yet, what was received, history, receipts, who could read a message.
 *
 * A cipher numbers the messages of a device: `MessagePlace` names one by epoch, device, key id (`keyId`; always the
 * same one where there is a single key) and its number under that (`iteration`). Peers compare what they have by places;
 * people's contents name a message by its id, which no cipher makes.
 *
 * It never calls a room above it. What must follow elsewhere goes up as a happening, or is returned.
 */
import type { ContentHeader, DeviceId, EnvelopeHash, GroupCipherName, OperationId, Ranges, ReceivedSet } from '@sotto/wire'
import type { HistoryRecord } from '../contract/history.ts'
import { rosterOf } from '../groups/group-log.ts'
import type { Context } from '../state/context.ts'
import type { KeyName, MessagePlace } from '../state/names.ts'
import type { Transaction } from '../state/table.ts'

/** What a cipher says beside a content, in its header (PROTOCOL §8). */
export type CipherHeader = Pick<ContentHeader, 'before' | 'heads'>

/** A message of ours that was sealed. */
export interface SealedMessage {
  readonly place: MessagePlace
  /** Heads of the membership log that it was sealed at: who could read it follows from them. */
  readonly frontier: readonly OperationId[]
  /** For the group's mailbox and topic. Its bytes are of the ladder. */
  readonly envelope: Uint8Array
}

/** A message that was opened. Its author is proved by the cipher. */
export interface OpenedMessage {
  readonly place: MessagePlace
  readonly hash: EnvelopeHash
  /** The ciphertext, to be kept for other members; null where its author sent the content alone. */
  readonly envelope: Uint8Array | null
  readonly plaintext: Uint8Array
  /** Heads of the log that its author had seen, as far as the cipher knows them. */
  readonly frontier: readonly OperationId[]
}

/** A device that a message of ours was sealed for. */
export interface MessageRecipient {
  readonly device: DeviceId
  /** It has said so. */
  readonly hasOpened: boolean
}

/** What pages show of a group's cipher. */
export interface CipherFacts {
  /** Of our sending key; 0 before the first message. */
  readonly keyId: number
  /** When our sending key was last made anew; null before the first message. */
  readonly rotatedMs: number | null
  /** Of the devices that were asked about: how many can open what is sealed next, and have said so. */
  readonly devicesHolding: number
}

/** Rows that are only looked at. */
export interface Reading {
  readonly transaction: Pick<Transaction, 'get' | 'scan' | 'first'>
}

export interface GroupCipher {
  /** The word by which `create` names it. */
  readonly name: GroupCipherName

  /** The engine starts: derives what is not stored. Nothing that is sealed from now on may repeat what another copy of this profile sealed. */
  readonly started: (context: Context, how: { readonly isUnclean: boolean }) => void
  /** This device was let into a group: it hands over what others need to read it. */
  readonly joined: (context: Context, group: string) => void

  /** Whether the epoch is used up, so that the next message has to begin another. */
  readonly needsRekey: (context: Context, group: string) => boolean
  /**
   * Seals a content in the group's current epoch; `encode` makes it with what the cipher says beside. Whatever must
   * leave before the envelope has been queued. undefined: not now; the message waits, and is tried again when a step ends.
   */
  readonly seal: (context: Context, group: string, epoch: string, encode: (header: CipherHeader) => Uint8Array) => SealedMessage | undefined
  /**
   * Opens an envelope of an epoch that we are or were in, once. undefined: it was opened before, is nobody's, or waits
   * (`undecryptable.ts`); nobody else acts on it.
   */
  readonly open: (context: Context, group: string, epoch: string, envelope: Uint8Array) => OpenedMessage | undefined
  /** The content of an opened message said this beside. */
  readonly headerOpened: (context: Context, place: MessagePlace, header: CipherHeader) => void

  /** Exactly those other devices that could open a message of ours; undefined: nobody else could, or that is no longer known. */
  readonly recipientsOf: (context: Reading, place: MessagePlace) => readonly MessageRecipient[] | undefined
  /** A device says that it opened a message of ours. False: it was not sealed for it. */
  readonly noteOpened: (context: Context, place: MessagePlace, device: DeviceId) => boolean
  /** Whether a device has spoken in the group's epoch with something made after one of these heads: then it is in. */
  readonly hasSpokenSince: (context: Context, group: string, device: DeviceId, isSince: (head: OperationId) => boolean) => boolean

  /** A letter came from a device: what was given up of it may come after all. */
  readonly heardFrom: (context: Context, device: DeviceId) => void
  /** The session with a device replaced one in which nothing had come back. */
  readonly sessionReplaced: (context: Context, device: DeviceId) => void
  /** A connected member has these of an ended or the current epoch, and had the time to send them. */
  readonly receivedByOthers: (context: Context, group: string, epoch: string, received: readonly ReceivedSet[]) => void
  /** The timer `keyRequests`: asks for what is missing. */
  readonly askForMissing: (context: Context) => void
  /** The timer `reconcile`: sends devices that are there what they have not said to have opened. */
  readonly repairPresent: (context: Context) => void
  /** What this cipher asked the history store for, under `READ` as `cipher`; null: it could not be read, or is wanted no more. */
  readonly historyRead: (context: Context, read: string, records: readonly HistoryRecord[] | null) => void

  /** Places that were sealed, as far as we know, that everybody was asked for and that nobody could give. */
  readonly givenUp: (context: Reading, group: string) => readonly { readonly key: KeyName; readonly iterations: Ranges }[]
  /** Whether what waits under this key is being asked for. */
  readonly isAskedFor: (context: Reading, key: KeyName) => boolean
  /** `others`: the devices of the group that are not this one. */
  readonly facts: (context: Reading, group: string, others: readonly DeviceId[]) => CipherFacts

  /** From time to time: keys that are past their time go. */
  readonly expire: (context: Context) => void
  /** No time of its own rows is later than now. */
  readonly believeClock: (context: Context) => void
  /** An epoch's time is over. Rows that are of the epoch's scope go by themselves afterwards. */
  readonly forgetEpoch: (context: Context, group: string, epoch: string) => void
  /** Logs of the history store that it keeps of a group: they go with it. */
  readonly historyOf: (group: string) => readonly string[]
}

/** The ciphers that this machine has. */
export const ciphersOf = (context: Pick<Context, 'ciphers'>): readonly GroupCipher[] =>
  // The one place that knows what the context carries: `state` lies below and cannot name it.
  [...context.ciphers.values()] as GroupCipher[]

/** The cipher that a group's log names, if this machine has it. */
export const cipherNamed = (context: Pick<Context, 'ciphers'>, name: GroupCipherName): GroupCipher | undefined =>
  context.ciphers.get(name) as GroupCipher | undefined

/** The cipher of a group that we are or were in. A group whose cipher is missing here is never joined. */
export function cipherOf(context: Context, group: string): GroupCipher {
  const { groupCipher } = rosterOf(context, group)
  const cipher = cipherNamed(context, groupCipher)
  if (cipher === undefined) throw new TypeError(`no cipher ${groupCipher} here`)
  return cipher
}
