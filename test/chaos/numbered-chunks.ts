/** Chunks that follow from their number, so that who looks for them needs no other list of what was written. */
import { LIMITS } from '@sotto/wire'

/** With a proof of ten hashes behind it. */
const CHUNK_BYTES = LIMITS.blobChunkBytes + 320
/** Files that are written in turn. */
const FILES = 3
/** Of each file so many places are filled in an order of its own, and then the next. */
const STRETCH = 64

const named = (number: number): string => number.toString(16).padStart(32, '0')

export function placeNumbered(number: number): { readonly file: string; readonly offset: number } {
  const turn = Math.floor(number / FILES)
  // 37 has no divisor in common with the stretch: each place once.
  const place = Math.floor(turn / STRETCH) * STRETCH + ((turn * 37) % STRETCH)
  return { file: named(1 + (number % FILES)), offset: place * CHUNK_BYTES }
}

export const passingName = (number: number): string => named(1_000_000 + number)

export function chunkNumbered(number: number): Uint8Array {
  const words = new Uint32Array(CHUNK_BYTES / 4)
  // No two places of any two chunks are the same, and none holds zeros, which lie where nothing was written.
  for (let i = 0; i < words.length; i++) words[i] = (number + 1) * words.length + i
  return new Uint8Array(words.buffer)
}
