/** The number that two people compare to be sure that nobody stands between them (PROTOCOL §1). */
import { type AccountId, compareBytes, concat, L } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'

/**
 * Hashes per side, as in Signal's numeric fingerprints: makes each trial of a search for an account with the same
 * digits 5,200 times as dear.
 */
const ITERATIONS = 5_200
const GROUPS_PER_SIDE = 6
const BYTES_PER_GROUP = 5
const DIGITS_PER_GROUP = 5

/** 60 decimal digits, the same whichever of the two accounts is named first. Takes some milliseconds. */
export function safetyNumber(primitives: Primitives, ourAccount: AccountId, theirAccount: AccountId): string {
  const [first, second] = compareBytes(ourAccount, theirAccount) <= 0 ? [ourAccount, theirAccount] : [theirAccount, ourAccount]
  return digitsOf(primitives, first) + digitsOf(primitives, second)
}

function digitsOf(primitives: Primitives, account: AccountId): string {
  let hash = primitives.sha256(L('safety number'), account)
  for (let i = 1; i < ITERATIONS; i++) hash = primitives.sha256(concat(hash, account))
  let digits = ''
  for (let group = 0; group < GROUPS_PER_SIDE; group++) {
    let value = 0
    for (const byte of hash.subarray(group * BYTES_PER_GROUP, (group + 1) * BYTES_PER_GROUP)) value = value * 256 + byte
    digits += String(value % 10 ** DIGITS_PER_GROUP).padStart(DIGITS_PER_GROUP, '0')
  }
  return digits
}
