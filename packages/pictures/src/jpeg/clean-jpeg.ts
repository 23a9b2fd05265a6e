/**
 * A JPEG without what is about people: kept are tables, frame, scans, restart intervals, and of application segments what decides
 * colours and the way up, written new: JFIF (without density and thumbnail), Adobe's colour transform, the colour profile, one
 * orientation tag. Everything behind the end goes: films of motion photos, other pictures of a multi-picture file, gain maps.
 */
import type { Cleaned } from '../cleaned.ts'
import { bytesOf16, fromLatin1, joined, part, startsWith, uint8 } from '../fields.ts'
import { cleanProfile } from '../icc-profile.ts'
import { refuse } from '../refused.ts'
import { exifOf, type Orientation, readExif } from '../told/exif.ts'
import { toldBehind } from '../told/behind.ts'
import { toldByPhotoshop } from '../told/photoshop.ts'
import { type Removed, removedKinds } from '../told/removed-kind.ts'
import { toldByXmp } from '../told/xmp.ts'
import { isFrame, type JpegSegment, MARKER, readJpeg } from './read-jpeg.ts'

const EXIF = 'Exif\0\0'
const XMP = 'http://ns.adobe.com/xap/1.0/\0'
const MORE_XMP = 'http://ns.adobe.com/xmp/extension/\0'
const PHOTOSHOP = 'Photoshop 3.0\0'
const PROFILE = 'ICC_PROFILE\0'

const KEPT: readonly number[] = [MARKER.quantisation, MARKER.tables, MARKER.restart, MARKER.scan]
const isKept = ({ marker }: JpegSegment): boolean => KEPT.includes(marker) || isFrame(marker)

const START = Uint8Array.of(0xff, 0xd8)
const END = Uint8Array.of(0xff, 0xd9)
/** A profile in one segment is at most this long: a segment has 65,535 bytes, with its length, the name, and two numbers. */
const PROFILE_PART_BYTES = 65_535 - 2 - PROFILE.length - 2

const segmentOf = (marker: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const body = joined(parts)
  return joined([Uint8Array.of(0xff, marker), bytesOf16(2 + body.length), body])
}

/** Version 1.1, square samples, no density, no thumbnail. */
const JFIF = segmentOf(MARKER.app0, fromLatin1('JFIF\0'), Uint8Array.of(1, 1, 0, 0, 1, 0, 1, 0, 0))

interface Told {
  jfif: boolean
  /** The colour transform of Adobe's segment. */
  transform: number | undefined
  orientation: Orientation | undefined
  /** Parts of the profile by their number, from 1, and how many there are. */
  readonly profile: Map<number, Uint8Array>
  profileParts: number
}

/** Reads one segment that is not kept as it is: notes what is written new, and what is gone. */
function readSegment({ marker, body }: JpegSegment, told: Told, removed: Removed): void {
  if (marker === MARKER.app0 && startsWith(body, 'JFIF\0') && body.length >= 14) {
    told.jfif = true
    if (body.length > 14) removed.add('thumbnails')
  } else if (marker === MARKER.app0 && startsWith(body, 'JFXX\0')) {
    removed.add('thumbnails')
  } else if (marker === MARKER.app14 && startsWith(body, 'Adobe') && body.length >= 12) {
    const transform = uint8(body, 11)
    if (told.transform !== undefined && told.transform !== transform) refuse('contradictory')
    told.transform = transform
  } else if (marker === MARKER.app1 && startsWith(body, EXIF)) {
    const exif = readExif(body.subarray(EXIF.length))
    told.orientation ??= exif.orientation
    removed.add(...exif.told)
  } else if (marker === MARKER.app1 && (startsWith(body, XMP) || startsWith(body, MORE_XMP))) {
    removed.add(...toldByXmp(body.subarray(body.indexOf(0) + 1)))
  } else if (marker === MARKER.app2 && startsWith(body, PROFILE)) {
    const [index, parts] = [uint8(body, PROFILE.length), uint8(body, PROFILE.length + 1)]
    if (told.profile.has(index) || (told.profile.size > 0 && told.profileParts !== parts)) refuse('contradictory')
    told.profile.set(index, part(body, PROFILE.length + 2, body.length))
    told.profileParts = parts
  } else if (marker === MARKER.app2 && startsWith(body, 'MPF\0')) {
    removed.add('thumbnails')
  } else if (marker === MARKER.app13 && startsWith(body, PHOTOSHOP)) {
    removed.add(...toldByPhotoshop(body.subarray(PHOTOSHOP.length)))
  } else {
    removed.add(marker === MARKER.comment ? 'text' : 'other')
  }
}

function profileSegments({ profile, profileParts }: Told): readonly Uint8Array[] {
  if (profile.size === 0) return []
  if (profile.size !== profileParts) refuse('damaged')
  const parts = Array.from({ length: profileParts }, (_, i) => profile.get(i + 1) ?? refuse('damaged'))
  const clean = cleanProfile(joined(parts))
  const count = Math.ceil(clean.length / PROFILE_PART_BYTES)
  return Array.from({ length: count }, (_, i) =>
    segmentOf(MARKER.app2, fromLatin1(PROFILE), Uint8Array.of(i + 1, count), clean.subarray(i * PROFILE_PART_BYTES, (i + 1) * PROFILE_PART_BYTES)),
  )
}

export function cleanJpeg(bytes: Uint8Array): Cleaned {
  const { width, height, segments, end } = readJpeg(bytes)
  const removed = removedKinds()
  const told: Told = { jfif: false, transform: undefined, orientation: undefined, profile: new Map(), profileParts: 0 }
  for (const segment of segments) if (!isKept(segment)) readSegment(segment, told, removed)
  removed.add(...toldBehind(bytes, end))

  const written: Uint8Array[] = []
  if (told.jfif) written.push(JFIF)
  if (told.orientation !== undefined && told.orientation !== 1) written.push(segmentOf(MARKER.app1, fromLatin1(EXIF), exifOf(told.orientation)))
  if (told.transform !== undefined) written.push(segmentOf(MARKER.app14, fromLatin1('Adobe'), Uint8Array.of(0, 100, 0, 0, 0, 0, told.transform)))
  const kept = segments.filter(isKept).map(({ whole }) => whole)
  return { width, height, isAnimated: false, bytes: joined([START, ...written, ...profileSegments(told), ...kept, END]), removed: removed.kinds() }
}
