/**
 * An AVIF without what is about people: written again with the items that it is drawn from and their properties, so that what no item
 * names is left behind as well. Turning and mirroring are properties and stay. Of a bitstream go the units that no frame needs.
 * Gain maps and depth are pictures beside the picture, and go.
 */
import { concat } from '@sotto/wire'
import type { Cleaned } from '../cleaned.ts'
import { bytesOf16, bytesOf32, fromLatin1, joined, latin1, part, uint8 } from '../fields.ts'
import { cleanProfile } from '../icc-profile.ts'
import { refuse } from '../refused.ts'
import { toldBehind } from '../told/behind.ts'
import { readExif } from '../told/exif.ts'
import { type Removed, removedKinds, type RemovedKind } from '../told/removed-kind.ts'
import { toldByXmp } from '../told/xmp.ts'
import { type Box, boxOf, boxOfAll, fullBoxOf } from './boxes.ts'
import type { Item, ItemProperty } from './items.ts'
import { metadataType, OBU, type Obu, obusIn } from './obus.ts'
import { type Avif, readAvif } from './read-avif.ts'

/** Size, bits, coding, colours, turning, mirroring, cutting, shape of pixels, what is auxiliary, layers, light. */
const DRAWN: readonly string[] = [
  'ispe',
  'pixi',
  'av1C',
  'colr',
  'irot',
  'imir',
  'clap',
  'pasp',
  'auxC',
  'a1op',
  'lsel',
  'a1lx',
  'clli',
  'mdcv',
  'cclv',
  'amve',
  'reve',
  'ndwt',
]

/** Bytes of the properties that have one length; what is behind that is nobody's. */
const OWN_LENGTHS: Readonly<Record<string, number>> = { ispe: 12, irot: 1, imir: 1, clap: 32, pasp: 8, a1op: 1, lsel: 2, clli: 4, mdcv: 24, amve: 8 }

/** Content light level, mastering display, scalability (AV1 §6.7.1). */
const DRAWN_METADATA = [1, 2, 3]
/** Sequence and frame headers, tiles, frames, temporal delimiters; redundant headers. */
const DRAWN_UNITS = [1, 2, 3, 4, 6, 7]

const XMP_BOX = '\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac'

function isNeeded(unit: Obu): boolean {
  if (unit.type === OBU.tileList) refuse('notSupported')
  return unit.type === OBU.metadata ? DRAWN_METADATA.includes(metadataType(unit)) : DRAWN_UNITS.includes(unit.type)
}

function cleanUnits(bytes: Uint8Array, removed: Removed): Uint8Array {
  const units = obusIn(bytes)
  if (units.every(isNeeded)) return bytes
  removed.add('other')
  return joined(units.filter(isNeeded).map(({ whole }) => whole))
}

function cleanData(item: Item, removed: Removed): Uint8Array {
  if (item.type === 'grid') return part(item.data, 0, (uint8(item.data, 1) & 1) === 1 ? 12 : 8)
  const data = cleanUnits(item.data, removed)
  // Layers have their lengths said in a property.
  if (data.length !== item.data.length && item.properties.some(({ type }) => type === 'a1lx')) refuse('notSupported')
  return data
}

/** How a property is written: a colour profile without its texts, a configuration without needless units, others as they are. */
function cleanProperty({ type, body }: Box, removed: Removed): Uint8Array {
  if (type === 'colr') {
    const kind = latin1(part(body, 0, 4))
    if (kind === 'prof' || kind === 'rICC') return boxOf(type, body.subarray(0, 4), cleanProfile(body.subarray(4)))
    if (kind !== 'nclx') refuse('notSupported')
    return boxOf(type, part(body, 0, 11))
  }
  if (type === 'auxC') return boxOf(type, part(body, 0, 5 + body.subarray(4).indexOf(0)))
  const own = OWN_LENGTHS[type]
  if (own !== undefined) return boxOf(type, part(body, 0, own))
  if (type === 'av1C') return boxOf(type, part(body, 0, 4), cleanUnits(body.subarray(4), removed))
  return boxOf(type, body)
}

/** Items that are pictures beside the picture: smaller ones, gain maps, depth. */
const PICTURES = ['av01', 'hvc1', 'jpeg', 'grid', 'tmap']

function toldByItem(item: Item): readonly RemovedKind[] {
  // Where the block begins behind these four bytes, mostly 0.
  if (item.type === 'Exif') return readExif(item.data.subarray(4 + (item.data[3] ?? 0))).told
  if (item.type === 'mime') return item.contentType === 'application/rdf+xml' ? toldByXmp(item.data) : ['other']
  return [PICTURES.includes(item.type) ? 'thumbnails' : 'other']
}

