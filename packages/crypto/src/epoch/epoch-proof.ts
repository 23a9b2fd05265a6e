/** How two connected peers prove to each other that they are in an epoch, without naming it (PROTOCOL §7). */
import { concat, encode, fixedBytes, L, peerIdText, struct } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'

const connection = struct({
  initiator: peerIdText,
  responder: peerIdText,
  initiatorNonce: fixedBytes(32),
  responderNonce: fixedBytes(32),
})

/** One connection: the peer ids as text and the nonces (32 bytes) of both ends; the initiator is the peer that dialled. */
export interface ProofConnection {
  readonly initiator: string
  readonly responder: string
  readonly initiatorNonce: Uint8Array
  readonly responderNonce: Uint8Array
}

/** The proof that one side of a connection sends: 32 bytes. The sides' differ, so that none can be sent back. */
export const epochProof = (primitives: Primitives, syncKey: Uint8Array, side: 'initiator' | 'responder', between: ProofConnection): Uint8Array =>
  primitives.hmacSha256(syncKey, concat(L(`epoch proof ${side}`), encode(connection, between)))
