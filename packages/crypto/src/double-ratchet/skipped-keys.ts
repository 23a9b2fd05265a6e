/** Keys of messages that have not come yet, kept for them within bounds (Double Ratchet §8.4; PROTOCOL §2). */
import { equalBytes, fixedBytes, LIMITS, list, struct, uint32, uint48 } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'
import { type Chain, stepChain } from './chain.ts'

export interface SkippedKey {
  readonly index: number
  /** 32 bytes. */
  readonly messageKey: Uint8Array
  /** When it was passed over, ms since the epoch. */
  readonly skippedMs: number
}

/** What is missing of one chain, in the order in which it was skipped. */
export interface SkippedChain {
  readonly headerKey: Uint8Array
  readonly keys: readonly SkippedKey[]
}

export const skippedChainsCodec = list(
  struct({
    headerKey: fixedBytes(32),
    keys: list(struct({ index: uint32, messageKey: fixedBytes(32), skippedMs: uint48 }), LIMITS.skippedPerChain),
  }),
  LIMITS.skippedChains,
)

/** Walks a chain up to `index` and returns the keys that were passed over. The caller has bounded the distance. */
export function walkChain(
  primitives: Primitives,
  chain: Chain,
  index: number,
  nowMs: number,
): { readonly chain: Chain; readonly skipped: readonly SkippedKey[] } {
  const skipped: SkippedKey[] = []
  let current = chain
  while (current.index < index) {
    const step = stepChain(primitives, current)
    skipped.push({ index: current.index, messageKey: step.messageKey, skippedMs: nowMs })
    current = step.chain
  }
  return { chain: current, skipped }
}

/** Adds skipped keys of a chain, which is last then; the oldest go where a limit is passed. */
export function keepSkipped(chains: readonly SkippedChain[], headerKey: Uint8Array, keys: readonly SkippedKey[]): readonly SkippedChain[] {
  if (keys.length === 0) return chains
  const before = chains.find((chain) => equalBytes(chain.headerKey, headerKey))
  const merged = [...(before?.keys ?? []), ...keys].slice(-LIMITS.skippedPerChain)
  const all = [...chains.filter((chain) => chain !== before), { headerKey, keys: merged }].slice(-LIMITS.skippedChains)
  return dropOldest(all)
}

function dropOldest(chains: readonly SkippedChain[]): readonly SkippedChain[] {
  let excess = chains.reduce((count, chain) => count + chain.keys.length, 0) - LIMITS.skippedPerSession
  const kept: SkippedChain[] = []
  for (const chain of chains) {
    const keys = excess > 0 ? chain.keys.slice(excess) : chain.keys
    excess -= chain.keys.length - keys.length
    if (keys.length > 0) kept.push({ headerKey: chain.headerKey, keys })
  }
  return kept
}

/** Takes one key out, since it opened its message. */
export const withoutSkipped = (chains: readonly SkippedChain[], headerKey: Uint8Array, index: number): readonly SkippedChain[] =>
  chains.flatMap((chain) => {
    if (!equalBytes(chain.headerKey, headerKey)) return [chain]
    const keys = chain.keys.filter((key) => key.index !== index)
    return keys.length === 0 ? [] : [{ headerKey, keys }]
  })

/** Drops what waited too long. The same list where nothing did. */
export function withoutExpired(chains: readonly SkippedChain[], nowMs: number): readonly SkippedChain[] {
  const isExpired = (key: SkippedKey): boolean => key.skippedMs + LIMITS.skippedMs < nowMs
  if (!chains.some((chain) => chain.keys.some(isExpired))) return chains
  return chains.flatMap(({ headerKey, keys }) => {
    const left = keys.filter((key) => !isExpired(key))
    return left.length === 0 ? [] : [{ headerKey, keys: left }]
  })
}
