/** What crosses the machine's edge: events in, effects out, and the primitives and randomness that it works with. */
import type { Primitives, RandomBytes } from '@sotto/crypto/primitives'
import type { HistoryQuery, HistoryRecord } from './history.ts'
import type { NetworkEffect, NetworkEvent } from './network.ts'
import type { EngineReply, EngineRequest } from './pages.ts'

/** What happened. The engine stamps each with its clock. */
export type Event =
  | NetworkEvent
  /** The engine runs, with the state as loaded. Once, before anything else. */
  | { readonly kind: 'started' }
  /** The engine is about to stop: nothing is written after this step's commit. */
  | { readonly kind: 'stopping' }
  | { readonly kind: 'requested'; readonly request: string; readonly what: EngineRequest }
  | { readonly kind: 'historyRead'; readonly read: string; readonly records: readonly HistoryRecord[] }
  /** Takes the place of `historyRead`: the storage could not read it. */
  | { readonly kind: 'historyFailed'; readonly read: string }
  /** Answers `writeChunk`. `full`: the disk has no room. Unless `done`, nothing was written. */
  | { readonly kind: 'chunkWritten'; readonly job: string; readonly how: 'done' | 'full' | 'failed' }
  /** Answers `readChunk`: fewer bytes where the file ends before; null: there is no such file, or it cannot be read. */
  | { readonly kind: 'chunkRead'; readonly job: string; readonly bytes: Uint8Array | null }
  /** Answers `listChunks`. `bytes`: the byte after each file's last. null: it cannot be read. */
  | { readonly kind: 'chunksListed'; readonly files: readonly { readonly file: string; readonly bytes: number }[] | null }
  /** Nothing else waits: time for work that nobody waits for (`Core.hasIdleWork`), a little of it. */
  | { readonly kind: 'idle' }
  /** The effect with this number was carried out. */
  | { readonly kind: 'rowsRenewed'; readonly number: number }
  /** The time asked for with `wakeAt` has come. */
  | { readonly kind: 'woke' }

/** What to do, in this order, once the step's writes are durable. */
export type Effect =
  | NetworkEffect
  | { readonly kind: 'reply'; readonly request: string; readonly reply: EngineReply }
  /** Answered by `historyRead` or `historyFailed`. */
  | { readonly kind: 'readHistory'; readonly read: string; readonly query: HistoryQuery }
  /**
   * Something vanished: rows are to be sealed again, so that no earlier version of one opens. Soon, the last number standing for those before.
   * Answered by `rowsRenewed`.
   */
  | { readonly kind: 'renewRows'; readonly number: number }
  /** Of the store of chunks (PROTOCOL §14.6), which does all these in their order. `file`: its name there. Answered by `chunkWritten`. */
  | { readonly kind: 'writeChunk'; readonly job: string; readonly file: string; readonly offset: number; readonly bytes: Uint8Array }
  /** Answered by `chunkRead`. */
  | { readonly kind: 'readChunk'; readonly job: string; readonly file: string; readonly offset: number; readonly length: number }
  /** Everything that is stored of a file goes. */
  | { readonly kind: 'removeChunks'; readonly file: string }
  /** Answered by `chunksListed`. */
  | { readonly kind: 'listChunks' }
  /** Answered by `woke`. Replaces an earlier one. */
  | { readonly kind: 'wakeAt'; readonly atMs: number }

export interface CryptoProvider {
  readonly primitives: Primitives
  readonly random: RandomBytes
}

export interface CoreOptions {
  /** One-time prekeys of each kind that a relay gets. New ones follow when a fifth is left. At most `LIMITS.oneTimePreKeys`, the default. */
  readonly oneTimePreKeys?: number
}
