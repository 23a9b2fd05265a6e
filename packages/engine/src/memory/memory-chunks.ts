/** The chunk store in memory: for the simulator and for tests. Deterministic; what is written and read are copies. */
import { assertChunkRange } from '../chunk-range.ts'
import { type ChunkStorePort, StorageFull, type StoredFile } from '../ports.ts'

/** The port and, for a caller that cannot wait, the same synchronously. */
export interface MemoryChunks extends ChunkStorePort {
  /** Like `write`. Throws `StorageFull`, and then nothing was written. */
  readonly writeNow: (file: string, offset: number, bytes: Uint8Array) => void
  readonly readNow: (file: string, offset: number, length: number) => Uint8Array | undefined
  readonly removeNow: (file: string) => void
  readonly listNow: () => readonly StoredFile[]
  /** From now on all files together may have this many bytes, with the zeros between. What is there stays. */
  readonly limitBytes: (mostBytes: number) => void
  /** The same files after a restart, with the same limit. This one is closed. */
  readonly reopened: () => MemoryChunks
}

/** An empty store. `mostBytes`: absent, there is no limit. */
export const createMemoryChunks = (mostBytes = Infinity): MemoryChunks => chunksOf(new Map(), mostBytes)

interface Kept {
  /** With room at its end, so that a file that grows is not copied with each chunk. */
  readonly room: Uint8Array
  readonly bytes: number
}

function chunksOf(files: Map<string, Kept>, limit: number): MemoryChunks {
  let mostBytes = limit
  let isClosed = false

  const check = (...range: Parameters<typeof assertChunkRange>): void => {
    refuseIfClosed()
    assertChunkRange(...range)
  }
  const refuseIfClosed = (): void => {
    if (isClosed) throw new RangeError('the chunk store is closed')
  }

  const writeNow = (file: string, offset: number, bytes: Uint8Array): void => {
    check(file, offset, bytes.length)
    const before = files.get(file) ?? { room: new Uint8Array(), bytes: 0 }
    const after = bytes.length === 0 ? before.bytes : Math.max(before.bytes, offset + bytes.length)
    const sum = listNow().reduce((total, stored) => total + stored.bytes, 0)
    if (after > before.bytes && sum - before.bytes + after > mostBytes) throw new StorageFull('the memory has as many bytes as it may')
    const room = after <= before.room.length ? before.room : grown(before.room, 2 * after)
    if (bytes.length > 0) room.set(bytes, offset)
    files.set(file, { room, bytes: after })
  }
  const readNow = (file: string, offset: number, length: number): Uint8Array | undefined => {
    check(file, offset, length)
    const kept = files.get(file)
    return kept?.room.slice(Math.min(offset, kept.bytes), Math.min(offset + length, kept.bytes))
  }
  const removeNow = (file: string): void => {
    check(file)
    files.delete(file)
  }
  const listNow = (): readonly StoredFile[] => {
    refuseIfClosed()
    return [...files].map(([file, { bytes }]) => ({ file, bytes }))
  }

  return {
    writeNow,
    readNow,
    removeNow,
    listNow,
    write: async (...given) => writeNow(...given),
    read: async (...given) => readNow(...given),
    remove: async (file) => removeNow(file),
    list: async () => listNow(),
    close: async () => {
      isClosed = true
    },
    limitBytes: (most) => {
      mostBytes = most
    },
    reopened: () => {
      isClosed = true
      return chunksOf(files, mostBytes)
    },
  }
}

/** The bytes, and zeros behind them. */
function grown(bytes: Uint8Array, length: number): Uint8Array {
  const longer = new Uint8Array(length)
  longer.set(bytes)
  return longer
}
