/**
 * What keys in an erasable file must keep, on each kind of file: in memory, on a disk in Node, in the origin private file system of
 * real browsers. No framework, no clock, no randomness of its own.
 *
 * Invariants:
 *  1. a key that was flushed is found after opening again, and the same.
 *  2. an erased key is nowhere in the file: not one byte of its slot is left.
 *  3. wherever a write stops, before, in the middle or after it, no key in use is lost and no erased one comes back.
 *  4. the file is overwritten in place and its slots are used again: it grows by what is in use at once, and not by what was.
 *  5. nothing in the file opens under another cipher, or in another slot.
 */
import { equalBytes } from '@sotto/wire'
import type { ErasableFile, RowCipher } from '../ports.ts'
import { type ErasableKeys, openErasableKeys, SLOT_BYTES } from '../vault/erasable-keys.ts'
import { assertSame } from './storage-cases.ts'

export interface ErasableKeyPlace {
  /** Another file each time, that is not there yet. */
  readonly newFile: () => Promise<ErasableFile>
  readonly cipher: RowCipher
}

export interface ErasableKeyCase {
  /** A sentence. */
  readonly name: string
  /** Rejects with what is wrong. */
  readonly run: (place: ErasableKeyPlace) => Promise<void>
}

const names = (count: number, from = 0): readonly string[] => Array.from({ length: count }, (_, i) => `message ${i + from}`)

const contentsOf = async (file: ErasableFile): Promise<Uint8Array> => (await file.read()) ?? new Uint8Array()

/** The slots that are not zeros. */
const usedIn = async (file: ErasableFile): Promise<number> => {
  const bytes = await contentsOf(file)
  let used = 0
  for (let at = 0; at < bytes.length; at += SLOT_BYTES) if (bytes.subarray(at, at + SLOT_BYTES).some((byte) => byte !== 0)) used++
  return used
}

const reserveAll = (keys: ErasableKeys, all: readonly string[]): readonly Uint8Array[] => all.map((name) => keys.reserve(name).slice())

/** A file that stops at a write: before it, in the middle of it, or after it. */
function stoppingFile(file: ErasableFile, stopsAt: number, part: 'none' | 'half' | 'all'): ErasableFile {
  let writes = 0
  return {
    ...file,
    overwrite: async (offset, bytes) => {
      if (++writes > stopsAt) throw new Error('stopped')
      if (writes < stopsAt || part === 'all') await file.overwrite(offset, bytes)
      else if (part === 'half') await file.overwrite(offset, bytes.subarray(0, bytes.length >> 1))
      if (writes === stopsAt) throw new Error('stopped')
    },
  }
}

const isStopped = (call: Promise<unknown>): Promise<boolean> =>
  call.then(
    () => false,
    () => true,
  )

