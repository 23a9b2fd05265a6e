import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from './bytes.ts'
import { fileNameFrom, mediaTypeFrom } from './file-name.ts'
import { LIMITS } from './limits.ts'

const said = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({
    unit: fc.constantFrom('a', '.', ' ', '/', '\\', ':', '\u202e', '\u200d', '\ud800', 'CON', 'ä', '\u0308', '\u{1f469}', '\u00a0', '_'),
    maxLength: 400,
  }),
)

describe('the name of a file', () => {
  it.each([
    ['holiday.jpg', 'holiday.jpg'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\mira\\report.pdf', 'report.pdf'],
    ['folder/', 'folder'],
    ['', 'file'],
    [' . ', 'file'],
    ['..', 'file'],
    ['\u2800\u200b', 'file'],
    ['.profile', 'profile'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['a\u0000b\nc.txt', 'ab c.txt'],
    ['photo.png   ', 'photo.png'],
    ['photo.png.', 'photo.png'],
    ['picture.jpg:evil.exe', 'picture.jpg_evil.exe'],
    ['<b>|"?*.html', '_b_____.html'],
    ['nul', '_nul'],
    ['COM1.tar.gz', '_COM1.tar.gz'],
    ['console.log', 'console.log'],
    ['U\u0308bung.odt', '\u00dcbung.odt'],
    ['half \ud83d.png', 'half .png'],
  ])('%j is shown as %j', (from, to) => expect(fileNameFrom(from)).toBe(to))

  it('is in one form, fits file systems, leads nowhere and shows something', () => {
    fc.assert(
      fc.property(said, (text) => {
        const name = fileNameFrom(text)
        expect(fileNameFrom(name)).toBe(name)
        expect(utf8(name).length).toBeLessThanOrEqual(LIMITS.fileNameBytes)
        expect(name).not.toMatch(/[\\/:*?"<>|]|^[. ]|[. ]$|^$/u)
        expect(name).not.toMatch(/[\p{Bidi_Control}\p{Cc}\p{Default_Ignorable_Code_Point}\p{Cs}]/u)
      }),
      { numRuns: 3_000 },
    )
  })

  it('keeps its extension where it is cut', () => {
    expect(fileNameFrom(`${'ä'.repeat(300)}.jpeg`)).toMatch(/^ä+\.jpeg$/u)
    expect(utf8(fileNameFrom(`${'ä'.repeat(300)}.jpeg`)).length).toBeGreaterThan(250)
    // What is so long is no extension.
    expect(fileNameFrom(`a.${'b'.repeat(400)}`)).toHaveLength(LIMITS.fileNameBytes)
  })
})

describe('a media type', () => {
  it.each([
    ['image/png', 'image/png'],
    [' Image/PNG ', 'image/png'],
    ['application/vnd.oasis.opendocument.text', 'application/vnd.oasis.opendocument.text'],
    ['text/html; charset=utf-8', 'application/octet-stream'],
    ['image', 'application/octet-stream'],
    ['', 'application/octet-stream'],
    ['image/\u202epng', 'application/octet-stream'],
    [`a/${'b'.repeat(128)}`, 'application/octet-stream'],
  ])('%j is %j', (from, to) => expect(mediaTypeFrom(from)).toBe(to))

  it('is in one form and fits', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-zA-Z0-9+.-]{1,140}\/[a-z0-9+.-]{1,140}$/)), (text) => {
        const type = mediaTypeFrom(text)
        expect(mediaTypeFrom(type)).toBe(type)
        expect(utf8(type).length).toBeLessThanOrEqual(LIMITS.mediaTypeBytes)
      }),
    )
  })
})
