/** Rows of files: those of messages, those that are being attached, and what is asked of whom (PROTOCOL §14). */
import type { FileLayout, TreeLevels } from '@sotto/blob'
import {
  accountId,
  boolean,
  type Decoded,
  fixedBytes,
  LIMITS,
  list,
  mailboxKeys,
  optional,
  struct,
  text,
  uint16,
  uint32,
  uint48,
  varBytes,
  word,
} from '@sotto/wire'
import { durable, volatile } from '../table.ts'
import { relayAddress, seed } from './shapes.ts'

/** What a picture's author says of how it looks. */
export const pictureOfFile = struct({ width: uint16, height: uint16, thumbnail: varBytes(LIMITS.thumbnailBytes) })

/** What a message's record keeps of a file: nothing that opens it. */
export const shownFile = struct({
  name: text(LIMITS.fileNameBytes),
  mediaType: text(LIMITS.mediaTypeBytes),
  sizeBytes: uint48,
  picture: optional(pictureOfFile),
})

export type ShownFile = Decoded<typeof shownFile>

export const shownFiles = list(shownFile, LIMITS.filesInMessage)

const hash = fixedBytes(32)

/** A file as its message says it: what opens it, what its chunks are held against, and what its author says of it. */
export const describedFiles = list(struct({ key: hash, root: hash, shown: shownFile }), LIMITS.filesInMessage)

const file = struct({
  /** Its name in the store: 32 hexadecimal digits, drawn here. */
  stored: text(32),
  /** Its name among members (PROTOCOL §14.9). */
  name: fixedBytes(16),
  /** Read by `keyOf` alone (`files/file-rows.ts`). */
  key: hash,
  root: hash,
  sizeBytes: uint48,
  account: accountId,
  /** This device sealed it. */
  isOwn: boolean,
  /** `waiting`: until the person asks for it. `cancelled`: the person does not want it here. */
  state: word(['whole', 'coming', 'waiting', 'paused', 'cancelled']),
  /** The chunks that are here, as far as the disk knows; empty where it is whole. */
  here: varBytes(Math.ceil(LIMITS.fileChunks / 8)),
})

export type FileRow = Decoded<typeof file>

/** A file of a message. Key: group, message id, number in the message. */
export const FILE = durable('file', file, { scope: 'group', owner: 'files' })

/** Larger files wait for the person. No row: `LIMITS.fetchedAtOnceBytes`. Key: `self`. */
export const FETCHED_AT_ONCE = durable('fetchedAtOnce', uint48, { scope: 'self', owner: 'files' })

/** The row of a file that members name so. Key: group, name. */
export const FILE_NAMED = volatile<readonly [message: string, number: string]>('fileNamed', { scope: 'group', owner: 'files' })

export interface Coming {
  /** The chunks that are here. */
  readonly here: Uint8Array
  /** So many of them the disk's row does not know of, and since when it may lack some. */
  readonly unsaved: number
  readonly savedMs: number
  /** Why nothing can be written, and when that was last seen; null: it can. */
  readonly trouble: { readonly why: 'full' | 'failed'; readonly atMs: number } | null
  /** The next chunk that is looked for in the store, as after a kill it may lie there unmarked; null: all were. */
  readonly checking: number | null
}

/** A file of a message that is not whole, and comes. Key: group, message id, number. */
export const COMING = volatile<Coming>('coming', { scope: 'group', owner: 'files' })

export interface Source {
  /** What it says that it has; null: it was asked and has not answered. */
  readonly held: Uint8Array | null
  /** When it last sent a chunk, or was first asked for one since. */
  readonly heardMs: number
  /** For so many chunks it may be asked at a time. */
  readonly window: number
  /** The shortest time in which a chunk came that it was asked for; null: none has. */
  readonly bestMs: number | null
  /** It did not send what it was asked for in time: it is asked for one chunk at a time until it does, and for none that others have. */
  readonly isSlow: boolean
  /** It sent a chunk that is none: it is not asked again on this connection. */
  readonly isFalse: boolean
}

/** A connected peer that was asked for a file. Key: group, message id, number, peer. */
export const SOURCE = volatile<Source>('source', { scope: 'group', owner: 'files' })

/** A chunk that is on its way: from whom, or null while it is being written, and since when. Key: group, message id, number, chunk. */
export const CHUNK_ASKED = volatile<{ readonly peer: string | null; readonly atMs: number }>('chunkAsked', { scope: 'group', owner: 'files' })

