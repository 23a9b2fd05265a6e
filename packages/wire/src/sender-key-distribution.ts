/**
 * A sender key on its way to another device, and the context that fixes what a sender key is (PROTOCOL §3).
 */
import { concat } from './bytes.ts'
import { type Decoded, encode, fixedBytes, sortedSet, struct, uint16, uint8, versioned } from './codec.ts'
import { accountId, deviceId, epochId, groupId, operationId } from './ids.ts'
import { L } from './labels.ts'
import { LIMITS } from './limits.ts'

/** 1: HMAC-SHA-256 chain, HKDF-SHA-256, ChaCha20-Poly1305, Ed25519. */
export const SENDER_KEY_SUITE = 1

const names = { group: groupId, epoch: epochId }
const terms = {
  keyId: uint16,
  /** Ed25519 public key, made for this sender key alone. */
  signingKey: fixedBytes(32),
  /** To the chain key at iteration 0. */
  commitment: fixedBytes(32),
  /** The heads of the log that the owner had seen, ascending. */
  frontier: sortedSet(operationId, LIMITS.operationParents),
}

/** Everything that is fixed for the life of a sender key. */
export const senderKeyContext = versioned(1, struct({ suite: uint8, ...names, account: accountId, device: deviceId, ...terms }))
export type SenderKeyContext = Decoded<typeof senderKeyContext>

/** What is hashed (SHA-256) into the associated data of every envelope. */
export const senderKeyContextInput = (context: SenderKeyContext): Uint8Array => concat(L('sender key context'), encode(senderKeyContext, context))

/** What is hashed (SHA-256) to the commitment to a chain key at iteration 0. */
export const senderKeyCommitmentInput = (chainKey: Uint8Array): Uint8Array => concat(L('sender key commitment'), chainKey)

/**
 * A context without its owner. The receiver fills it in: it is the device at the other end of the pairwise session. So no
 * member can pass another's key off as its own. With it the chain at one iteration; nothing before that can be opened with it.
 */
export const senderKeyDistribution = versioned(1, struct({ suite: uint8, ...names, ...terms, iteration: uint16, chainKey: fixedBytes(32) }))
export type SenderKeyDistribution = Decoded<typeof senderKeyDistribution>
