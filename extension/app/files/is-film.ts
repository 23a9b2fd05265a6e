/** Films, by their first bytes: phones write into them where and when they were taken, and nothing here takes that out. */

const text = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to))

/** MP4, QuickTime and the like, Matroska and WebM, AVI. Sounds in the same containers count as well. */
export const isFilm = (bytes: Uint8Array): boolean =>
  text(bytes, 4, 8) === 'ftyp' ||
  ['moov', 'mdat', 'wide', 'free'].includes(text(bytes, 4, 8)) ||
  (bytes[0] === 0x1a && bytes[1] === 0x45 && bytes[2] === 0xdf && bytes[3] === 0xa3) ||
  (text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 11) === 'AVI')
