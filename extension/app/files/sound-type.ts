/** Sounds that browsers play, by their first bytes alone. */

const text = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to))

/** The type for the browser; null: it is none of them. */
export function soundType(bytes: Uint8Array): string | null {
  if (text(bytes, 0, 4) === 'OggS') return 'audio/ogg'
  if (text(bytes, 0, 4) === 'fLaC') return 'audio/flac'
  if (text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 12) === 'WAVE') return 'audio/wav'
  if (text(bytes, 4, 11) === 'ftypM4A') return 'audio/mp4'
  if (text(bytes, 0, 3) === 'ID3') return 'audio/mpeg'
  // A frame of MPEG audio, layer 3; or of AAC.
  const [first = 0, second = 0] = bytes
  if (first === 0xff && (second & 0xe6) === 0xe2) return 'audio/mpeg'
  return first === 0xff && (second & 0xf6) === 0xf0 ? 'audio/aac' : null
}
