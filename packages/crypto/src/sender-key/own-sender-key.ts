/** This device's sender key in an epoch: made, handed out, sealed with (PROTOCOL §3). */
import {
  type AccountId,
  type Codec,
  compareBytes,
  type DeviceId,
  encode,
  encodeGroupEnvelope,
  envelopeHeader,
  type EpochId,
  fixedBytes,
  GROUP_ENVELOPE_OVERHEAD_BYTES,
  groupEnvelopeAd,
  groupEnvelopeSigningInput,
  type GroupId,
  type OperationId,
  pad,
  SENDER_KEY_SUITE,
  type SenderKeyContext,
  senderKeyCommitmentInput,
  senderKeyContext,
  senderKeyContextInput,
  senderKeyDistribution,
  struct,
  uint16,
} from '@sotto/wire'
import type { EpochKeys } from '../epoch/epoch-keys.ts'
import type { Primitives } from '../primitives/primitives.ts'
import type { CryptoProvider } from '../crypto-provider.ts'
import { messageCipher, stepChain } from './chain.ts'
import { maskHeader, senderTag } from './header-mask.ts'
import type { MessageOpening } from './open-resent.ts'

/** All of a sending key. `iteration` is that of the next message; no earlier one can be derived from it. */
export interface OwnSenderKey {
  readonly context: SenderKeyContext
  /** Ed25519 seed of `context.signingKey`. */
  readonly signingSeed: Uint8Array
  readonly chainKey: Uint8Array
  readonly iteration: number
}
export const ownSenderKeyCodec: Codec<OwnSenderKey> = struct({
  context: senderKeyContext,
  signingSeed: fixedBytes(32),
  chainKey: fixedBytes(32),
  iteration: uint16,
})

/** What a sender key is for: one device in one group and epoch, under a number that it never used there before. */
export interface SenderKeyPurpose {
  readonly group: GroupId
  readonly epoch: EpochId
  readonly account: AccountId
  readonly device: DeviceId
  readonly keyId: number
  /** The heads of the log that the owner has seen, in any order. */
  readonly frontier: readonly OperationId[]
}

/** A fresh key at iteration 0. */
export function createOwnSenderKey(provider: CryptoProvider, purpose: SenderKeyPurpose): OwnSenderKey {
  const { primitives, random } = provider
  const chainKey = random(32)
  const { publicKey, seed } = primitives.ed25519.keyPairFromSeed(random(32))
  const context: SenderKeyContext = {
    ...purpose,
    suite: SENDER_KEY_SUITE,
    signingKey: publicKey,
    commitment: primitives.sha256(senderKeyCommitmentInput(chainKey)),
    frontier: purpose.frontier.toSorted(compareBytes),
  }
  return { context, signingSeed: seed, chainKey, iteration: 0 }
}

/** What is fixed about our key. */
export const ownContext = (key: OwnSenderKey): SenderKeyContext => key.context

/** The key at its current iteration, encoded for a pairwise session (`senderKeyDistribution`). Opens nothing earlier. */
export const distributionOf = (key: OwnSenderKey): Uint8Array =>
  encode(senderKeyDistribution, { ...key.context, iteration: key.iteration, chainKey: key.chainKey })

/** Messages that one key may seal at all: the header counts with 16 bits. */
export const MOST_ITERATIONS = 2 ** 16 - 1

/**
 * Seals a message: the envelope's length is on the ladder. The new key must be durable before the envelope leaves, or
 * one iteration would seal twice. `opening` says as much as the content: it is kept as secret. Throws at `MOST_ITERATIONS`:
 * rotate long before.
 */
export function sealMessage(
  primitives: Primitives,
  epoch: Pick<EpochKeys, 'headerKey' | 'tagKey'>,
  key: OwnSenderKey,
  plaintext: Uint8Array,
): { readonly key: OwnSenderKey; readonly envelope: Uint8Array; readonly iteration: number; readonly opening: MessageOpening } {
  const { context, iteration } = key
  if (iteration >= MOST_ITERATIONS) throw new RangeError(`iteration ${iteration} of a sender key`)
  const tag = senderTag(primitives, epoch.tagKey, context.device)
  const header = encode(envelopeHeader, { senderTag: tag, keyId: context.keyId, iteration })
  const contextHash = primitives.sha256(senderKeyContextInput(context))
  const { messageKey, chainKey } = stepChain(primitives, key.chainKey)
  const { commitment, ...cipher } = messageCipher(primitives, messageKey)
  const ad = groupEnvelopeAd(contextHash, header, commitment)
  const ciphertext = primitives.chacha20Poly1305.seal(cipher.key, cipher.nonce, pad(plaintext, GROUP_ENVELOPE_OVERHEAD_BYTES), ad)
  const signature = primitives.ed25519.sign(groupEnvelopeSigningInput(ad, ciphertext), {
    publicKey: context.signingKey,
    seed: key.signingSeed,
  })
  const maskedHeader = maskHeader(primitives, epoch.headerKey, { ciphertext }, header)
  return {
    key: { ...key, chainKey, iteration: iteration + 1 },
    envelope: encodeGroupEnvelope({ maskedHeader, commitment, ciphertext, signature }),
    iteration,
    opening: { messageKey, contextHash, senderTag: tag },
  }
}
