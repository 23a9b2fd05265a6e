/**
 * The fold: the state of any set of operations that is closed under parents (PROTOCOL §5). Pure: no clock, no order of
 * arrival, no local view.
 *
 * Most of a log is a line. So a set is folded from its last *waist*, an operation that has all before it in its past and
 * is in the past of all after it: nothing crosses it, and the state after it is known already. Only what comes after
 * the last waist is decided anew.
 */
import { applyStanding, withForkedDevice } from './apply.ts'
import { siblingsOf } from './attacks.ts'
import { type Bits, bitsDescending, countBits } from './bits.ts'
import { EMPTY_STATE, type GroupState } from './group-state.ts'
import { type Entry, type History, isBefore } from './history.ts'
import { byDepthThenId } from './order.ts'
import type { Scope } from './scope.ts'
import { standingOf } from './stands.ts'

/** The state of a set of entries of the history that is closed under parents. */
export function stateOf(history: History, set: Bits): GroupState {
  const region: Entry[] = []
  let left = countBits(set)
  for (const index of bitsDescending(set)) {
    const entry = entryAt(history, index)
    left--
    const isWaist = entry.pastCount === left && region.every((later) => isBefore(entry, later))
    if (isWaist) return region.length === 0 ? entry.after : foldRegion(history, set, entry.after, region)
    region.push(entry)
  }
  return EMPTY_STATE
}

/** The state after one more operation that has all others in its past: nothing is concurrent with it. */
export function stateAfter(state: GroupState, entry: Entry): GroupState {
  return entry.verdict.kind === 'void' ? state : applyStanding(state, [{ entry, right: entry.verdict.right }])
}

/** Decides the last part of a set. `base` is the state before it; everything before it is in the past of all of it. */
export function foldRegion(history: History, set: Bits, base: GroupState, entries: readonly Entry[]): GroupState {
  const region = entries.toSorted(byDepthThenId)
  const scope: Scope = { history, set, region, inRegion: new Set(region), stateOf: (other) => stateOf(history, other) }
  let state = applyStanding(base, standingOf(scope))
  for (const entry of region) {
    const siblings = siblingsOf(scope, entry)
    if (siblings.length === 0) continue
    const { device, account } = entry.operation.unsigned
    state = withForkedDevice(state, device, account, [entry, ...siblings].toSorted(byDepthThenId))
  }
  return state
}

function entryAt(history: History, index: number): Entry {
  const entry = history.entries[index]
  if (entry === undefined) throw new RangeError(`no entry ${index}`)
  return entry
}
