import type { Primitives, RandomBytes } from './primitives/primitives.ts'

/** What everything here is built from, passed in: the primitives of one provider, and a source of fresh bytes. */
export interface CryptoProvider {
  readonly primitives: Primitives
  readonly random: RandomBytes
}
