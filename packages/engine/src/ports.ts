/**
 * What the engine needs from the world, as ports. Adapters live at the edge (storage, transport, the browser),
 * in-memory ones in `memory/`, and conformance suites in `conformance/`.
 *
 * Everything durable goes through `StoragePort.commit`. Nothing leaves the device before the commit that implies it has
 * resolved (commit, then perform).
 */

import type { HistoryQuery, HistoryRecord, HistoryWrite, NetworkEffect, NetworkEvent } from '@sotto/core'

export type { HistoryQuery, HistoryRecord, HistoryWrite, NetworkEffect, NetworkEvent, PeerPath } from '@sotto/core'

/** One row of the machine's state. `value` null deletes. */
export interface RowWrite {
  /** Text key, for example `session/…`. It is secret to the disk: adapters store only a keyed hash of it. */
  readonly key: string
  readonly value: Uint8Array | null
}

/**
 * What one commit does, in this order: `dropHistories`, then `rows` and `histories`, each in the order of its list. So a
 * history may end and begin again in one commit (`mergeWrites` joins two commits). Texts are well-formed Unicode.
 */
export interface Writes {
  readonly rows: readonly RowWrite[]
  readonly histories: readonly HistoryWrite[]
  /** Histories that end here, with all their records. */
  readonly dropHistories: readonly string[]
  /**
   * Keys of records (`HistoryWrite.under`) that end here: what was sealed under them opens nowhere any more. Once the rest is
   * durable. No record may be left under one, and no name is used again.
   */
  readonly eraseKeys?: readonly string[]
}

export interface StoragePort {
  /** Every row once, after opening. */
  readonly load: () => Promise<ReadonlyMap<string, Uint8Array>>
  /**
   * All of it or nothing, durable when the promise resolves (in a browser: a transaction with strict durability).
   * Rejects with `StorageFull` when there is no room. Nothing was written then, and the caller may try again.
   */
  readonly commit: (writes: Writes) => Promise<void>
  /** Records in the order of the query's direction; by id in the requested order, missing ones omitted. */
  readonly readHistory: (query: HistoryQuery) => Promise<readonly HistoryRecord[]>
  /**
   * Seals every row again that is not under the newest row key, some at a time between other calls. False if the storage was
   * closed meanwhile; the rest is then done by the next call. Rejects with `StorageFull` likewise.
   */
  readonly renewRows: () => Promise<boolean>
  /**
   * Erases every key of records but these: what an interruption left. Called once, before the first commit. A record under
   * another key is missing from then on.
   */
  readonly keepKeys: (names: readonly string[]) => Promise<void>
  readonly close: () => Promise<void>
}

/** There is no room on the disk or in the browser's quota. */
export class StorageFull extends Error {
  override readonly name = 'StorageFull'
}

/** The browser allows no storage here: a private window, a history that is never kept, a policy. */
export class StorageRefused extends Error {
  override readonly name = 'StorageRefused'
}

/** A later version wrote what is stored. */
export class StorageNewer extends Error {
  override readonly name = 'StorageNewer'
}

/** What is stored is not what was written, or not under this key. Opening, loading and reading reject with it. */
export class StorageDamaged extends Error {
  override readonly name = 'StorageDamaged'
}

/** Seals everything that goes on the disk. Made from the data key when the vault is open; the adapter never sees the key. */
export interface RowCipher {
  /** 32-byte keyed hash of a row's key or a history's name: what an index may hold. */
  readonly index: (name: string) => Uint8Array
  /** For what is kept as long as it is wanted: records. `context` binds a value to its place, so that values cannot be swapped. */
  readonly seal: (value: Uint8Array, context: Uint8Array) => Uint8Array
  /** `undefined` if the value is not what was sealed there. */
  readonly open: (sealed: Uint8Array, context: Uint8Array) => Uint8Array | undefined
  /** For rows, whose older versions may never be opened again: under the newest of the row keys. */
  readonly sealRow: (value: Uint8Array, context: Uint8Array) => Uint8Array
  /** `undefined` if the value is not what was sealed there under a row key that is still there. */
  readonly openRow: (sealed: Uint8Array, context: Uint8Array) => { readonly value: Uint8Array; readonly isUnderNewestKey: boolean } | undefined
  /** A new random key for records that end sooner than the profile, 32 bytes. */
  readonly drawKey: () => Uint8Array
  /** As `seal` and `open`, under such a key alone. */
  readonly sealWith: (key: Uint8Array, value: Uint8Array, context: Uint8Array) => Uint8Array
  readonly openWith: (key: Uint8Array, sealed: Uint8Array, context: Uint8Array) => Uint8Array | undefined
  /** 32-byte keyed hash that tells which sealed value is at a place. Not for the disk: an adapter keeps it to itself. */
  readonly mark: (name: Uint8Array, sealed: Uint8Array) => Uint8Array
}

