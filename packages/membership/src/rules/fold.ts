/**
 * The fold: the state of any set of operations that is closed under parents (PROTOCOL §5). Pure: no clock, no order of
 * arrival, no local view.
 *
 * Most of a log is a line. So a set is folded from its last *waist*: a first part that all the rest has in its past.
 * Nothing crosses it: an operation that conflicts, acknowledges or forks is concurrent with what it is done to, or was filtered
 * where that was written, which an operation before a waist is for good. The state at a waist is known already, and only what
 * comes after the last one is decided again.
 */
import { type Bits, bitsBelow, bitsDescending, commonBits, countBits } from '../entries/bits.ts'
import type { Claim, Entry, GroupState } from '../entries/entry.ts'
import { EMPTY_STATE } from '../entries/group-state.ts'
import type { History } from '../entries/history.ts'
import { byDepthThenId, isBefore } from '../entries/order.ts'
import { rulesOf } from '../operations/all.ts'
import { applyEffective, withFilteredAdmissions, withForks } from './apply.ts'
import { forksIn } from './conflicts.ts'
import { scopeOf } from './scope.ts'
import { effectiveOf } from './effective.ts'

/** The state of a set of entries of the history that is closed under parents. */
export function stateOf(history: History, set: Bits): GroupState {
  const region: Entry[] = []
  const byPastCount = new Map<number, Entry>()
  let left = countBits(set)
  for (const index of bitsDescending(set)) {
    const entry = entryAt(history, index)
    const candidate = byPastCount.get(left)
    const before = candidate === undefined ? undefined : stateAtWaist(candidate, region, set, index + 1, left)
    if (before !== undefined) return foldRegion(history, set, before, region)
    left--
    const isWaist = entry.pastCount === left && region.every((later) => isBefore(entry, later))
    if (isWaist) return region.length === 0 ? entry.after : foldRegion(history, set, entry.after, region)
    region.push(entry)
    byPastCount.set(entry.pastCount, entry)
  }
  return foldRegion(history, set, EMPTY_STATE, region)
}

/**
 * The state of the `left` entries below `end`, if they are in the past of all later ones. The `candidate` has exactly as
 * many before it, which comes seldom: then they are all of its past.
 */
function stateAtWaist(candidate: Entry, region: readonly Entry[], set: Bits, end: number, left: number): GroupState | undefined {
  const below = bitsBelow(set, end)
  const isPastOf = (entry: Entry): boolean => entry.pastCount >= left && countBits(commonBits(entry.past, below)) === left
  return region.every(isPastOf) ? candidate.before : undefined
}

/** The state after one more operation that has all others in its past: nothing is concurrent with it. */
export const stateAfter = (state: GroupState, entry: Entry): GroupState => withForks(applyEffective(state, [{ entry, right: entry.right }]), [])

/** Decides the last part of a set. `base` is the state before it; everything before it is in the past of all of it. */
export function foldRegion(history: History, set: Bits, base: GroupState, entries: readonly Entry[]): GroupState {
  const region = entries.toSorted(byDepthThenId)
  const scope = scopeOf(history, set, region, (other) => stateOf(history, other))
  const effective = effectiveOf(scope)
  return withForks(withFilteredAdmissions(applyEffective(base, effective), filteredAdmissionsIn(region, effective)), forksIn(scope))
}

/** Admissions that something at the same time took back: their subject was handed secrets. */
function filteredAdmissionsIn(region: readonly Entry[], effective: readonly Claim[]): readonly Entry[] {
  const admissions = region.filter(({ operation }) => rulesOf(operation.unsigned.body).handsSecrets === true)
  if (admissions.length === 0) return []
  const effectiveEntries = new Set(effective.map(({ entry }) => entry))
  return admissions.filter((entry) => !effectiveEntries.has(entry))
}

function entryAt(history: History, index: number): Entry {
  const entry = history.entries[index]
  if (entry === undefined) throw new RangeError(`no entry ${index}`)
  return entry
}
