/** What makes a rekey needed, and what makes a fresh secret. */
import type { Entry, GroupState } from '../entries/entry.ts'
import { isBefore, maximal } from '../entries/order.ts'

/** A fresh secret: whatever went away before it is no longer owed one. */
export function withRekeying(state: GroupState, by: Entry): GroupState {
  return {
    ...state,
    rekeyings: maximal([...state.rekeyings, by]),
    leaves: state.leaves.filter((leave) => !isBefore(leave, by)),
  }
}

/** Notes that a member or a device went without a fresh secret. */
export function withLeave(state: GroupState, leave: Entry): GroupState {
  const isCovered = state.rekeyings.some((rekeying) => isBefore(leave, rekeying))
  return isCovered ? state : { ...state, leaves: [...state.leaves, leave] }
}
