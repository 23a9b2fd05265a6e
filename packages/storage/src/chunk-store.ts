/** The chunk store on a folder of files: of a disk, or a browser's origin private file system. */
import { assertChunkRange, type ChunkStorePort, isFileName, type StoredFile } from '@sotto/engine'
import { inTurn } from './in-turn.ts'
import { type PositionalFile, type Range, readUpTo, writeWhole } from './write-whole.ts'

export interface OpenFile extends PositionalFile {
  readonly close: () => void | Promise<void>
}

/** A folder that holds files of the store, and perhaps other things, which are none of its business. */
export interface ChunkFolder {
  /** `undefined` if there is no such file. Created files are durable in their folder once it resolves. */
  readonly openFile: (name: string, create: boolean) => Promise<OpenFile | undefined>
  readonly removeFile: (name: string) => Promise<void>
  readonly names: () => Promise<readonly string[]>
  /** Of a file that is not open. `undefined` if it is gone. */
  readonly sizeOf: (name: string) => Promise<number | undefined>
}

/** As many files stay open for the next chunk: downloads and uploads that go on at once. */
const OPEN_FILES = 8

/** As many writes of a file that wait share one flush, which costs more than all of them: a megabyte of chunks. A guess. */
const WRITES_AT_ONCE = 16

/** Writes of one file that nothing else waits behind yet. */
interface Batch {
  readonly name: string
  readonly ranges: Range[]
  /** What became of each of them, in their order. */
  readonly written: Promise<readonly PromiseSettledResult<void>[]>
}

/** Opens the store. `typed` turns an error of this kind of folder into the port's. */
export function openChunkStore(folder: ChunkFolder, typed: <T>(call: () => Promise<T>) => Promise<T>): ChunkStorePort {
  /** The one that was used last is the last. */
  const opened = new Map<string, OpenFile>()
  const takeTurn = inTurn()
  let isClosed = false
  /** The last call that waits, where that is writes: more of the same file may join them. */
  let batch: Batch | null = null

  const letGo = async (name: string): Promise<void> => {
    const file = opened.get(name)
    opened.delete(name)
    await file?.close()
  }
  const fileNamed = async (name: string, create: boolean): Promise<OpenFile | undefined> => {
    const file = opened.get(name) ?? (await folder.openFile(name, create))
    if (file === undefined) return undefined
    opened.delete(name)
    opened.set(name, file)
    for (const oldest of [...opened.keys()].slice(0, -OPEN_FILES)) await letGo(oldest)
    return file
  }
  const inOrder = async <T>(act: () => Promise<T>): Promise<T> => {
    if (isClosed) throw new RangeError('the chunk store is closed')
    return takeTurn(act)
  }
  const call = <T>(act: () => Promise<T>): Promise<T> => {
    batch = null
    return inOrder(() => typed(act))
  }

  /** All of them or none. */
  const writeRanges = async (name: string, ranges: readonly Range[]): Promise<void> => {
    const isNew = (await fileNamed(name, false)) === undefined
    try {
      const file = await fileNamed(name, true)
      if (file === undefined) throw new Error('a file was not created')
      await writeWhole(file, ranges)
    } catch (error) {
      if (isNew) {
        await letGo(name)
        await folder.removeFile(name)
      }
      throw error
    }
  }
  const writeBatch = async (name: string, ranges: readonly Range[]): Promise<readonly PromiseSettledResult<void>[]> => {
    const together = await settled(typed(() => writeRanges(name, ranges)))
    if (together.status === 'fulfilled' || ranges.length === 1) return ranges.map(() => together)
    // Not all of them have room. Each is tried alone, in its turn.
    const each: PromiseSettledResult<void>[] = []
    for (const range of ranges) each.push(await settled(typed(() => writeRanges(name, [range]))))
    return each
  }
  const beginBatch = (name: string): Batch => {
    const ranges: Range[] = []
    const written = inOrder(() => {
      if (batch?.ranges === ranges) batch = null
      return writeBatch(name, ranges)
    })
    return { name, ranges, written }
  }

  return {
    write: async (name, offset, bytes) => {
      assertChunkRange(name, offset, bytes.length)
      if (batch === null || batch.name !== name || batch.ranges.length >= WRITES_AT_ONCE) batch = beginBatch(name)
      const { ranges, written } = batch
      // The caller may change them while others have their turn.
      const place = ranges.push({ offset, bytes: bytes.slice() }) - 1
      const outcome = (await written)[place]
      if (outcome?.status === 'rejected') throw outcome.reason
    },
    read: async (name, offset, length) => {
      assertChunkRange(name, offset, length)
      return call(async () => {
        const file = await fileNamed(name, false)
        return file === undefined ? undefined : readUpTo(file, offset, length)
      })
    },
    remove: async (name) => {
      assertChunkRange(name)
      return call(async () => {
        await letGo(name)
        await folder.removeFile(name)
      })
    },
    list: () =>
      call(async () => {
        const files: StoredFile[] = []
        for (const file of (await folder.names()).filter(isFileName)) {
          const bytes = await (opened.get(file)?.size() ?? folder.sizeOf(file))
          if (bytes !== undefined) files.push({ file, bytes })
        }
        return files
      }),
    close: async () => {
      isClosed = true
      batch = null
      await takeTurn(async () => {
        for (const name of opened.keys()) await letGo(name)
      })
    },
  }
}

/** How it ended, which is no fault yet. */
const settled = async (act: Promise<void>): Promise<PromiseSettledResult<void>> => (await Promise.allSettled([act]))[0]