export interface Wanted {
  /** When it was last told what is here, and whether more is here since. */
  readonly toldMs: number
  readonly isDue: boolean
  /** It said that it has all of it. */
  readonly isWhole: boolean
}

/** Peers that proved that they know a file and want it, or did. Key: group, message id, number, peer. */
export const WANTED_BY = volatile<Wanted>('wantedBy', { scope: 'group', owner: 'files' })

/** What came unasked of a member's files. Key: group, account. */
export const FETCHED = volatile<{ readonly sinceMs: number; readonly bytes: number }>('fetched', { scope: 'group', owner: 'files' })

const attached = struct({
  /** Counts those of its group in the order in which they were begun. */
  place: uint32,
  shown: shownFile,
  /** Once all of it is in the store; null: it is being sealed, or was when the engine stopped, and then has to be chosen again. */
  sealed: optional(struct({ key: hash, root: hash })),
  /** It is sealed again of a file of a message that is here, and goes with the message of this row of `PASSING_ON`; null: a page gave it. */
  passedOn: optional(struct({ as: text(16), group: text(64), message: text(43), number: text(10) })),
})

export type Attached = Decoded<typeof attached>

/** A file of a composer, or one that is passed on, until a message has it. Key: group, name in the store. */
export const ATTACHED = durable('attached', attached, { scope: 'group', owner: 'files' })

const passingOn = struct({
  text: text(LIMITS.textBytes),
  files: uint16,
  /** Why it cannot be said, until the person has seen that; its files are gone from `ATTACHED`. `gone`: one of them ended first. null: it can. */
  trouble: optional(word(['gone', 'full', 'failed'])),
})

/** A message that is passed on with so many files, until all of them are sealed again for this group. Key: group, number. */
export const PASSING_ON = durable('passingOn', passingOn, { scope: 'group', owner: 'files' })

/** A whole one of before this start, until the store has said whether it is there. Key: group, name in the store. */
export const TO_LOOK_FOR = volatile<true>('toLookFor', { scope: 'group', owner: 'files' })

export interface Sealing {
  readonly key: Uint8Array
  readonly chunkKey: Uint8Array
  readonly layout: FileLayout
  /** The chunk that is sealed next, and then the one whose proof is written next. */
  readonly next: number
  /** Chunks, and then proofs, that are in the store. */
  readonly done: number
  /** Once all chunks are: their tree. */
  readonly tree: TreeLevels | null
  /** All pieces were given. */
  readonly isGiven: boolean
  /** The request for its last piece, which is answered once all is in the store. */
  readonly finishing: string | null
}

/** One of these that is being sealed: what that knows does not outlast a stop, as no key seals anything twice. Key: group, name in the store. */
export const SEALING = volatile<Sealing>('sealing', { scope: 'group', owner: 'files' })

/** Leaf hashes of a file that is being sealed, one after the other, some at a time. Key: group, name in the store, page. */
export const LEAVES = volatile<Uint8Array>('leaves', { scope: 'group', owner: 'files' })

/** A file of a message as its key parts. */
export type FileKey = readonly [group: string, message: string, number: string]

export type ChunkJob =
  /** A chunk of an attachment is written; `request`: the page's, which is answered then. */
  | { readonly kind: 'seal'; readonly group: string; readonly stored: string; readonly request: string | null }
  | { readonly kind: 'prove'; readonly group: string; readonly stored: string }
  /** A chunk is read so that it can be sealed again: the file is passed on. */
  | { readonly kind: 'copy'; readonly group: string; readonly stored: string; readonly chunk: number }
  /** A chunk that a peer sent is written. */
  | { readonly kind: 'keep'; readonly file: FileKey; readonly stored: string; readonly chunk: number }
  /** A chunk is read: its beginning, or all of it, to see whether it is here; for a peer; for a page. */
  | { readonly kind: 'glance' | 'check'; readonly file: FileKey; readonly stored: string; readonly chunk: number }
  /** For a relay; `token`: as the relay's client names it. */
  | { readonly kind: 'leave'; readonly file: FileKey; readonly stored: string; readonly chunk: number; readonly relay: string; readonly token: string }
  | { readonly kind: 'serve'; readonly file: FileKey; readonly stored: string; readonly chunk: number; readonly peer: string }
  | {
      readonly kind: 'open'
      readonly file: FileKey
      readonly stored: string
      readonly chunk: number
      /** The part of the chunk's bytes that the page asked for. */
      readonly from: number
      readonly to: number
      readonly request: string
    }

