/** Codecs that tables of several rooms share. */
import { type Codec, fixedBytes, LIMITS, text, varBytes } from '@sotto/wire'

export const seed = fixedBytes(32)

export const relayAddress = text(LIMITS.relayAddressBytes)

export const anyBytes: Codec<Uint8Array> = varBytes(2 ** 32 - 1)

export const row = <T>(codec: Codec<T>): Codec<T> => codec
