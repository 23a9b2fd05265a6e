/** Image resources of Photoshop (Adobe's file format specification, "Image Resources Section"), in which IPTC's records lie. */
import { latin1 } from '../fields.ts'
import { readExif } from './exif.ts'
import type { RemovedKind } from './removed-kind.ts'
import { toldByXmp } from './xmp.ts'

/** Data sets of IPTC-IIM 4.2, record 2. */
const PLACE = [26, 27, 90, 92, 95, 100, 101]
const CAMERA = [65, 70]
const TIME = [30, 35, 37, 38, 47, 50, 55, 60, 62, 63]
const TEXT = [5, 7, 10, 12, 15, 20, 22, 25, 40, 103, 105, 120]
const AUTHOR = [80, 85, 110, 115, 116, 118, 122]

function kindOf(dataSet: number): RemovedKind {
  if (PLACE.includes(dataSet)) return 'place'
  if (CAMERA.includes(dataSet)) return 'camera'
  if (TIME.includes(dataSet)) return 'time'
  if (TEXT.includes(dataSet)) return 'text'
  return AUTHOR.includes(dataSet) ? 'author' : 'other'
}

/** What IPTC records told: tag marker, record, data set, length. */
function toldByIptc(records: Uint8Array): readonly RemovedKind[] {
  const told = new Set<RemovedKind>()
  let at = 0
  while (records[at] === 0x1c && at + 5 <= records.length) {
    const [record = 0, dataSet = 0, high = 0, low = 0] = records.subarray(at + 1, at + 5)
    if (record === 2 && dataSet !== 0) told.add(kindOf(dataSet))
    // An extended length, which no text needs: what is behind it is not looked at.
    if (high >= 0x80) break
    at += 5 + high * 0x100 + low
  }
  return told.size > 0 ? [...told] : ['other']
}

function toldByResource(id: number, data: Uint8Array): readonly RemovedKind[] {
  if (id === 0x404) return toldByIptc(data)
  if (id === 0x409 || id === 0x40c) return ['thumbnails']
  if (id === 0x422 || id === 0x423) return readExif(data).told
  if (id === 0x424) return toldByXmp(data)
  return ['other']
}

/** What the resources told: each is a signature, an id, a name (its length first, padded to even), a length and data (padded to even). */
export function toldByPhotoshop(resources: Uint8Array): readonly RemovedKind[] {
  const told = new Set<RemovedKind>()
  const view = new DataView(resources.buffer, resources.byteOffset, resources.length)
  let at = 0
  while (at + 12 <= resources.length && latin1(resources.subarray(at, at + 4)) === '8BIM') {
    const id = view.getUint16(at + 4)
    const named = 1 + view.getUint8(at + 6)
    const length = at + 6 + named + (named % 2)
    if (length + 4 > resources.length) break
    const bytes = view.getUint32(length)
    for (const kind of toldByResource(id, resources.subarray(length + 4, length + 4 + bytes))) told.add(kind)
    at = length + 4 + bytes + (bytes % 2)
  }
  return told.size > 0 ? [...told] : ['other']
}
