/** Invites that still admit new members. */
import type { Entry, GroupState, InviteState } from '../entries/entry.ts'
import { idDelete, type IdMap, idValues } from '../entries/id-map.ts'
import { isBefore } from '../entries/order.ts'

/** Closes the invites that were not made after `closing`. */
export function withClosedInvites(state: GroupState, closing: Entry): GroupState {
  let invites: IdMap<InviteState> = state.invites
  for (const { by } of idValues(state.invites)) if (!isBefore(closing, by)) invites = idDelete(invites, by.id)
  return { ...state, invites }
}
