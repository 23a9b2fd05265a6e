/** The keys that follow from an invite: those of a device that has the link, and those of the group's members (PROTOCOL §5). */
import { L, type OperationId, sortedSet, encode, operationId, LIMITS, compareBytes } from '@sotto/wire'
import { deriveKey } from '../derive-key.ts'
import type { AgreementKeyPair, Primitives, SigningKeyPair } from '../primitives/primitives.ts'

/** The key pair from an invite's seed: its public half is in the `invite` operation, its private half signs a request. */
export const inviteKeyPair = (primitives: Primitives, seed: Uint8Array): SigningKeyPair =>
  primitives.ed25519.keyPairFromSeed(deriveKey(primitives, seed, 'invite request key'))

/**
 * The key pair that appends to an invite's rendezvous mailbox. It follows from the invite's public key, which the
 * joiners with the link and the members know and a relay does not: both must be able to name the mailbox.
 */
export const rendezvousAppendKeyPair = (primitives: Primitives, inviteKey: Uint8Array): SigningKeyPair =>
  primitives.ed25519.keyPairFromSeed(deriveKey(primitives, inviteKey, 'rendezvous append'))

/** What members derive from the `rendezvousSeed` of an `invite` operation. The invite carries the public halves. */
export interface RendezvousKeys {
  readonly readKeyPair: SigningKeyPair
  readonly sealKeyPair: AgreementKeyPair
}

export const rendezvousKeys = (primitives: Primitives, rendezvousSeed: Uint8Array): RendezvousKeys => ({
  readKeyPair: primitives.ed25519.keyPairFromSeed(deriveKey(primitives, rendezvousSeed, 'rendezvous read')),
  sealKeyPair: primitives.x25519.keyPairFromSeed(deriveKey(primitives, rendezvousSeed, 'rendezvous seal')),
})

/** First 16 bytes of the hash of a log's heads, in any order, as an invite carries it. */
export function hashOfHeads(primitives: Primitives, heads: readonly OperationId[]): Uint8Array {
  const sorted = heads.toSorted(compareBytes)
  return primitives.sha256(L('heads'), encode(sortedSet(operationId, LIMITS.operationParents), sorted)).slice(0, 16)
}
