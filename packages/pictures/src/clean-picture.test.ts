/** Read by another library than the one that removes: what it finds before, and what it finds no more. */
import { load } from 'exifreader'
import { unzlibSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { type CleanedPicture, cleanPicture } from './clean-picture.ts'
import { chunksIn, isBitstream } from './webp/read-webp.ts'
import { fromLatin1 } from './fields.ts'
import { chunkOf } from './png/read-png.ts'
import { readAvif } from './avif/read-avif.ts'
import { pictureSize } from './picture-size.ts'
import { fixture, indexOfText, lastIndexOfText, PICTURES } from './testing/fixture.ts'

type Groups = Record<string, Record<string, unknown> | undefined>

const read = (bytes: Uint8Array): Groups => load(bytes.slice().buffer, { expanded: true, includeUnknown: true }) as Groups

function cleaned(bytes: Uint8Array): CleanedPicture {
  const clean = cleanPicture(bytes)
  if (!clean.ok) throw new Error(`refused: ${clean.refusal}`)
  return clean
}

/** Groups of tags that are about people, or could be. */
const PERSONAL = ['gps', 'iptc', 'xmp', 'Thumbnail', 'pngText', 'makerNotes', 'photoshop', 'mpf', 'composite']

/** The profile in a PNG is deflated: no byte of it is to be seen. */
function profileOf(png: Uint8Array): Uint8Array {
  const at = indexOfText(png, 'iCCP')
  if (at === -1) return new Uint8Array(0)
  const length = new DataView(png.buffer, png.byteOffset).getUint32(at - 4)
  const data = png.subarray(at + 4, at + 4 + length)
  return unzlibSync(data.subarray(data.indexOf(0) + 2))
}

describe.each(PICTURES)('$name', ({ name, removed, orientation }) => {
  const bytes = fixture(name)
  const clean = cleaned(bytes)

  test.runIf(removed.length > 0)('told about a person before, and tells nothing any more', () => {
    expect(indexOfText(bytes, 'PLANTED')).not.toBe(-1)
    expect(indexOfText(clean.bytes, 'PLANTED')).toBe(-1)
    expect(clean.removed).toEqual(removed)
  })

  test('another library finds the way up in it, colours and coding, and nothing else', () => {
    const before = read(bytes)
    if (removed.length > 0 && !name.endsWith('.gif')) expect(Object.keys(before)).toEqual(expect.arrayContaining(['gps', 'xmp', 'exif']))
    const after = read(clean.bytes)
    expect(Object.keys(after).filter((group) => PERSONAL.includes(group))).toEqual([])
    expect(Object.keys(after['exif'] ?? {})).toEqual(orientation === undefined ? [] : ['Orientation'])
    expect((after['exif']?.['Orientation'] as { value: number } | undefined)?.value).toBe(orientation)
    expect(JSON.stringify(after)).not.toMatch(/PLANTED|2026|131|exiftool|Magick/i)
  })

  test('is cleaned once: what was cleaned stays as it is, and nothing is found in it', () => {
    const again = cleaned(clean.bytes)
    expect(again.bytes).toEqual(clean.bytes)
    expect(again.removed).toEqual([])
  })

  test('has the size that it had', () => {
    expect(pictureSize(clean.bytes)).toEqual(pictureSize(bytes))
    expect(pictureSize(bytes)).toEqual({ ok: true, kind: clean.kind, width: clean.width, height: clean.height, isAnimated: clean.isAnimated })
  })

  test('with anything behind its end is cut there', () => {
    const film = Buffer.from('\0\0\0\x18ftypmp42PLANTED film of a motion photo', 'latin1')
    const withFilm = new Uint8Array(Buffer.concat([bytes, film]))
    expect(cleaned(withFilm).bytes).toEqual(clean.bytes)
    expect(cleaned(withFilm).removed.length).toBeGreaterThanOrEqual(clean.removed.length)
    expect(cleaned(new Uint8Array(Buffer.concat([clean.bytes, film]))).removed.length).toBe(1)
  })
})

describe('the coded picture is byte for byte what it was', () => {
  test.each(['baseline.jpg', 'progressive.jpg', 'cmyk.jpg', 'grey.jpg'])('in %s: all scans, and the tables before them', (name) => {
    const [before, after] = [fixture(name), cleaned(fixture(name)).bytes]
    // From the first table of coefficients on, nothing but the picture is in these files.
    const picture = (bytes: Uint8Array): Buffer => Buffer.from(bytes.subarray(lastIndexOfText(bytes, '\xff\xdb')))
    expect(picture(after).length).toBeGreaterThan(300)
    expect(Buffer.from(before).includes(picture(after).subarray(0, -2))).toBe(true)
  })

  test.each(['truecolour.png', 'transparent.png', 'palette.png'])('in %s', (name) => {
    const data = (bytes: Uint8Array): Buffer => {
      const at = indexOfText(bytes, 'IDAT')
      return Buffer.from(bytes.subarray(at - 4, at + 8 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(at - 4)))
    }
    const [before, after] = [fixture(name), cleaned(fixture(name)).bytes]
    expect(data(after)).toEqual(data(before))
    expect(data(after).length).toBeGreaterThan(300)
  })

  test.each(['lossy.webp', 'lossless.webp', 'simple.webp', 'animated.webp'])('in %s', (name) => {
    const pictures = (bytes: Uint8Array): readonly Uint8Array[] =>
      chunksIn(bytes, 12).flatMap((chunk) => (chunk.type === 'ANMF' ? [chunk.data] : isBitstream(chunk) || chunk.type === 'ALPH' ? [chunk.whole] : []))
    const [before, after] = [fixture(name), cleaned(fixture(name)).bytes]
    expect(pictures(after)).toEqual(pictures(before))
    expect(pictures(after).length).toBeGreaterThan(0)
  })

  test.each(['turned.avif', 'grid.avif'])('in %s: every item, and every property but the profile', (name) => {
    const items = (bytes: Uint8Array): readonly unknown[] =>
      readAvif(bytes).drawn.map(({ type, data, properties }) => ({
        type,
        data: Buffer.from(data).toString('hex'),
        properties: properties
          .filter((property) => property.type !== 'colr')
          .map((property) => [property.type, property.isEssential, Buffer.from(property.body).toString('hex')]),
      }))
    const [before, after] = [fixture(name), cleaned(fixture(name)).bytes]
    expect(items(after)).toEqual(items(before))
    expect(items(after).length).toBeGreaterThan(1)
  })
})

describe('a colour profile', () => {
  test.each(['truecolour.png', 'transparent.png'])('in %s has its curves and not its texts', (name) => {
    const [before, after] = [profileOf(fixture(name)), profileOf(cleaned(fixture(name)).bytes)]
    expect(indexOfText(before, 'PLANTED')).not.toBe(-1)
    expect(indexOfText(after, 'PLANTED')).toBe(-1)
    expect(indexOfText(after, 'rXYZ')).not.toBe(-1)
  })

  test.each(['baseline.jpg', 'turned.avif'])('in %s is read by another library, with the same colours', (name) => {
    const [before, after] = [read(fixture(name))['icc'], read(cleaned(fixture(name)).bytes)['icc']]
    expect(JSON.stringify(before)).toMatch(/PLANTED/)
    expect(after?.['Color Space']).toEqual(before?.['Color Space'])
    expect(after?.['Connection Space']).toEqual(before?.['Connection Space'])
  })
})

describe('what was removed is said in kinds', () => {
  const png = fixture('palette.png')
  const alone = cleaned(png).bytes
  const at = indexOfText(alone, 'PLTE') - 4

  test.each([
    ['tEXt', 'Author\0Mira', 'author'],
    ['tEXt', 'Creation Time\0yesterday', 'time'],
    ['tEXt', 'Software\0a program', 'camera'],
    ['iTXt', 'Comment\0\0\0\0\0words', 'text'],
    ['iTXt', 'XML:com.adobe.xmp\0\0\0\0\0<x exif:GPSLatitude="25"/>', 'place'],
    ['zTXt', 'Raw profile type exif\0\0x', 'other'],
    ['tIME', '\x07\xea\x0b\x1d\x0c\0\0', 'time'],
    ['caBX', 'a signed claim of who made it', 'other'],
  ])('%s: %s', (type, data, kind) => {
    const told = Buffer.concat([alone.subarray(0, at), chunkOf(type, fromLatin1(data)), alone.subarray(at)])
    expect(cleaned(new Uint8Array(told))).toMatchObject({ bytes: alone, removed: [kind] })
  })

  test('the density of a screenshot goes, and is about nobody', () => {
    const dense = Buffer.concat([alone.subarray(0, at), chunkOf('pHYs', fromLatin1('\0\0\x16\x25\0\0\x16\x25\x01')), alone.subarray(at)])
    expect(cleaned(new Uint8Array(dense))).toMatchObject({ bytes: alone, removed: [] })
  })
})