const OWN_BOXES = ['ftyp', 'meta', 'mdat', 'free', 'skip']

function tell(avif: Avif, bytes: Uint8Array, removed: Removed): void {
  for (const item of avif.meta.items) if (!avif.drawn.includes(item)) removed.add(...toldByItem(item))
  for (const { type, body } of avif.boxes) {
    const isXmp = type === 'uuid' && latin1(body.subarray(0, 16)) === XMP_BOX
    if (!OWN_BOXES.includes(type)) removed.add(...(isXmp ? toldByXmp(body) : (['other'] as const)))
  }
  removed.add(...toldBehind(bytes, avif.end))
}

/** The properties that are written, each once, and which of them an item has. */
function propertyTable(drawn: readonly Item[], removed: Removed): { readonly written: readonly Uint8Array[]; readonly links: readonly (readonly number[])[] } {
  const written: Uint8Array[] = []
  const places = new Map<string, number>()
  const placeOf = (property: ItemProperty): number => {
    const bytes = cleanProperty(property, removed)
    const key = latin1(bytes)
    if (!places.has(key)) places.set(key, written.push(bytes))
    return places.get(key) ?? 0
  }
  const links = drawn.map((item) => {
    if (item.properties.some(({ type, isEssential }) => isEssential && !DRAWN.includes(type))) refuse('notSupported')
    return item.properties.filter(({ type }) => DRAWN.includes(type)).map((property) => placeOf(property) + (property.isEssential ? 0x8000 : 0))
  })
  return { written, links }
}

const HANDLER = fullBoxOf('hdlr', 0, 0, bytesOf32(0), fromLatin1('pict'), new Uint8Array(12 + 1))

function metaOf(
  { drawn, references }: Avif,
  table: ReturnType<typeof propertyTable>,
  places: readonly (readonly [offset: number, length: number])[],
): Uint8Array {
  const numberOf = new Map(drawn.map(({ id }, i) => [id, i + 1]))
  const number = (id: number): Uint8Array => bytesOf16(numberOf.get(id) ?? refuse('damaged'))
  const locations = places.flatMap(([offset, length], i) => [bytesOf16(i + 1), bytesOf16(0), bytesOf16(1), bytesOf32(offset), bytesOf32(length)])
  const entries = drawn.map(({ id, type, isHidden }) => fullBoxOf('infe', isHidden ? 1 : 0, 2, number(id), bytesOf16(0), fromLatin1(`${type}\0`)))
  const between = references.map(({ type, from, to }) => boxOf(type, number(from), bytesOf16(to.length), ...to.map(number)))
  const associations = drawn.flatMap(({ id }, i) => {
    const links = table.links[i] ?? []
    return [number(id), Uint8Array.of(links.length), ...links.map(bytesOf16)]
  })
  return fullBoxOf(
    'meta',
    0,
    0,
    HANDLER,
    fullBoxOf('pitm', 0, 0, bytesOf16(1)),
    fullBoxOf('iloc', 0, 0, Uint8Array.of(0x44, 0), bytesOf16(drawn.length), ...locations),
    fullBoxOf('iinf', 0, 0, bytesOf16(drawn.length), ...entries),
    ...(between.length === 0 ? [] : [fullBoxOf('iref', 0, 0, ...between)]),
    boxOf('iprp', boxOf('ipco', ...table.written), fullBoxOf('ipma', 1, 0, bytesOf32(drawn.length), ...associations)),
  )
}

const TYPE = boxOf('ftyp', fromLatin1('avif'), bytesOf32(0), fromLatin1('avifmif1miaf'))

export function cleanAvif(bytes: Uint8Array): Cleaned {
  const avif = readAvif(bytes)
  const removed = removedKinds()
  tell(avif, bytes, removed)
  const data = avif.drawn.map((item) => cleanData(item, removed))
  const table = propertyTable(avif.drawn, removed)
  const placedFrom = (start: number): readonly (readonly [number, number])[] => {
    let at = start
    return data.map((each) => {
      const place = [at, each.length] as const
      at += each.length
      return place
    })
  }
  // Its length does not depend on the places that it says.
  const metaBytes = metaOf(avif, table, placedFrom(0)).length
  const meta = metaOf(avif, table, placedFrom(TYPE.length + metaBytes + 8))
  return { width: avif.width, height: avif.height, isAnimated: false, bytes: concat(TYPE, meta, boxOfAll('mdat', data)), removed: removed.kinds() }
}
