/**
 * The number that two people compare (PROTOCOL §1): 60 decimal digits from both account keys, the same on both sides.
 * Iterated hashing as Signal's numeric fingerprints do, to make a look-alike cost more.
 */
import { type AccountId, compareBytes, concat, L } from '@sotto/wire'
import type { Primitives } from '../primitives/index.ts'

const ROUNDS = 5_200
const DIGITS_EACH = 30

/** 60 digits in twelve groups of five, separated by spaces. */
export function safetyNumber(primitives: Primitives, one: AccountId, other: AccountId): string {
  const [first, second] = compareBytes(one, other) <= 0 ? [one, other] : [other, one]
  const digits = halfOf(primitives, first) + halfOf(primitives, second)
  return digits.replace(/(.{5})(?=.)/g, '$1 ')
}

function halfOf(primitives: Primitives, account: AccountId): string {
  let hash = primitives.sha256(concat(L('safety number'), account))
  for (let round = 0; round < ROUNDS; round++) hash = primitives.sha256(hash, account)
  // Five bytes give 40 bits for each group of five digits: a bias of less than one in ten million.
  const stretched = primitives.hkdfSha256(hash, new Uint8Array(0), L('safety number'), DIGITS_EACH)
  let digits = ''
  for (let i = 0; i < DIGITS_EACH; i += 5) {
    const value = stretched.subarray(i, i + 5).reduce((sum, byte) => sum * 256 + byte, 0)
    digits += String(value % 100_000).padStart(5, '0')
  }
  return digits
}
