/**
 * What every adapter of the chunk store must keep, as cases that run anywhere: under a test runner in Node, or in a page of a browser.
 *
 * Invariants:
 *  1. a range holds what was written there last; where nothing was written before a later range are zeros.
 *  2. reading gives what is there and never more than the file has; a file that is not there is told from an empty one.
 *  3. what was written is found after closing and reopening, byte for byte, in any number of files.
 *  4. a removed file is gone with its bytes; another of the same name begins as a new one.
 *  5. calls that are not awaited take effect in the order in which they were made.
 *  6. what is no name of a file or no place in one is refused, and makes nothing.
 *  7. a full disk rejects with `StorageFull`, leaves everything unchanged, and the store keeps working.
 *  8. bytes passed in and bytes returned belong to the caller: changing them changes nothing stored.
 */
import { type ChunkStorePort, StorageFull } from '../ports.ts'
import { assertRejects, assertSame, pattern } from './storage-cases.ts'

/** One empty place on some disk. Every case needs its own. */
export interface ChunkPlace {
  /** Opens the place. Any store opened before is closed by then. */
  readonly open: () => Promise<ChunkStorePort>
  /** Opens it with room left for a chunk and not for 8 MiB; the next `open` has room again. */
  readonly openFull: () => Promise<ChunkStorePort>
}

export interface ChunkCase {
  /** A sentence. */
  readonly name: string
  /** It calls `openFull`. */
  readonly fillsTheDisk?: true
  /** Rejects with what is wrong. */
  readonly run: (place: ChunkPlace) => Promise<void>
}

const CHUNK = 60 * 1024
const MIB = 1024 * 1024

/** The name of a file, by a number. */
const named = (number: number): string => number.toString(16).padStart(32, '0')
const A = named(0xa)
const B = named(0xb)

const NO_NAMES = ['', '.', '..', A.slice(1), `${A}0`, A.toUpperCase(), `../${A.slice(3)}`, `${A.slice(2)}/b`, `${A.slice(1)}\0`, `${A}\n`, `${A.slice(1)}٣`]
const NO_NUMBERS = [-1, 0.5, Number.NaN, Infinity, 2 ** 53]

