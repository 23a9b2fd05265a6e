/** Numbers and parts of a byte string. What lies past its end is refused as truncated, never read as zero. */
import { refuse } from './refused.ts'

/** The bytes from `start` up to `end`, without a copy. */
export function part(bytes: Uint8Array, start: number, end: number): Uint8Array {
  if (start > end || end > bytes.length) refuse('truncated')
  return bytes.subarray(start, end)
}

export const uint8 = (bytes: Uint8Array, at: number): number => bytes[at] ?? refuse('truncated')

/** Big-endian, as JPEG, PNG, AVIF and ICC profiles have it. */
export const uint16 = (bytes: Uint8Array, at: number): number => uint8(bytes, at) * 0x100 + uint8(bytes, at + 1)
export const uint32 = (bytes: Uint8Array, at: number): number => uint16(bytes, at) * 0x1_0000 + uint16(bytes, at + 2)

/** Little-endian, as GIF and WebP have it. */
export const uint16le = (bytes: Uint8Array, at: number): number => uint8(bytes, at) + uint8(bytes, at + 1) * 0x100
export const uint24le = (bytes: Uint8Array, at: number): number => uint16le(bytes, at) + uint8(bytes, at + 2) * 0x1_0000
export const uint32le = (bytes: Uint8Array, at: number): number => uint16le(bytes, at) + uint16le(bytes, at + 2) * 0x1_0000

/** A character for each byte (ISO 8859-1), as formats name their parts. */
export function latin1(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

/** The bytes of such a text. */
export const fromLatin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

export const bytesOf16 = (value: number): Uint8Array => Uint8Array.of(value >>> 8, value)
export const bytesOf32 = (value: number): Uint8Array => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
export const bytesOf32le = (value: number): Uint8Array => Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24)

/** Joins any number of parts: a file may have more than a call takes arguments. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const each of parts) {
    bytes.set(each, offset)
    offset += each.length
  }
  return bytes
}

export const startsWith = (bytes: Uint8Array, text: string): boolean => bytes.length >= text.length && latin1(bytes.subarray(0, text.length)) === text
