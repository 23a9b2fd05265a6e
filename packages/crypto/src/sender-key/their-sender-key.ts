/** Another device's sender key: how it is taken from a distribution, and what is kept of it (PROTOCOL §3). */
import {
  type AccountId,
  type Codec,
  decode,
  type DeviceId,
  type EpochId,
  equalBytes,
  fixedBytes,
  type GroupId,
  LIMITS,
  list,
  type Ranges,
  ranges,
  SENDER_KEY_SUITE,
  type SenderKeyContext,
  senderKeyCommitmentInput,
  senderKeyContext,
  senderKeyContextInput,
  senderKeyDistribution,
  struct,
  uint16,
  uint48,
} from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'
import { stepChain } from './chain.ts'

/** The key of a message that has not come yet, and when it was passed over. */
export interface SkippedMessageKey {
  readonly iteration: number
  readonly messageKey: Uint8Array
  readonly skippedMs: number
}

/** All that is kept of another device's sender key. */
export interface TheirSenderKey {
  readonly context: SenderKeyContext
  /** SHA-256 of the context, as it is in every envelope's associated data. */
  readonly contextHash: Uint8Array
  /** The chain before this iteration is closed to us. */
  readonly fromIteration: number
  /** Of the next message that was not passed over. */
  readonly iteration: number
  readonly chainKey: Uint8Array
  /** Ascending; at most `LIMITS.skippedPerSenderKey`. */
  readonly skipped: readonly SkippedMessageKey[]
  /** Iterations that were never opened and whose keys are gone, by age or number. */
  readonly destroyed: Ranges
}
const skippedMessageKey = struct({ iteration: uint16, messageKey: fixedBytes(32), skippedMs: uint48 })
export const theirSenderKeyCodec: Codec<TheirSenderKey> = struct({
  context: senderKeyContext,
  contextHash: fixedBytes(32),
  fromIteration: uint16,
  iteration: uint16,
  chainKey: fixedBytes(32),
  skipped: list(skippedMessageKey, LIMITS.skippedPerSenderKey),
  destroyed: ranges,
})

/** What is fixed about their key. */
export const contextOf = (key: TheirSenderKey): SenderKeyContext => key.context

/** Where a distribution was found: the group and epoch it is meant for, and whose pairwise session it came through. */
export interface DistributionPlace {
  readonly group: GroupId
  readonly epoch: EpochId
  readonly account: AccountId
  readonly device: DeviceId
}

export type DistributionRejection =
  | { readonly code: 'damaged' }
  | { readonly code: 'unsupportedSuite'; readonly suite: number; readonly supported: number }
  | { readonly code: 'wrongGroup' }
  | { readonly code: 'wrongEpoch' }
  /** At iteration 0 the chain key is not the one that the context commits to. */
  | { readonly code: 'wrongCommitment' }

/**
 * Takes a sender key from a distribution. Its owner is `place`'s device, whatever the sender claims: a key that belongs to
 * another device and is passed on opens nothing. A second distribution of one key id goes through `extendBack`.
 */
export function takeDistribution(primitives: Primitives, place: DistributionPlace, bytes: Uint8Array): TheirSenderKey | DistributionRejection {
  const distribution = decode(senderKeyDistribution, bytes)
  if (distribution === undefined) return { code: 'damaged' }
  const { suite, iteration, chainKey, ...terms } = distribution
  if (suite !== SENDER_KEY_SUITE) return { code: 'unsupportedSuite', suite, supported: SENDER_KEY_SUITE }
  if (!equalBytes(terms.group, place.group)) return { code: 'wrongGroup' }
  if (!equalBytes(terms.epoch, place.epoch)) return { code: 'wrongEpoch' }
  if (iteration === 0 && !equalBytes(primitives.sha256(senderKeyCommitmentInput(chainKey)), terms.commitment)) {
    return { code: 'wrongCommitment' }
  }
  const context: SenderKeyContext = { suite, ...terms, account: place.account, device: place.device }
  const contextHash = primitives.sha256(senderKeyContextInput(context))
  return { context, contextHash, fromIteration: iteration, iteration, chainKey, skipped: [], destroyed: [] }
}

/**
 * The key with what an earlier place of its chain opens, where distributions overtook each other: `earlier` must be the
 * same key handed over from a lower iteration, and its chain must lead to the chain that is known. Otherwise, and where
 * it opens nothing more, the first one is returned. `had` are iterations whose content came another way:
 * their keys are not kept.
 */
export function extendBack(primitives: Primitives, known: TheirSenderKey, earlier: TheirSenderKey, had: Ranges, nowMs: number): TheirSenderKey {
  if (earlier.fromIteration >= known.fromIteration || !equalBytes(earlier.contextHash, known.contextHash)) return known
  if (known.fromIteration - earlier.fromIteration > LIMITS.skippedPerSenderKey) return known
  const passed: SkippedMessageKey[] = []
  let { chainKey } = earlier
  for (let iteration = earlier.fromIteration; iteration < known.iteration; iteration++) {
    const step = stepChain(primitives, chainKey)
    const isHad = had.some((range) => range.from <= iteration && iteration <= range.to)
    if (iteration < known.fromIteration && !isHad) passed.push({ iteration, messageKey: step.messageKey, skippedMs: nowMs })
    chainKey = step.chainKey
  }
  if (!primitives.equalConstantTime(chainKey, known.chainKey)) return known
  const room = LIMITS.skippedPerSenderKey - known.skipped.length
  return passed.length > room ? known : { ...known, fromIteration: earlier.fromIteration, skipped: [...passed, ...known.skipped] }
}
