/** Bytes that look random and follow from a seed, so that no side has to keep a file to know what it should be. */

/** One place of the file: `length` bytes, the same each time. */
export function noiseAt(seed: number, place: number, length: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4))
  // Xorshift (Marsaglia, "Xorshift RNGs", 2003): never from 0.
  let state = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(place + 1, 0x85ebca6b)) | 1
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[i] = state
  }
  return new Uint8Array(words.buffer, 0, length)
}