export const CHUNK_CASES: readonly ChunkCase[] = [
  {
    name: 'a new place has no files, and removing one that is not there changes nothing',
    run: async ({ open }) => {
      const store = await open()
      assertSame(await store.list(), [])
      assertSame(await store.read(A, 0, 10), undefined)
      await store.remove(A)
      assertSame(await store.list(), [])
      await store.close()
    },
  },
  {
    name: 'what was written is read in any parts, also across two writes',
    run: async ({ open }) => {
      const store = await open()
      const bytes = pattern(1, 3 * CHUNK)
      for (const at of [0, CHUNK, 2 * CHUNK]) await store.write(A, at, bytes.slice(at, at + CHUNK))
      for (const [at, length] of [
        [0, 3 * CHUNK],
        [0, 1],
        [CHUNK - 1, 2],
        [CHUNK / 2, 2 * CHUNK],
        [3 * CHUNK - 1, 1],
        [7, 0],
      ] as const)
        assertSame(await store.read(A, at, length), bytes.slice(at, at + length))
      assertSame(await store.list(), [{ file: A, bytes: 3 * CHUNK }])
      await store.close()
    },
  },
  {
    name: 'a part of a larger buffer is written as it is',
    run: async ({ open }) => {
      const store = await open()
      const bytes = pattern(2, 1_000)
      await store.write(A, 0, bytes.subarray(100, 300))
      assertSame(await store.read(A, 0, 1_000), bytes.slice(100, 300))
      await store.close()
    },
  },
  {
    name: 'reading past the end gives what there is',
    run: async ({ open }) => {
      const store = await open()
      await store.write(A, 0, pattern(1, 100))
      assertSame(await store.read(A, 60, 1_000), pattern(1, 100).slice(60))
      for (const at of [100, 101, 5_000_000_000]) assertSame(await store.read(A, at, 10), new Uint8Array())
      await store.close()
    },
  },
  {
    name: 'chunks may come in any order, and zeros lie where none came yet',
    run: async ({ open }) => {
      const first = await open()
      const [early, late] = [pattern(1, CHUNK), pattern(2, CHUNK)]
      await first.write(A, 4 * CHUNK, late)
      assertSame(await first.read(A, 0, 2 * CHUNK), new Uint8Array(2 * CHUNK))
      await first.write(A, CHUNK, early)
      const store = await reopened(first, open)
      const expected = new Uint8Array(5 * CHUNK)
      expected.set(early, CHUNK)
      expected.set(late, 4 * CHUNK)
      assertSame(await store.read(A, 0, 9 * CHUNK), expected)
      assertSame(await store.list(), [{ file: A, bytes: 5 * CHUNK }])
      await store.close()
    },
  },
  {
    name: 'a later write replaces its range alone',
    run: async ({ open }) => {
      const store = await open()
      const expected = pattern(1, 2 * CHUNK)
      await store.write(A, 0, expected)
      const replaced = pattern(2, 500)
      await store.write(A, CHUNK - 200, replaced)
      expected.set(replaced, CHUNK - 200)
      assertSame(await store.read(A, 0, 3 * CHUNK), expected)
      // Over the end.
      await store.write(A, 2 * CHUNK - 100, replaced)
      assertSame(await store.read(A, 2 * CHUNK - 100, 1_000), replaced)
      assertSame(await store.list(), [{ file: A, bytes: 2 * CHUNK + 400 }])
      await store.close()
    },
  },
  {
    name: 'an empty write makes an empty file, and no longer one of a file',
    run: async ({ open }) => {
      const first = await open()
      await first.write(A, 0, new Uint8Array())
      await first.write(B, 0, pattern(1, 10))
      await first.write(B, 50, new Uint8Array())
      const store = await reopened(first, open)
      assertSame(await store.read(A, 0, 10), new Uint8Array())
      assertSame(await store.read(B, 0, 100), pattern(1, 10))
      await store.close()
    },
  },
  {
    name: 'many files keep their own bytes, whichever was used last, over a restart',
    run: async ({ open }) => {
      const first = await open()
      const numbers = Array.from({ length: 40 }, (_, i) => i)
      for (const number of numbers) await first.write(named(number), 0, pattern(number, 1_000 + number))
      // Each again, long after its handle was let go.
      for (const number of numbers) await first.write(named(number), 2_000, pattern(number + 100, 10))
      const store = await reopened(first, open)
      for (const number of numbers.toReversed()) {
        assertSame(await store.read(named(number), 0, 1_000 + number), pattern(number, 1_000 + number))
        assertSame(await store.read(named(number), 2_000, 99), pattern(number + 100, 10))
      }
      assertSame(
        sorted(await store.list()),
        numbers.map((number) => ({ file: named(number), bytes: 2_010 })),
      )
      await store.close()
    },
  },
  {
    name: 'a removed file is gone, and one of the same name begins as a new one',
    run: async ({ open }) => {
      const first = await open()
      await first.write(A, 0, pattern(1, CHUNK))
      await first.write(B, 0, pattern(2, 10))
      await first.remove(A)
      assertSame(await first.read(A, 0, 10), undefined)
      const second = await reopened(first, open)
      assertSame(await second.list(), [{ file: B, bytes: 10 }])
      await second.write(A, 100, pattern(3, 5))
      assertSame((await second.read(A, 0, CHUNK))?.slice(0, 100), new Uint8Array(100))
      assertSame(sorted(await second.list()), [
        { file: A, bytes: 105 },
        { file: B, bytes: 10 },
      ])
      await second.close()
    },
  },
  {
    name: 'calls take effect in the order in which they are made, also a removal while the file is read',
    run: async ({ open }) => {
      const store = await open()
      const done = [
        store.write(A, 0, pattern(1, CHUNK)),
        store.read(A, 0, CHUNK),
        store.write(A, 0, pattern(2, CHUNK)),
        store.read(A, 0, CHUNK),
        store.list(),
        store.remove(A),
        store.read(A, 0, CHUNK),
        store.write(A, 0, pattern(3, 7)),
        store.read(A, 0, CHUNK),
      ] as const
      assertSame(await Promise.all(done), [
        undefined,
        pattern(1, CHUNK),
        undefined,
        pattern(2, CHUNK),
        [{ file: A, bytes: CHUNK }],
        undefined,
        undefined,
        undefined,
        pattern(3, 7),
      ])
      await store.close()
    },
  },
  {
    name: 'what is no name of a file and no place in one is refused, and nothing is made',
    run: async ({ open }) => {
      const first = await open()
      await first.write(A, 0, pattern(1, 10))
      for (const name of NO_NAMES) {
        await assertRejects(first.write(name, 0, pattern(1, 10)), RangeError)
        await assertRejects(first.read(name, 0, 10), RangeError)
        await assertRejects(first.remove(name), RangeError)
      }
      for (const number of NO_NUMBERS) {
        await assertRejects(first.write(A, number, pattern(2, 10)), RangeError)
        await assertRejects(first.read(A, number, 10), RangeError)
        await assertRejects(first.read(A, 0, number), RangeError)
      }
      await assertRejects(first.write(A, 2 ** 53 - 5, pattern(2, 10)), RangeError)
      const store = await reopened(first, open)
      assertSame(await store.list(), [{ file: A, bytes: 10 }])
      assertSame(await store.read(A, 0, 100), pattern(1, 10))
      await store.close()
    },
  },
  {
    name: 'a full disk is told, leaves everything as it was, and what fits is written',
    fillsTheDisk: true,
    run: async ({ open, openFull }) => {
      const first = await open()
      await first.write(A, 0, pattern(1, 2 * CHUNK))
      await first.close()
      const full = await openFull()
      const big = pattern(9, 8 * MIB)
      // Of a file that is there, partly over what it has; behind a hole; of a new one.
      await assertRejects(full.write(A, CHUNK, big), StorageFull)
      await assertRejects(full.write(A, 3 * CHUNK, big), StorageFull)
      await assertRejects(full.write(B, 0, big), StorageFull)
      const assertAsBefore = async (store: ChunkStorePort): Promise<void> => {
        assertSame(await store.read(A, 0, 9 * CHUNK), pattern(1, 2 * CHUNK))
        assertSame(await store.list(), [{ file: A, bytes: 2 * CHUNK }])
      }
      await assertAsBefore(full)
      await full.write(A, 0, pattern(2, CHUNK))
      await full.write(A, 0, pattern(1, CHUNK))
      await full.write(B, 0, pattern(3, 1_000))
      assertSame(await full.read(B, 0, CHUNK), pattern(3, 1_000))
      await full.remove(B)
      await assertAsBefore(full)
      await full.close()
      const store = await open()
      await assertAsBefore(store)
      await store.write(B, 0, big)
      assertSame(await store.read(B, 0, big.length), big)
      await store.close()
    },
  },
  {
    name: 'the caller may change bytes that it passed in or received',
    run: async ({ open }) => {
      const store = await open()
      const given = pattern(1, 1_000)
      const written = store.write(A, 0, given)
      given.fill(0)
      await written
      for (let i = 0; i < 2; i++) {
        const read = await store.read(A, 0, 1_000)
        assertSame(read, pattern(1, 1_000))
        read?.fill(0)
      }
      await store.close()
    },
  },
  {
    name: 'a closed store refuses every call',
    run: async ({ open }) => {
      const store = await open()
      await store.write(A, 0, pattern(1, 10))
      await store.close()
      for (const call of [() => store.write(A, 0, pattern(1, 1)), () => store.read(A, 0, 1), () => store.remove(A), () => store.list()])
        await assertRejects(call(), RangeError)
      await store.close()
    },
  },
]

async function reopened(store: ChunkStorePort, open: ChunkPlace['open']): Promise<ChunkStorePort> {
  await store.close()
  return open()
}

const sorted = <T extends { readonly file: string }>(files: readonly T[]): readonly T[] => files.toSorted((a, b) => (a.file < b.file ? -1 : 1))
