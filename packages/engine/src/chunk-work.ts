/** Does what the machine asks of the store of chunks, and tells it what came of it. A store that cannot be opened fails each call: messages go on. */
import type { Effect, Event } from '@sotto/core'
import { type ChunkStorePort, StorageFull } from './ports.ts'

export type ChunkEffect = Extract<Effect, { readonly kind: 'writeChunk' | 'readChunk' | 'removeChunks' | 'listChunks' }>

export interface ChunkWork {
  /** In the order of the calls. Never throws. */
  readonly perform: (effect: ChunkEffect) => void
  /** After everything that was asked for. Never rejects. */
  readonly close: () => Promise<void>
}

export function createChunkWork({
  open,
  deliver,
  report,
}: {
  readonly open: () => Promise<ChunkStorePort>
  readonly deliver: (event: Event) => void
  readonly report: (fault: unknown) => void
}): ChunkWork {
  // A rejection here is reported where the store is first used.
  const opening = open()
  opening.catch(() => {})
  const under = new Set<Promise<void>>()

  const act = async (effect: ChunkEffect): Promise<Event | null> => {
    const store = await opening
    switch (effect.kind) {
      case 'writeChunk':
        await store.write(effect.file, effect.offset, effect.bytes)
        return { kind: 'chunkWritten', job: effect.job, how: 'done' }
      case 'readChunk':
        return { kind: 'chunkRead', job: effect.job, bytes: (await store.read(effect.file, effect.offset, effect.length)) ?? null }
      case 'removeChunks':
        await store.remove(effect.file)
        return null
      case 'listChunks':
        return { kind: 'chunksListed', files: await store.list() }
    }
  }

  const failed = (effect: ChunkEffect, fault: unknown): Event | null => {
    const isFull = fault instanceof StorageFull
    if (!isFull) report(fault)
    switch (effect.kind) {
      case 'writeChunk':
        return { kind: 'chunkWritten', job: effect.job, how: isFull ? 'full' : 'failed' }
      case 'readChunk':
        return { kind: 'chunkRead', job: effect.job, bytes: null }
      case 'removeChunks':
        // It is removed after the next start, as nothing names it.
        return null
      case 'listChunks':
        return { kind: 'chunksListed', files: null }
    }
  }

  return {
    perform: (effect) => {
      const done = act(effect)
        .catch((fault: unknown) => failed(effect, fault))
        .then((event) => {
          if (event !== null) deliver(event)
        })
        .finally(() => under.delete(done))
      under.add(done)
    },
    close: async () => {
      while (under.size > 0) await Promise.all(under)
      await opening.then((store) => store.close()).catch(() => {})
    },
  }
}
