/** Headers, sealed under their chain's header key, so that an onlooker sees neither ratchet key nor counter (Double Ratchet §4). */
import { concat, decode, encode, type RatchetHeader, ratchetHeader } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'
import type { CryptoProvider } from '../crypto-provider.ts'

const NONCE_BYTES = 24

/** `SEALED_RATCHET_HEADER_BYTES` bytes: a random nonce, the header, a tag. */
export function sealHeader(provider: CryptoProvider, headerKey: Uint8Array, header: RatchetHeader, associatedData: Uint8Array): Uint8Array {
  const nonce = provider.random(NONCE_BYTES)
  return concat(nonce, provider.primitives.xchacha20Poly1305.seal(headerKey, nonce, encode(ratchetHeader, header), associatedData))
}

/** The header, or `undefined` where it was not sealed under this key in this session. */
export function openHeader(primitives: Primitives, headerKey: Uint8Array, sealedHeader: Uint8Array, associatedData: Uint8Array): RatchetHeader | undefined {
  const nonce = sealedHeader.subarray(0, NONCE_BYTES)
  const opened = primitives.xchacha20Poly1305.open(headerKey, nonce, sealedHeader.subarray(NONCE_BYTES), associatedData)
  return opened === undefined ? undefined : decode(ratchetHeader, opened)
}