export const ERASABLE_KEY_CASES: readonly ErasableKeyCase[] = [
  {
    name: 'a key that was flushed is found after opening again, and others are not',
    run: async ({ newFile, cipher }) => {
      const file = await newFile()
      const keys = await openErasableKeys(file, cipher)
      const made = reserveAll(keys, names(70))
      await keys.flush()
      const again = await openErasableKeys(file, cipher)
      assertSame(
        names(70).map((name) => again.find(name)),
        made,
      )
      assertSame(again.find('message 70') ?? null, null)
      assertSame(reserveAll(again, names(70)), made)
      for (const name of names(70))
        if (!equalBytes(again.findByTag(again.tagOf(name)) ?? new Uint8Array(), again.find(name) ?? new Uint8Array(1)))
          throw new Error('another key by its tag')
    },
  },
  {
    name: 'an erased key is not found, and its slot is zeros in the file',
    run: async ({ newFile, cipher }) => {
      const file = await newFile()
      const keys = await openErasableKeys(file, cipher)
      const made = reserveAll(keys, names(40))
      await keys.flush()
      const held = keys.find('message 7')
      await keys.erase(['message 7', 'message 39', 'never there'])
      assertSame(await usedIn(file), 38)
      if (held === undefined || held.some((byte) => byte !== 0)) throw new Error('the key is left in memory')
      for (const each of [keys, await openErasableKeys(file, cipher)]) {
        assertSame([each.find('message 7') ?? null, each.find('message 39') ?? null], [null, null])
        assertSame(each.find('message 8'), made[8])
      }
    },
  },
  {
    name: 'of a file without keys in use nothing is left but zeros, and its slots are used again',
    run: async ({ newFile, cipher }) => {
      const file = await newFile()
      const keys = await openErasableKeys(file, cipher)
      for (let round = 0; round < 5; round++) {
        reserveAll(keys, names(50, round * 50))
        await keys.flush()
        await keys.erase(names(50, round * 50))
        assertSame(await usedIn(file), 0)
      }
      assertSame((await contentsOf(file)).length, 64 * SLOT_BYTES)
    },
  },
  {
    name: 'what nobody names at a start is erased, and what is named stays',
    run: async ({ newFile, cipher }) => {
      const file = await newFile()
      const keys = await openErasableKeys(file, cipher)
      const made = reserveAll(keys, names(10))
      await keys.flush()
      const again = await openErasableKeys(file, cipher)
      await again.keepOnly(['message 3', 'message 9', 'never there'])
      assertSame(await usedIn(file), 2)
      assertSame([again.find('message 3'), again.find('message 9'), again.find('message 4') ?? null], [made[3], made[9], null])
    },
  },
  {
    name: 'wherever a write stops, no key in use is lost and no erased one comes back',
    run: async ({ newFile, cipher }) => {
      for (const stopsAt of [1, 2, 3, 4])
        for (const part of ['none', 'half', 'all'] as const) {
          const file = await newFile()
          const begun = await openErasableKeys(file, cipher)
          const made = reserveAll(begun, names(6))
          await begun.flush()
          await begun.erase(['message 1'])
          const stopped = await openErasableKeys(stoppingFile(file, stopsAt, part), cipher)
          const acts = async (): Promise<void> => {
            stopped.reserve('new one')
            await stopped.flush()
            await stopped.erase(['message 4'])
            reserveAll(stopped, names(40, 100))
            await stopped.flush()
            await stopped.erase(['message 2', 'new one'])
          }
          if (!(await isStopped(acts()))) throw new Error('nothing stopped')
          const after = await openErasableKeys(file, cipher)
          const where = `${stopsAt} ${part}`
          for (const i of [0, 3, 5])
            if (!equalBytes(after.find(`message ${i}`) ?? new Uint8Array(), made[i] ?? new Uint8Array(1))) throw new Error(`a key in use is lost: ${where}`)
          if (after.find('message 1') !== undefined) throw new Error(`an erased key is back: ${where}`)
          if (stopsAt > 2 && after.find('message 4') !== undefined) throw new Error(`a key whose erasure was told is back: ${where}`)
          // As the next start does it.
          await after.keepOnly(['message 0', 'message 3', 'message 5'])
          assertSame(await usedIn(file), 3)
        }
    },
  },
  {
    name: 'a write that found no room is made by the next',
    run: async ({ newFile, cipher }) => {
      const file = await newFile()
      let isFull = true
      const keys = await openErasableKeys(
        {
          ...file,
          overwrite: async (offset, bytes) => {
            if (isFull) throw new Error('full')
            await file.overwrite(offset, bytes)
          },
        },
        cipher,
      )
      const made = keys.reserve('a')
      if (!(await isStopped(keys.flush()))) throw new Error('a full disk took it')
      isFull = false
      await keys.flush()
      assertSame((await openErasableKeys(file, cipher)).find('a'), made)
    },
  },
  {
    name: 'damaged, moved and foreign slots count as free, and are zeros after the next write',
    run: async ({ newFile, cipher }) => {
      const file = await newFile()
      const keys = await openErasableKeys(file, cipher)
      const made = reserveAll(keys, names(4))
      await keys.flush()
      const bytes = await contentsOf(file)
      const first = bytes.slice(0, SLOT_BYTES)
      const second = bytes.slice(SLOT_BYTES, 2 * SLOT_BYTES)
      await file.overwrite(0, second)
      await file.overwrite(SLOT_BYTES, first)
      await file.overwrite(2 * SLOT_BYTES + 20, Uint8Array.of((bytes[2 * SLOT_BYTES + 20] ?? 0) ^ 1))
      const after = await openErasableKeys(file, cipher)
      assertSame(
        names(4).map((name) => after.find(name) ?? null),
        [null, null, null, made[3]],
      )
      await after.flush()
      assertSame(await usedIn(file), 1)
    },
  },
]
