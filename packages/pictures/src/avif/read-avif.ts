/**
 * A still AVIF (AV1 Image File Format 1.1): one coded item, or a grid of them, and its transparency. The size is said by a property of
 * each item, by each bitstream and by a grid; they have to agree, and nothing in the file may say one that is too large.
 */
import { startsWith, uint16, uint32, uint8 } from '../fields.ts'
import { drawable, type Pixels } from '../pixels.ts'
import { refuse } from '../refused.ts'
import { type Box, onlyBox, topBoxes } from './boxes.ts'
import { type Item, type Meta, readMeta, type Reference } from './items.ts'
import { OBU, obusIn, sizeInSequenceHeader } from './obus.ts'

export interface Avif extends Pixels {
  /** The items that the picture is drawn from, the primary one first. */
  readonly drawn: readonly Item[]
  /** Those between them. */
  readonly references: readonly Reference[]
  readonly meta: Meta
  readonly boxes: readonly Box[]
  /** Where the last box ends; behind that is something else. */
  readonly end: number
}

const ALPHA = ['urn:mpeg:mpegB:cicp:systems:auxiliary:alpha', 'urn:mpeg:hevc:2015:auxid:1']
const DRAWN_REFERENCES = ['dimg', 'auxl', 'prem']

const propertyOf = (item: Item, type: string): Box | undefined => onlyBox(item.properties, type)
const sizeIn = ({ body }: Box): Pixels => drawable(uint32(body, 4), uint32(body, 8))
const sizeOf = (item: Item): Pixels => sizeIn(propertyOf(item, 'ispe') ?? refuse('damaged'))
const differ = (one: Pixels, other: Pixels): boolean => one.width !== other.width || one.height !== other.height

function isAlpha(item: Item): boolean {
  const auxiliary = propertyOf(item, 'auxC')
  return auxiliary !== undefined && ALPHA.some((name) => startsWith(auxiliary.body.subarray(4), `${name}\0`))
}

/** Refuses a coded item whose bitstream says another size than its property. */
function checkCoded(item: Item): void {
  const size = sizeOf(item)
  const configuration = propertyOf(item, 'av1C')
  if (configuration === undefined) return refuse('damaged')
  const units = [...obusIn(configuration.body.subarray(4)), ...obusIn(item.data)]
  const headers = units.filter(({ type }) => type === OBU.sequenceHeader)
  if (!obusIn(item.data).some(({ type }) => type === OBU.sequenceHeader)) refuse('damaged')
  for (const header of headers) {
    const { said, largest } = sizeInSequenceHeader(header)
    if (differ(said, size)) refuse('contradictory')
    drawable(largest.width, largest.height)
  }
}

/** The grid's own words (ISO/IEC 23008-12 §6.6.2.3): version, flags, rows and columns less one, size. */
function checkGrid(grid: Item, tiles: readonly Item[]): void {
  const [rows, columns] = [uint8(grid.data, 2) + 1, uint8(grid.data, 3) + 1]
  const isWide = (uint8(grid.data, 1) & 1) === 1
  const size = isWide ? drawable(uint32(grid.data, 4), uint32(grid.data, 8)) : drawable(uint16(grid.data, 4), uint16(grid.data, 6))
  const [first] = tiles
  if (first === undefined || tiles.length !== rows * columns) return refuse('contradictory')
  const tile = sizeOf(first)
  if (differ(size, sizeOf(grid)) || tiles.some((other) => differ(sizeOf(other), tile))) refuse('contradictory')
  const all = drawable(columns * tile.width, rows * tile.height)
  if (all.width < size.width || all.height < size.height) refuse('contradictory')
}

/** Makes of an item itself and what it is made of. */
function tilesBy({ items, references }: Meta): (item: Item) => readonly Item[] {
  const coded = new Map(items.filter(({ type }) => type === 'av01').map((item) => [item.id, item]))
  const madeOf = new Map<number, readonly number[]>()
  for (const { type, from, to } of references) {
    if (type !== 'dimg') continue
    if (madeOf.has(from) || to.length > items.length) refuse('contradictory')
    madeOf.set(from, to)
  }
  return (item) => {
    if (item.type === 'av01') return [item]
    if (item.type !== 'grid') return refuse('notSupported')
    const tiles = (madeOf.get(item.id) ?? []).map((id) => coded.get(id) ?? refuse('damaged'))
    checkGrid(item, tiles)
    return [item, ...tiles]
  }
}

/** The items that are the transparency of one of these. */
function alphasOf(colours: readonly Item[], { items, references }: Meta): readonly Item[] {
  const ids = new Set(colours.map(({ id }) => id))
  const auxiliary = new Set(references.filter(({ type, to }) => type === 'auxl' && to.some((id) => ids.has(id))).map(({ from }) => from))
  return items.filter((item) => auxiliary.has(item.id) && isAlpha(item))
}

/** Refuses what is not a whole, still AVIF. */
export function readAvif(bytes: Uint8Array): Avif {
  const { boxes, end } = topBoxes(bytes)
  // Tracks are drawn in place of the items by some decoders, and have sizes of their own.
  if (boxes.some(({ type }) => type === 'moov' || type === 'moof')) refuse('notSupported')
  const meta = readMeta(onlyBox(boxes, 'meta') ?? refuse('damaged'), bytes)
  for (const property of meta.properties) if (property.type === 'ispe') sizeIn(property)

  const primary = meta.items.find(({ id }) => id === meta.primary) ?? refuse('damaged')
  const withTiles = tilesBy(meta)
  const colours = withTiles(primary)
  const drawn = [...new Set([...colours, ...alphasOf(colours, meta).flatMap(withTiles)])]
  for (const item of drawn) if (item.type === 'av01') checkCoded(item)
  const ids = new Set(drawn.map(({ id }) => id))
  const references = meta.references.filter(({ type, from, to }) => DRAWN_REFERENCES.includes(type) && ids.has(from) && to.every((id) => ids.has(id)))
  return { ...sizeOf(primary), drawn, references, meta, boxes, end }
}
