/**
 * The part of an ML-KEM step that travels beside a header, sealed under the same header key: so that an onlooker sees
 * neither it nor that a step is being made (Double Ratchet §4; PROTOCOL §2).
 */
import { concat } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'
import type { CryptoProvider } from '../crypto-provider.ts'

const NONCE_BYTES = 24

/** The sealed part, bound to its header: a random nonce, the part, a tag. */
export function sealKemPart(
  provider: CryptoProvider,
  headerKey: Uint8Array,
  part: Uint8Array,
  associatedData: Uint8Array,
  sealedHeader: Uint8Array,
): Uint8Array {
  const nonce = provider.random(NONCE_BYTES)
  const ad = concat(associatedData, sealedHeader)
  return concat(nonce, provider.primitives.xchacha20Poly1305.seal(headerKey, nonce, part, ad))
}

/** The part, or `undefined` where it was not sealed under this key beside this header. */
export const openKemPart = (
  primitives: Primitives,
  headerKey: Uint8Array,
  sealedPart: Uint8Array,
  associatedData: Uint8Array,
  sealedHeader: Uint8Array,
): Uint8Array | undefined =>
  primitives.xchacha20Poly1305.open(headerKey, sealedPart.subarray(0, NONCE_BYTES), sealedPart.subarray(NONCE_BYTES), concat(associatedData, sealedHeader))
