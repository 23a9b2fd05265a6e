/** How writes that wait share a flush, which costs more than they do, and what becomes of each where not all have room. */
import { StorageFull } from '@sotto/engine'
import { expect, it } from 'vitest'
import { type ChunkFolder, openChunkStore } from './chunk-store.ts'

const A = 'a'.padStart(32, '0')
const B = 'b'.padStart(32, '0')
const CHUNK = 1_000

/** Files in memory, of a disk with so much room, which counts flushes. */
function countingFolder(roomBytes = Number.POSITIVE_INFINITY) {
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  const seen = { flushes: 0 }
  const used = (): number => [...files.values()].reduce((sum, { length }) => sum + length, 0)
  const folder: ChunkFolder = {
    openFile: async (name, create) => {
      if (!files.has(name) && !create) return undefined
      files.set(name, files.get(name) ?? new Uint8Array())
      const bytes = (): Uint8Array<ArrayBuffer> => files.get(name) ?? new Uint8Array()
      const resize = (length: number): void => {
        const next = new Uint8Array(length)
        next.set(bytes().subarray(0, length))
        files.set(name, next)
      }
      return {
        size: () => bytes().length,
        readAt: (buffer, offset) => {
          const part = bytes().subarray(offset, offset + buffer.length)
          buffer.set(part)
          return part.length
        },
        writeAt: (part, offset) => {
          const more = Math.max(0, offset + part.length - bytes().length)
          if (used() + more > roomBytes) throw new StorageFull('no room')
          if (more > 0) resize(offset + part.length)
          bytes().set(part, offset)
          return part.length
        },
        truncate: resize,
        flush: () => void seen.flushes++,
        close: () => {},
      }
    },
    removeFile: async (name) => void files.delete(name),
    names: async () => [...files.keys()],
    sizeOf: async (name) => files.get(name)?.length,
  }
  return { store: openChunkStore(folder, (call) => call()), files, seen }
}

const chunk = (number: number): Uint8Array => new Uint8Array(CHUNK).fill(number + 1)
const outcomes = async (writes: readonly Promise<void>[]): Promise<readonly string[]> => (await Promise.allSettled(writes)).map(({ status }) => status)

it('ten writes that wait are flushed once, and each is where it belongs', async () => {
  const { store, seen } = countingFolder()
  await Promise.all(Array.from({ length: 10 }, (_, i) => store.write(A, i * CHUNK, chunk(i))))
  expect(seen.flushes).toBe(1)
  for (let i = 0; i < 10; i++) expect(await store.read(A, i * CHUNK, CHUNK)).toEqual(chunk(i))
})

it('one that is awaited is flushed before it is said to be written', async () => {
  const { store, seen } = countingFolder()
  for (let i = 0; i < 3; i++) {
    await store.write(A, i * CHUNK, chunk(i))
    expect(seen.flushes).toBe(i + 1)
  }
})

it('what else is asked for in between is done in its turn', async () => {
  const { store, files } = countingFolder()
  const [, before, , other, , there] = await Promise.all([
    store.write(A, 0, chunk(1)),
    store.read(A, 0, CHUNK),
    store.write(A, 0, chunk(2)),
    store.write(B, 0, chunk(3)).then(() => store.read(B, 0, CHUNK)),
    store.remove(A),
    store.list(),
  ])
  expect(before).toEqual(chunk(1))
  expect(other).toEqual(chunk(3))
  expect(there).toEqual([{ file: B, bytes: CHUNK }])
  expect([...files.keys()]).toEqual([B])
})

it('where not all have room those that have it are written, and the others change nothing', async () => {
  const { store, files } = countingFolder(3 * CHUNK)
  await store.write(A, 0, chunk(0))
  const far = 9 * CHUNK
  expect(await outcomes([store.write(A, CHUNK, chunk(1)), store.write(A, far, chunk(2)), store.write(A, 2 * CHUNK, chunk(3))])).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
  ])
  expect([...(files.get(A) ?? [])]).toEqual([...chunk(0), ...chunk(1), ...chunk(3)])
})

it('of a new file without room for any nothing is left', async () => {
  const { store, files } = countingFolder(CHUNK / 2)
  expect(await outcomes([store.write(A, 0, chunk(0)), store.write(A, CHUNK, chunk(1))])).toEqual(['rejected', 'rejected'])
  expect([...files.keys()]).toEqual([])
})

it('one that overwrote another of the same flush is undone after it', async () => {
  const { store, files } = countingFolder(CHUNK)
  await store.write(A, 0, chunk(0))
  expect(await outcomes([store.write(A, 0, chunk(1)), store.write(A, 10, chunk(2))])).toEqual(['fulfilled', 'rejected'])
  expect([...(files.get(A) ?? [])]).toEqual([...chunk(1)])
})
