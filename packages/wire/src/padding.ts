/**
 * The ladder of lengths on which everything travels: Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted
 * Files and Communication with PURBs", 2019, §4) from a smallest step up, so that a relay learns a length to within
 * 12 % and nothing at all about short texts. The mailbox refuses any other length.
 */
import { LIMITS } from './limits.ts'

/** The smallest length on the ladder that is not less than `lengthBytes`. */
export function ladderLength(lengthBytes: number): number {
  if (lengthBytes <= LIMITS.smallestRecordBytes) return LIMITS.smallestRecordBytes
  const exponent = Math.floor(Math.log2(lengthBytes))
  const zeroBits = exponent - (Math.floor(Math.log2(exponent)) + 1)
  const mask = 2 ** zeroBits - 1
  return Math.floor((lengthBytes + mask) / (mask + 1)) * (mask + 1)
}

/** Whether a length is on the ladder. */
export const isLadderLength = (lengthBytes: number): boolean => ladderLength(lengthBytes) === lengthBytes

/**
 * Pads a plaintext so that it and `overheadBytes` around it have a length on the ladder.
 * The padding is 0x80 and zeros (ISO/IEC 7816-4), always at least one byte.
 */
export function pad(plaintext: Uint8Array, overheadBytes: number): Uint8Array {
  const padded = new Uint8Array(ladderLength(plaintext.length + 1 + overheadBytes) - overheadBytes)
  padded.set(plaintext)
  padded[plaintext.length] = 0x80
  return padded
}

/** Takes the padding off, or `undefined` where there is none. */
export function unpad(padded: Uint8Array): Uint8Array | undefined {
  let end = padded.length
  while (end > 0 && padded[end - 1] === 0) end--
  return end > 0 && padded[end - 1] === 0x80 ? padded.slice(0, end - 1) : undefined
}
