/** The messages between the page and the Worker that has the files' chunks. */
import type { ChunkStorePort } from '@sotto/engine'

type Calls = Omit<ChunkStorePort, 'close'>

/** A call of the port, or what comes before and after all calls. Answered by its number. */
export type ChunkRequest =
  | { readonly number: number; readonly call: 'open'; readonly folder: string }
  | { readonly [C in keyof Calls]: { readonly number: number; readonly call: C; readonly values: Parameters<Calls[C]> } }[keyof Calls]
  | { readonly number: number; readonly call: 'close' }

export type ChunkReply =
  | { readonly number: number; readonly ok: true; readonly value: unknown }
  /** The name of the error: errors lose their kind on the way out of a Worker. */
  | { readonly number: number; readonly ok: false; readonly name: string }
