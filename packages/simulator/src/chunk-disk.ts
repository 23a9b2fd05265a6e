/** A simulated peer's store of chunks does at once what the machine asks of it: a kill before the machine hears of it finds it there. */
import type { Effect, Event, State } from '@sotto/core'
import { FILE, Transaction } from '@sotto/core/inside'
import { createMemoryChunks, type MemoryChunks, StorageFull } from '@sotto/engine'

type ChunkEffect = Extract<Effect, { readonly kind: 'writeChunk' | 'readChunk' | 'removeChunks' | 'listChunks' }>

const KINDS: readonly Effect['kind'][] = ['writeChunk', 'readChunk', 'removeChunks', 'listChunks'] satisfies ChunkEffect['kind'][]

export const isChunkEffect = (effect: Effect): effect is ChunkEffect => KINDS.includes(effect.kind)

export const emptyChunks = (): MemoryChunks => createMemoryChunks()

/** `tell`: tells the machine what came of it. Worlds without files go as they would without a store. */
export function doneByDisk(chunks: MemoryChunks, effect: ChunkEffect, state: State, tell: (event: Event) => void): void {
  switch (effect.kind) {
    case 'writeChunk':
      return tell({ kind: 'chunkWritten', job: effect.job, how: written(chunks, effect) })
    case 'readChunk':
      return tell({ kind: 'chunkRead', job: effect.job, bytes: chunks.readNow(effect.file, effect.offset, effect.length) ?? null })
    case 'removeChunks':
      return chunks.removeNow(effect.file)
    case 'listChunks':
      if (chunks.listNow().length > 0 || new Transaction(state).first(FILE) !== undefined) tell({ kind: 'chunksListed', files: chunks.listNow() })
  }
}

function written(chunks: MemoryChunks, { file, offset, bytes }: Extract<ChunkEffect, { readonly kind: 'writeChunk' }>): 'done' | 'full' {
  try {
    chunks.writeNow(file, offset, bytes)
    return 'done'
  } catch (error) {
    if (error instanceof StorageFull) return 'full'
    throw error
  }
}