/**
 * A small file that is overwritten where it lies, so that what it held cannot be read from the disk afterwards. As far as
 * the disk does as it is told: flash storage and file systems that copy on write may keep old blocks.
 */
export interface ErasableFile {
  /** All of it; `undefined` if there is none. */
  readonly read: () => Promise<Uint8Array | undefined>
  /** Writes at an offset, over what is there, and creates the file if there is none. Durable when it resolves. */
  readonly overwrite: (offset: number, bytes: Uint8Array) => Promise<void>
  readonly remove: () => Promise<void>
}

/**
 * Where the sealed chunks of files lie (PROTOCOL §14): ranges of bytes by a file's local name, so that no file is in memory whole. It
 * holds ciphertext alone; the keys are in rows. Calls take effect in the order in which they are made.
 *
 * `file`: 32 lower-case hexadecimal digits, random and of this device alone. `offset` and `length`: bytes, whole and not below 0. Anything
 * else rejects with `RangeError`, and so does every call after `close`.
 */
export interface ChunkStorePort {
  /**
   * Writes there, and creates the file if there is none; zeros lie between its former end and a later `offset`. Durable when it resolves.
   * Rejects with `StorageFull` where there is no room: what was there before is as it was then. Where the machine stops in the middle a
   * part may be written: who reads a chunk compares it with its hash.
   */
  readonly write: (file: string, offset: number, bytes: Uint8Array) => Promise<void>
  /** The bytes there, fewer where the file ends before; `undefined` if there is no such file. */
  readonly read: (file: string, offset: number, length: number) => Promise<Uint8Array | undefined>
  /** Also where there is no such file. */
  readonly remove: (file: string) => Promise<void>
  /** All files, with the byte after each one's last. In no order. */
  readonly list: () => Promise<readonly StoredFile[]>
  readonly close: () => Promise<void>
}

export interface StoredFile {
  readonly file: string
  readonly bytes: number
}

/**
 * Where the vault's header lives: whether there is a profile, and how its data key is wrapped. Readable without a key.
 */
export interface VaultPort {
  readonly read: () => Promise<Uint8Array | undefined>
  readonly write: (header: Uint8Array) => Promise<void>
  /** For secrets that every key of this profile needs. */
  readonly secrets: ErasableFile
  /** For the keys of records that end sooner (`vault/erasable-keys.ts`). */
  readonly keys: ErasableFile
  /** A few bytes beside the header, as readable as it is: how often a passphrase was wrong. Durable when written. */
  readonly tries: { readonly read: () => Promise<Uint8Array | undefined>; readonly write: (bytes: Uint8Array) => Promise<void> }
  /**
   * Erases the secrets and the keys, then deletes the header, the tries, every database and chunk of this profile and at last the files
   * of what was erased.
   */
  readonly wipe: () => Promise<void>
  /** Opens the rows under an open vault. */
  readonly openStorage: (cipher: RowCipher) => Promise<StoragePort>
  /** Opens the chunks of files. One store is open at a time. */
  readonly openChunks: () => Promise<ChunkStorePort>
  /** Argon2id (RFC 9106), away from the thread that paints. */
  readonly stretch: (passphrase: Uint8Array, salt: Uint8Array, cost: { readonly memoryKib: number; readonly passes: number }) => Promise<Uint8Array>
}

/** All storage that a profile may lie in: the vault's, and what pages keep beside it. */
export interface RemainsPort {
  /** Deletes what lies beside the vault. */
  readonly clear: () => Promise<void>
  /** What is there, each by a name. After a wipe: nothing. */
  readonly list: () => Promise<readonly string[]>
}

export interface NetworkPort {
  /** Starts and delivers events, in order, until `stop`. */
  readonly start: (deliver: (event: NetworkEvent) => void) => Promise<void>
  /** Never throws and never blocks. What cannot be done now is dropped, and an event says what changed. */
  readonly perform: (effect: NetworkEffect) => void
  /** Says goodbye to peers and closes everything. */
  readonly stop: () => Promise<void>
}

export interface ClockPort {
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number
  /** Calls back once, not before `atMs`. Returns a function that cancels it. */
  readonly wakeAt: (atMs: number, wake: () => void) => () => void
  /** Lets the page paint: a macrotask. */
  readonly yieldToPage: () => Promise<void>
}