/** What the store of chunks was asked for. Key: number. */
export const CHUNK_JOB = volatile<ChunkJob>('chunkJob', { scope: 'read', owner: 'files' })

/** How often the store was asked for anything since the start. Key: `self`. */
export const CHUNK_JOBS = volatile<number>('chunkJobs', { scope: 'self', owner: 'files' })

const leftAt = struct({
  address: relayAddress,
  /** The relay's store that has it; null: none was said yet. */
  incarnation: optional(fixedBytes(16)),
  keys: mailboxKeys,
  /** Drops the mailbox, also when the file's key is gone. */
  appendSeed: seed,
  /** So many chunks from the first on the relay acknowledged, as far as the disk knows. */
  taken: uint32,
  /** `refused`: for good, as it is too large there, or full. */
  state: word(['leaving', 'left', 'refused']),
})

export type LeftAt = Decoded<typeof leftAt>

const left = struct({
  sinceMs: uint48,
  /** Its message vanishes. */
  vanishes: boolean,
  /** Nothing more of it is left at any relay. */
  isDone: boolean,
  at: list(leftAt, LIMITS.relays),
})

export type Left = Decoded<typeof left>

/** Where an own file of a message was left, or is to be. It outlasts the file itself, so that the mailbox can be dropped. Key: group, message id, number. */
export const LEFT = durable('fileLeft', left, { scope: 'group', owner: 'files' })

export interface Leaving {
  /** The relay's name where it is left now; null: none yet. */
  readonly relay: string | null
  /** The chunk that is read next for it. */
  readonly next: number
  /** So many from the first on it acknowledged, and some behind them; so many of these the disk's row does not know of. */
  readonly taken: number
  readonly early: readonly number[]
  readonly unsaved: number
}

/** An own file that is being left at relays. Key: group, message id, number. */
export const LEAVING = volatile<Leaving>('leaving', { scope: 'group', owner: 'files' })

/** A chunk that is read for a relay (`isSent` false) or on its way there. Key: relay name, the client's token. */
export const CHUNK_LEAVING = volatile<{ readonly file: FileKey; readonly mailbox: string; readonly chunk: number; readonly isSent: boolean }>('chunkLeaving', {
  scope: 'relay',
  owner: 'files',
})

/** A relay that has no room for chunks is not asked before this. Key: relay name. */
export const NO_ROOM_FOR_FILES = volatile<{ readonly sinceMs: number; readonly waitMs: number }>('noRoomForFiles', { scope: 'relay', owner: 'files' })

/** The mailbox of a file whose message is gone: all in it is to be deleted. Key: relay name, mailbox. */
export const FILE_DROP = durable('fileDrop', struct({ address: relayAddress, keys: mailboxKeys, appendSeed: seed, sinceMs: uint48 }), {
  scope: 'relay',
  owner: 'files',
})

/** The relay was asked to delete it, on this connection. Key: relay name, mailbox. */
export const DROP_ASKED = volatile<true>('dropAsked', { scope: 'relay', owner: 'files' })

/**
 * How far a file's mailbox was read: what is up to there is in the store, or came before. `isFalse`: the relay gave what is no chunk of it, and is
 * not asked for this file again. Key: group, message id, number, relay name.
 */
export const READ_AT = durable('fileReadAt', struct({ incarnation: fixedBytes(16), cursor: uint48, isFalse: boolean }), { scope: 'group', owner: 'files' })

export interface Reading {
  /** `resting`: it is asked `waitMs` after `sinceMs`. */
  readonly state: 'resting' | 'reading'
  /** Since when it rests, or when it was asked or last gave something new. */
  readonly sinceMs: number
  readonly waitMs: number
  /** How long it rested last. */
  readonly restMs: number
  /** While it is read: what names it. */
  readonly mailbox: string
  readonly incarnation: Uint8Array | null
  /** The last record that came, and those whose chunk is not in the store yet, the oldest first. */
  readonly cursor: number
  readonly unkept: readonly { readonly cursor: number; readonly chunk: number }[]
  /** It gave something new since it was asked. */
  readonly gives: boolean
  /** Records that brought nothing new. */
  readonly useless: number
}

/** A relay where a file that comes is looked for. Key: group, message id, number, relay name. */
export const READING = volatile<Reading>('readingFile', { scope: 'group', owner: 'files' })
