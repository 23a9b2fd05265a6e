import type { Primitives, RandomBytes } from './primitives/index.ts'

/** What makes keys: the primitives and a source of randomness, both passed in. */
export interface Suite {
  readonly primitives: Primitives
  readonly random: RandomBytes
}
