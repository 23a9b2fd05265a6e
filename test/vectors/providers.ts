/** What the vectors run against: both providers of the primitives, and hexadecimal text. */
import { createNoblePrimitives, loadSodiumPrimitives, type Primitives } from '@sotto/crypto/primitives'
import { fromHex } from '@sotto/wire'

/** libsodium's provider and @noble's, ready. */
export const loadBothProviders = async (): Promise<readonly [sodium: Primitives, noble: Primitives]> => [await loadSodiumPrimitives(), createNoblePrimitives()]

/** Bytes of a vector. Throws if the vector is not hexadecimal. */
export function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex)
  if (bytes === undefined) throw new Error(`not hexadecimal: ${hex}`)
  return bytes
}

/** Bytes counting up from `first`, wrapping at 256: the usual filling of the standards' vectors. */
export const counting = (first: number, lengthBytes: number): Uint8Array => Uint8Array.from({ length: lengthBytes }, (_, i) => (first + i) % 256)
