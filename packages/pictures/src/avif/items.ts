/** The items of a `meta` box (ISO/IEC 14496-12 §8.11, ISO/IEC 23008-12 §9): what they are, where they lie, what is said of them. */
import { LIMITS } from '@sotto/wire'
import { joined, latin1, part, uint16, uint32, uint8 } from '../fields.ts'
import { refuse } from '../refused.ts'
import { type Box, boxesIn, flagsOf, onlyBox, versionOf } from './boxes.ts'

/** A property as it is associated with an item. */
export interface ItemProperty extends Box {
  /** Who does not know it must not show the item. */
  readonly isEssential: boolean
}

export interface Item {
  readonly id: number
  readonly type: string
  /** Of a `mime` item, what it says that it holds. */
  readonly contentType: string
  /** It is a part of another, and not shown alone. */
  readonly isHidden: boolean
  readonly data: Uint8Array
  readonly properties: readonly ItemProperty[]
}

export interface Reference {
  readonly type: string
  readonly from: number
  readonly to: readonly number[]
}

export interface Meta {
  readonly primary: number
  readonly items: readonly Item[]
  readonly references: readonly Reference[]
  /** All properties, also those of no item. */
  readonly properties: readonly Box[]
}

const NOTHING = new Uint8Array(0)

/** Reads numbers one after another; `bytes` of a number are 0, 1, 2, 4 or 8. */
function cursor(body: Uint8Array, start: number): (bytes: number) => number {
  let at = start
  return (bytes) => {
    let value = 0
    for (let i = 0; i < bytes; i++) value = value * 0x100 + uint8(body, at + i)
    at += bytes
    if (!Number.isSafeInteger(value)) refuse('truncated')
    return value
  }
}

const required = (boxes: readonly Box[], type: string): Box => onlyBox(boxes, type) ?? refuse('damaged')

/** Item locations: for each id the bytes of its extents, joined. All together are no more than the file. */
function locationsIn(box: Box, file: Uint8Array, idat: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const version = versionOf(box)
  if (version > 2) refuse('notSupported')
  const [sizes, more] = [uint8(box.body, 4), uint8(box.body, 5)]
  const [offsetBytes, lengthBytes, baseBytes, indexBytes] = [sizes >> 4, sizes & 15, more >> 4, version === 0 ? 0 : more & 15]
  // Without a length an extent is all there is.
  if (lengthBytes === 0 || [offsetBytes, lengthBytes, baseBytes, indexBytes].some((bytes) => ![0, 4, 8].includes(bytes))) refuse('notSupported')
  const next = cursor(box.body, 6)
  const count = next(version < 2 ? 2 : 4)
  const located = new Map<number, Uint8Array>()
  let total = 0
  for (let i = 0; i < count; i++) {
    const id = next(version < 2 ? 2 : 4)
    const method = version === 0 ? 0 : next(2) & 15
    // 2 is a part of another item; data references are other files.
    if (method > 1 || next(2) !== 0) refuse('notSupported')
    const base = next(baseBytes)
    const parts: Uint8Array[] = []
    const extents = next(2)
    for (let extent = 0; extent < extents; extent++) {
      next(indexBytes)
      const start = base + next(offsetBytes)
      const end = start + next(lengthBytes)
      total += end - start
      if (total > file.length) refuse('contradictory')
      parts.push(part(method === 0 ? file : idat, start, end))
    }
    if (located.has(id)) refuse('contradictory')
    located.set(id, joined(parts))
  }
  return located
}

/** Of a `mime` entry: a name and a content type, each with a zero at its end. */
const contentTypeIn = (rest: Uint8Array): string => latin1(rest).split('\0')[1] ?? ''

type Entry = Omit<Item, 'data' | 'properties'>

function entriesIn(box: Box): readonly Entry[] {
  const version = versionOf(box)
  const boxes = boxesIn(box.body, version === 0 ? 6 : 8)
  if (boxes.length > LIMITS.pictureItems) refuse('notSupported')
  return boxes.map((entry) => {
    const entryVersion = versionOf(entry)
    if (entry.type !== 'infe' || (entryVersion !== 2 && entryVersion !== 3)) return refuse('notSupported')
    const idBytes = entryVersion === 2 ? 2 : 4
    const id = idBytes === 2 ? uint16(entry.body, 4) : uint32(entry.body, 4)
    // Encrypted.
    if (uint16(entry.body, 4 + idBytes) !== 0) refuse('notSupported')
    const type = latin1(part(entry.body, 6 + idBytes, 10 + idBytes))
    const contentType = type === 'mime' ? contentTypeIn(entry.body.subarray(10 + idBytes)) : ''
    return { id, type, contentType, isHidden: (flagsOf(entry) & 1) === 1 }
  })
}

function referencesIn(box: Box | undefined): readonly Reference[] {
  if (box === undefined) return []
  const idBytes = versionOf(box) === 0 ? 2 : 4
  return boxesIn(box.body, 4).map(({ type, body }) => {
    const next = cursor(body, 0)
    const from = next(idBytes)
    const count = next(2)
    return { type, from, to: Array.from({ length: count }, () => next(idBytes)) }
  })
}

/** Which properties each item has, in their order. */
function associationsIn(boxes: readonly Box[], properties: readonly Box[]): ReadonlyMap<number, readonly ItemProperty[]> {
  const associated = new Map<number, ItemProperty[]>()
  for (const box of boxes) {
    const next = cursor(box.body, 4)
    const indexBits = (flagsOf(box) & 1) === 1 ? 15 : 7
    const count = next(4)
    for (let i = 0; i < count; i++) {
      const id = next(versionOf(box) === 0 ? 2 : 4)
      if (associated.has(id)) refuse('contradictory')
      const own: ItemProperty[] = []
      const links = next(1)
      for (let link = 0; link < links; link++) {
        const value = next(indexBits === 15 ? 2 : 1)
        const index = value & (2 ** indexBits - 1)
        // 0 is none.
        if (index !== 0) own.push({ ...(properties[index - 1] ?? refuse('damaged')), isEssential: value >> indexBits === 1 })
      }
      associated.set(id, own)
    }
  }
  return associated
}

export function readMeta(meta: Box, file: Uint8Array): Meta {
  const boxes = boxesIn(meta.body, 4)
  if (latin1(part(required(boxes, 'hdlr').body, 8, 12)) !== 'pict') refuse('notSupported')
  const pitm = required(boxes, 'pitm')
  const located = locationsIn(required(boxes, 'iloc'), file, onlyBox(boxes, 'idat')?.body ?? NOTHING)
  const iprp = boxesIn(required(boxes, 'iprp').body)
  const properties = boxesIn(required(iprp, 'ipco').body)
  const associated = associationsIn(
    iprp.filter(({ type }) => type === 'ipma'),
    properties,
  )
  const entries = entriesIn(required(boxes, 'iinf'))
  if (new Set(entries.map(({ id }) => id)).size !== entries.length) refuse('contradictory')
  return {
    primary: versionOf(pitm) === 0 ? uint16(pitm.body, 4) : uint32(pitm.body, 4),
    items: entries.map((entry) => ({ ...entry, data: located.get(entry.id) ?? NOTHING, properties: associated.get(entry.id) ?? [] })),
    references: referencesIn(onlyBox(boxes, 'iref')),
    properties,
  }
}
