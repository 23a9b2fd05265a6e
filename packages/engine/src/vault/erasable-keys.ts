/**
 * The erasable store (PROTOCOL §9.28): keys that end sooner than the profile, in one file that is overwritten in place. What is
 * sealed under such a key can be put out for good wherever the disk keeps copies of it, which a database does for an unknown time.
 *
 * The file is slots of equal length. Each is zeros, or a name and its key, sealed for that slot. A key is durable before what is
 * sealed under it is, and is erased once what was sealed under it is gone: an interruption in between leaves a key that nobody
 * names, which `keepOnly` erases at the next start. A slot that was written in part does not open, and counts as free.
 */
import { concat, toBase64url } from '@sotto/wire'
import type { ErasableFile, RowCipher } from '../ports.ts'

/** A key's name: a keyed hash, so that the file tells nothing. */
const NAME_BYTES = 16
const KEY_BYTES = 32
/** Nonce and tag of what is sealed. */
const SEALED_BYTES = NAME_BYTES + KEY_BYTES + 40
/** A divisor of every disk's block, so that no slot lies in two. */
export const SLOT_BYTES = 128
/** By so many slots the file grows: a block of 4,096 bytes. */
const GROWS_BY = 32

const USED = 1
/** Sets the slots apart from all else that the cipher seals (`sealed-format.ts`, in the adapters). */
const SLOT_PLACE = 6

export interface ErasableKeys {
  /** The key of this name; `undefined`: it was erased, or never made. */
  readonly find: (name: string) => Uint8Array | undefined
  /** The key of this name, a new one if there is none. Nothing may be kept under a new one before `flush`. */
  readonly reserve: (name: string) => Uint8Array
  /** What the name is in the file, for what is sealed under its key: 16 bytes. */
  readonly tagOf: (name: string) => Uint8Array
  readonly findByTag: (tag: Uint8Array) => Uint8Array | undefined
  /** New keys are durable when it resolves. Where it rejects, the next call writes them. */
  readonly flush: () => Promise<void>
  /** Overwrites these keys. They are gone from the file when it resolves. */
  readonly erase: (names: readonly string[]) => Promise<void>
  /** Overwrites all other keys, and what an interrupted write left. */
  readonly keepOnly: (names: readonly string[]) => Promise<void>
}

type KeyCipher = Pick<RowCipher, 'index' | 'seal' | 'open' | 'drawKey'>

interface Slot {
  readonly at: number
  readonly key: Uint8Array
}

/** Reads the file. One owner at a time; calls of `flush`, `erase` and `keepOnly` follow one another. */
export async function openErasableKeys(file: ErasableFile, cipher: KeyCipher): Promise<ErasableKeys> {
  const begun = (await file.read()) ?? new Uint8Array()
  /** As the file is, or will be once `dirty` is written. */
  let contents = new Uint8Array(Math.floor(begun.length / SLOT_BYTES) * SLOT_BYTES)
  contents.set(begun.subarray(0, contents.length))
  const byTag = new Map<string, Slot>()
  const dirty = new Set<number>()
  const slotCount = (): number => contents.length / SLOT_BYTES
  const bytesOf = (at: number): Uint8Array => contents.subarray(at * SLOT_BYTES, (at + 1) * SLOT_BYTES)
  const free: number[] = []

  for (let at = 0; at < slotCount(); at++) {
    const bytes = bytesOf(at)
    const opened = bytes[0] === USED ? cipher.open(bytes.subarray(1, 1 + SEALED_BYTES), contextOf(at)) : undefined
    const tag = opened === undefined ? '' : toBase64url(opened.subarray(0, NAME_BYTES))
    if (opened !== undefined && !byTag.has(tag)) {
      byTag.set(tag, { at, key: opened.slice(NAME_BYTES) })
      continue
    }
    if (bytes.some((byte) => byte !== 0)) {
      bytes.fill(0)
      dirty.add(at)
    }
    free.push(at)
  }
  // The first is taken first, so that the file stays short.
  free.reverse()

  const tagOf = (name: string): Uint8Array => cipher.index(`key ${name}`).slice(0, NAME_BYTES)

  const takeSlot = (): number => {
    const found = free.pop()
    if (found !== undefined) return found
    const first = slotCount()
    const grown = new Uint8Array(contents.length + GROWS_BY * SLOT_BYTES)
    grown.set(contents)
    contents = grown
    for (let at = slotCount() - 1; at > first; at--) free.push(at)
    dirty.add(slotCount() - 1)
    return first
  }

  const forget = (tag: string): void => {
    const slot = byTag.get(tag)
    if (slot === undefined) return
    byTag.delete(tag)
    slot.key.fill(0)
    bytesOf(slot.at).fill(0)
    dirty.add(slot.at)
    free.push(slot.at)
  }

  /** One write from the first changed slot to the last: those between are written as they are. */
  const flush = async (): Promise<void> => {
    if (dirty.size === 0) return
    const written = [...dirty].toSorted((a, b) => a - b)
    const from = (written[0] ?? 0) * SLOT_BYTES
    const to = ((written.at(-1) ?? 0) + 1) * SLOT_BYTES
    await file.overwrite(from, contents.slice(from, to))
    for (const at of written) dirty.delete(at)
  }

  return {
    find: (name) => byTag.get(toBase64url(tagOf(name)))?.key,
    findByTag: (tag) => byTag.get(toBase64url(tag))?.key,
    tagOf,
    reserve: (name) => {
      const tag = tagOf(name)
      const known = byTag.get(toBase64url(tag))
      if (known !== undefined) return known.key
      const at = takeSlot()
      const key = cipher.drawKey()
      const bytes = bytesOf(at)
      bytes[0] = USED
      bytes.set(cipher.seal(concat(tag, key), contextOf(at)), 1)
      byTag.set(toBase64url(tag), { at, key })
      dirty.add(at)
      return key
    },
    flush,
    erase: async (names) => {
      for (const name of names) forget(toBase64url(tagOf(name)))
      await flush()
    },
    keepOnly: async (names) => {
      const kept = new Set(names.map((name) => toBase64url(tagOf(name))))
      for (const tag of byTag.keys()) if (!kept.has(tag)) forget(tag)
      await flush()
    },
  }
}

const contextOf = (at: number): Uint8Array => Uint8Array.of(SLOT_PLACE, at & 0xff, (at >>> 8) & 0xff, (at >>> 16) & 0xff)
