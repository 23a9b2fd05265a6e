/** The part of a set of operations that is still to be decided, as the predicates see it. */
import { equalBytes, toBase64url } from '@sotto/wire'
import { type Bits, sameBits } from '../entries/bits.ts'
import type { Entry, GroupState } from '../entries/entry.ts'
import type { History } from '../entries/history.ts'
import { isBefore } from '../entries/order.ts'

export interface Scope {
  readonly history: History
  /** The whole set that is folded: closed under parents. */
  readonly set: Bits
  /**
   * The end of it, by depth and id: whatever is before it is in the past of all of it. So nothing in it conflicts with
   * anything before it, or is acknowledged by a majority over it.
   */
  readonly region: readonly Entry[]
  readonly inRegion: ReadonlySet<Entry>
  /**
   * The first operations of each account in each device's chain that have this one in their past: an account that signed such an operation
   * without some other in its past did so in one of these too.
   */
  readonly firstAfter: (entry: Entry) => readonly Entry[]
  /** The state folded from another set that is closed under parents. */
  readonly stateOf: (set: Bits) => GroupState
}

/** The scope of a region. What it is asked twice it answers from memory. */
export function scopeOf(history: History, set: Bits, region: readonly Entry[], stateOf: Scope['stateOf']): Scope {
  const known = new Map<Entry, readonly Entry[]>()
  let ownBefore: ReadonlyMap<Entry, Entry | undefined> | undefined
  const findFirstAfter = (entry: Entry): readonly Entry[] => {
    const previous = (ownBefore ??= new Map(region.map((each) => [each, previousBySame(history, each)])))
    return region.filter((later) => {
      if (!isBefore(entry, later)) return false
      const before = previous.get(later)
      return before === undefined || !isBefore(entry, before)
    })
  }
  const firstAfter = (entry: Entry): readonly Entry[] => {
    const first = known.get(entry) ?? findFirstAfter(entry)
    known.set(entry, first)
    return first
  }
  return { history, set, region, inRegion: new Set(region), firstAfter, stateOf: rememberingTheLast(stateOf) }
}

/** Pairs of a region are asked about one after another, and most have the same past in common. */
function rememberingTheLast(stateOf: Scope['stateOf']): Scope['stateOf'] {
  let last: { readonly set: Bits; readonly state: GroupState } | undefined
  return (set) => {
    if (last === undefined || !sameBits(last.set, set)) last = { set, state: stateOf(set) }
    return last.state
  }
}

/** The operation before this one of its device's chain, where it is the same account's: one key may serve two. */
function previousBySame(history: History, { operation }: Entry): Entry | undefined {
  const { previous, account } = operation.unsigned
  const before = previous === null ? undefined : history.byId.get(toBase64url(previous))
  return before !== undefined && equalBytes(before.operation.unsigned.account, account) ? before : undefined
}
