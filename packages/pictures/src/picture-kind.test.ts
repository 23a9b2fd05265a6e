import { utf8 } from '@sotto/wire'
import { expect, test } from 'vitest'
import { fromLatin1 } from './fields.ts'
import { pictureKind } from './picture-kind.ts'
import { fixture, PICTURES } from './testing/fixture.ts'

const KINDS: Record<string, string> = { jpg: 'jpeg', png: 'png', webp: 'webp', gif: 'gif', avif: 'avif' }

test.each(PICTURES)('$name is known by its first 64 bytes', ({ name }) => {
  expect(pictureKind(fixture(name).subarray(0, 64))).toBe(KINDS[name.split('.')[1] ?? ''])
})

const typed = (...brands: readonly string[]): Uint8Array =>
  fromLatin1(`\0\0\0${String.fromCharCode(12 + 4 * brands.length)}ftyp${brands[0]}\0\0\0\0${brands.slice(1).join('')}`)

test('a picture of HEVC is HEIC, and one of AV1 that begins with the general brand is AVIF', () => {
  expect(pictureKind(typed('heic', 'mif1', 'heic'))).toBe('heic')
  expect(pictureKind(typed('mif1', 'heic'))).toBe('heic')
  expect(pictureKind(typed('mif1', 'avif', 'miaf'))).toBe('avif')
  expect(pictureKind(typed('isom', 'mp42'))).toBeNull()
})

test.each([
  ['SVG', utf8('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>')],
  ['SVG with a declaration', utf8('<?xml version="1.0"?><svg/>')],
  ['HTML', utf8('<!doctype html><img src=x onerror=1>')],
  ['PDF', utf8('%PDF-1.7')],
  ['a film', fromLatin1('\0\0\0\x18ftypmp42\0\0\0\0isommp42')],
  ['TIFF', fromLatin1('II*\0\b\0\0\0')],
  ['BMP', fromLatin1('BM')],
  ['an icon', Uint8Array.of(0, 0, 1, 0)],
  ['JPEG XL', Uint8Array.of(0xff, 0x0a)],
  ['RIFF with sound', fromLatin1('RIFF\0\0\0\0WAVE')],
  ['nothing', new Uint8Array(0)],
  ['SVG behind a space and PNG’s letters', utf8(' PNG <svg/>')],
])('%s is none', (_, bytes) => {
  expect(pictureKind(bytes)).toBeNull()
})

test.each(PICTURES)('$name without its first byte, or cut in its signature, is none', ({ name }) => {
  const bytes = fixture(name)
  expect(pictureKind(bytes.subarray(1))).toBeNull()
  expect(pictureKind(bytes.subarray(0, 2))).toBeNull()
})
