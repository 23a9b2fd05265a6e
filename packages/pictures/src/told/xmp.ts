import { latin1 } from '../fields.ts'
import type { RemovedKind } from './removed-kind.ts'

/** Names of properties, by what they tell (XMP parts 1 and 2, the schemas of EXIF, IPTC and Google's cameras). */
const TOLD: readonly (readonly [RemovedKind, RegExp])[] = [
  ['place', /exif:GPS|Iptc4xmp(?:Core|Ext):(?:Location|Country|City)|photoshop:(?:City|State|Country)/],
  ['camera', /tiff:(?:Make|Model|Software)|exifEX:|aux:|CreatorTool|exif:(?:Exposure|FNumber|FocalLength|ISOSpeed)|stEvt:softwareAgent/],
  ['time', /xmp:(?:CreateDate|ModifyDate|MetadataDate)|exif:DateTime|photoshop:DateCreated|stEvt:when/],
  ['thumbnails', /xmp:Thumbnails|xmpGImg:|GImage:Data|GDepth:Data|MotionPhoto|MicroVideo|hdrgm:/],
  ['text', /dc:(?:description|title|subject)|photoshop:(?:Headline|Instructions)|exif:UserComment|lr:hierarchicalSubject/],
  ['author', /dc:(?:creator|rights)|xmpRights:|photoshop:(?:AuthorsPosition|Credit|Source)|cc:/],
]

/** What an XMP packet told; `other` where none of its properties is known. */
export function toldByXmp(packet: Uint8Array): readonly RemovedKind[] {
  const text = latin1(packet)
  const told = TOLD.filter(([, names]) => names.test(text)).map(([kind]) => kind)
  return told.length > 0 ? told : ['other']
}
