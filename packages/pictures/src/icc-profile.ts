/**
 * A colour profile (ICC.1:2022) with what is needed to draw: the header's colour spaces and the tags that convert into the connection
 * space. Texts, dates, serial numbers, makers' blocks and the way back are left out. Displays are named in such profiles with their
 * serial number, and a screenshot carries its display's profile; the curves of a calibrated one stay, for without them colours change.
 */
import { concat, equalBytes, LIMITS } from '@sotto/wire'
import { bytesOf16, bytesOf32, fromLatin1, latin1, part, uint16, uint32, uint8 } from './fields.ts'
import { refuse } from './refused.ts'

const HEADER_BYTES = 128

/** Points and curves of matrix and grey profiles, tables of others, adaptation, and the code points of ITU-T H.273. */
const NEEDED: readonly string[] = ['wtpt', 'bkpt', 'chad', 'rXYZ', 'gXYZ', 'bXYZ', 'rTRC', 'gTRC', 'bTRC', 'kTRC', 'A2B0', 'A2B1', 'A2B2', 'cicp']

/** How many parameters a parametric curve has, by its function (ICC.1:2022 table 68). */
const PARAMETERS = [1, 3, 4, 5, 7]

/** How long a tag is by its own type; what is behind that is nobody's. Tables are taken whole. */
function ownLength(data: Uint8Array): number {
  const type = latin1(data.subarray(0, 4))
  if (type === 'XYZ ') return 20
  if (type === 'sf32') return 44
  if (type === 'cicp') return 12
  if (type === 'curv') return 12 + 2 * uint32(data, 8)
  if (type === 'para') return 12 + 4 * (PARAMETERS[uint16(data, 8)] ?? refuse('damaged'))
  if (type === 'mft1' || type === 'mft2' || type === 'mAB ') return data.length
  return refuse('damaged')
}

const padded = (data: Uint8Array): Uint8Array => concat(data, new Uint8Array((4 - (data.length % 4)) % 4))

/** The two texts that every profile has to have, empty but for a letter that some readers insist on. */
function requiredText(name: 'desc' | 'cprt', version: number): Uint8Array {
  const text = 'x'
  if (version >= 4)
    return concat(fromLatin1('mluc'), bytesOf32(0), bytesOf32(1), bytesOf32(12), fromLatin1('enUS'), bytesOf32(2), bytesOf32(28), bytesOf16(text.charCodeAt(0)))
  if (name === 'cprt') return concat(fromLatin1('text'), bytesOf32(0), fromLatin1(`${text}\0`))
  return concat(fromLatin1('desc'), bytesOf32(0), bytesOf32(2), fromLatin1(`${text}\0`), new Uint8Array(8 + 3 + 67))
}

/** Throws a refusal for what is no profile; a profile that was cleaned stays as it is. */
export function cleanProfile(profile: Uint8Array): Uint8Array {
  if (profile.length > LIMITS.colourProfileBytes) refuse('notSupported')
  if (profile.length < HEADER_BYTES + 4 || latin1(profile.subarray(36, 40)) !== 'acsp') refuse('damaged')
  const version = uint8(profile, 8)

  const found = new Map<string, Uint8Array>()
  const count = uint32(profile, HEADER_BYTES)
  if (HEADER_BYTES + 4 + 12 * count > profile.length) refuse('damaged')
  for (let i = 0; i < count; i++) {
    const at = HEADER_BYTES + 4 + 12 * i
    const name = latin1(part(profile, at, at + 4))
    if (!NEEDED.includes(name)) continue
    if (found.has(name)) refuse('contradictory')
    const data = part(profile, uint32(profile, at + 4), uint32(profile, at + 4) + uint32(profile, at + 8))
    const own = part(data, 0, ownLength(data)).slice()
    // Reserved in every type.
    own.fill(0, 4, 8)
    found.set(name, own)
  }
  const tags: [string, Uint8Array][] = [['desc', requiredText('desc', version)], ['cprt', requiredText('cprt', version)], ...found]

  const header = profile.slice(0, HEADER_BYTES)
  // Preferred module, date, platform, flags, maker, model, attributes; creator, checksum, reserved.
  for (const [from, to] of [
    [4, 8],
    [24, 36],
    [40, 64],
    [80, 128],
  ])
    header.fill(0, from, to)
  header.fill(0, 10, 12)

  // Three colours mostly have one curve, which lies there once.
  const placed: { readonly offset: number; readonly bytes: Uint8Array }[] = []
  const table: Uint8Array[] = [bytesOf32(tags.length)]
  let end = HEADER_BYTES + 4 + 12 * tags.length
  for (const [name, bytes] of tags) {
    let place = placed.find((other) => equalBytes(other.bytes, bytes))
    if (place === undefined) {
      place = { offset: end, bytes }
      placed.push(place)
      end += padded(bytes).length
    }
    table.push(fromLatin1(name), bytesOf32(place.offset), bytesOf32(bytes.length))
  }
  // Tags that share their bytes could else become more than the file.
  if (end > LIMITS.colourProfileBytes) refuse('contradictory')
  header.set(bytesOf32(end))
  return concat(header, ...table, ...placed.map(({ bytes }) => padded(bytes)))
}
