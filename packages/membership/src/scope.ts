/** The part of a set of operations that is still to be decided, as the predicates see it. */
import type { Bits } from './bits.ts'
import type { Entry, History } from './history.ts'
import type { GroupState } from './group-state.ts'

export interface Scope {
  readonly history: History
  /** The whole set that is folded: closed under parents. */
  readonly set: Bits
  /**
   * The end of it, by depth and id: whatever is before it is in the past of all of it, so nothing in it attacks or is
   * witnessed over anything before it.
   */
  readonly region: readonly Entry[]
  readonly inRegion: ReadonlySet<Entry>
  /** The state folded from another set that is closed under parents. */
  readonly stateOf: (set: Bits) => GroupState
}
