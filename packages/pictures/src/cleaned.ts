import type { Pixels } from './pixels.ts'
import type { RemovedKind } from './told/removed-kind.ts'

/** A picture that tells nothing but what is to be seen in it. */
export interface Cleaned extends Pixels {
  readonly isAnimated: boolean
  readonly bytes: Uint8Array
  readonly removed: readonly RemovedKind[]
}
