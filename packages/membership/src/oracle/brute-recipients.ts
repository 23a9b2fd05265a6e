/** The devices that get keys, once more from the sentences of PROTOCOL §5: encryption fails closed. */
import type { UnsignedOperation } from '@sotto/wire'
import { viewer } from './brute-force.ts'
import { hexOf, isBefore, type PlacedOperation } from './placed-operation.ts'
import { admissionsOf, devicesOf, isAdmin, members, type View } from './facts.ts'

const WEEK_MS = 7 * 24 * 60 * 60 * 1_000

export interface PlacedRemoval {
  readonly account: string
  /** Id of the removal that this device once saw as effective. */
  readonly removal: string
}

/** Devices of members. Not those named by a waiting removal that a current admin's device signed in the last 7 days, and not
 * those that came back by the mere end of a removal that was seen. */
export function bruteRecipients(
  known: ReadonlySet<PlacedOperation>,
  waiting: readonly UnsignedOperation[],
  nowMs: number,
  seenRemovals: readonly PlacedRemoval[],
  viewOf = viewer(),
): readonly string[] {
  const view = viewOf(known)
  return members(view)
    .filter((person) => !waiting.some((operation) => removesNow(view, operation, person, nowMs)))
    .filter((person) => seenRemovals.every((seen) => seen.account !== person || isBackSince(view, seen)))
    .flatMap((person) => devicesOf(view, person))
    .toSorted()
}

const removesNow = (view: View, { account, device, body, writtenMs }: UnsignedOperation, person: string, nowMs: number): boolean =>
  body.kind === 'remove' &&
  hexOf(body.account) === person &&
  nowMs < writtenMs + WEEK_MS &&
  isAdmin(view, hexOf(account)) &&
  devicesOf(view, hexOf(account)).includes(hexOf(device))

/** An `admit` with that removal in its past is effective. */
const isBackSince = (view: View, { account, removal }: PlacedRemoval): boolean =>
  admissionsOf(view, account).some((admission) => [...view.known].some((operation) => operation.id === removal && isBefore(operation, admission)))
