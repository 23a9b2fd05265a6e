import { expect, it } from 'vitest'
import { isFilm } from './is-film.ts'

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))

it.each([ascii('....ftypqt  '), ascii('....ftypisom'), ascii('....moov'), ascii('RIFF....AVI LIST'), Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3)])(
  'a film is known: %#',
  (bytes) => expect(isFilm(bytes)).toBe(true),
)

it.each([ascii('%PDF-1.7'), ascii('RIFF....WEBP'), ascii(''), ascii('free')])('others are none: %#', (bytes) => expect(isFilm(bytes)).toBe(false))
