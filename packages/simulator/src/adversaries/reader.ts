/** What a member kept of epochs and sender keys, and what it opens with all of that: it forgets nothing. */
import { deriveEpochKeys, type EpochKeys, openAuthentic, type TheirSenderKey, unmaskEnvelope, verifyEnvelope } from '@sotto/crypto'
import type { Primitives } from '@sotto/crypto/primitives'
import { EPOCH, THEIR_KEY, type Transaction } from '@sotto/core/inside'
import { toBase64url } from '@sotto/wire'

export class Reader {
  readonly #primitives: Primitives
  readonly #epochs = new Map<string, EpochKeys>()
  /** By their place: the first that was seen opens most. */
  readonly #keys = new Map<string, TheirSenderKey>()

  constructor(primitives: Primitives) {
    this.#primitives = primitives
  }

  /** Takes a copy of what a state has now. */
  learn(transaction: Transaction, group: string): void {
    for (const { key, value } of transaction.scan(EPOCH, group)) {
      const epoch = key[1] ?? ''
      if (!this.#epochs.has(epoch)) this.#epochs.set(epoch, deriveEpochKeys(this.#primitives, value.secret))
    }
    for (const { key, value } of transaction.scan(THEIR_KEY, group)) {
      const place = key.join('/')
      // A key may be extended back, to iterations before those that it had.
      const known = this.#keys.get(place)
      if (known === undefined || value.key.fromIteration < known.fromIteration) this.#keys.set(place, value.key)
    }
  }

  /** Whether this is an envelope whose text it has. */
  opens(record: Uint8Array): boolean {
    return [...this.#epochs].some(([epoch, { headerKey }]) => {
      const unmasked = unmaskEnvelope(this.#primitives, headerKey, record)
      if (unmasked === undefined) return false
      return [...this.#keys.values()].some((key) => {
        if (toBase64url(key.context.epoch) !== epoch || key.context.keyId !== unmasked.header.keyId) return false
        const authentic = verifyEnvelope(this.#primitives, key, unmasked)
        return !('code' in authentic) && !('code' in openAuthentic(this.#primitives, key, authentic, 0))
      })
    })
  }
}
