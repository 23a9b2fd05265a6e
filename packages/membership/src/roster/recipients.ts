/** The devices that get keys, and those that got them: encryption fails closed (PROTOCOL §5). */
import { type AccountId, type DeviceId, equalBytes, type OperationId } from '@sotto/wire'
import { personOf } from '../entries/group-state.ts'
import { isAncestor } from '../log/log-queries.ts'
import { entryOf, type MembershipLog } from '../log/log.ts'
import { resolve, resolveAt } from './resolve.ts'
import type { Roster } from './roster.ts'

/** How long a removal that cannot be placed keeps its subject from new keys. */
const UNPLACED_REMOVAL_MS = 7 * 24 * 3_600_000

/** A person whom this device once saw as removed, because of this removal. */
export interface SeenRemoval {
  readonly account: AccountId
  readonly removal: OperationId
}

/**
 * The devices that get this device's keys: the roster's, without
 * - subjects of removals that wait for a parent and are signed by a current admin's device, for 7 days from the time
 *   that the removal carries (local caution, so a clock may be read here);
 * - people whom this device saw as removed and who are members again only because the removal was filtered later, until
 *   an `admit` with that removal in its past is effective. What was seen is local: the caller keeps it.
 */
export function recipients(log: MembershipLog, nowMs: number, seenRemovals: readonly SeenRemoval[] = []): readonly DeviceId[] {
  const roster = resolve(log)
  const unplaced = unplacedSubjects(log, roster, nowMs)
  return roster.members
    .filter(({ account }) => !unplaced.some((each) => equalBytes(each, account)))
    .filter(({ account }) => seenRemovals.every((seen) => !equalBytes(seen.account, account) || isBackSince(log, roster, seen)))
    .flatMap(({ devices }) => devices.map(({ device }) => device))
}

/** An `admit` of this person with that removal in its past is effective. */
const isBackSince = (log: MembershipLog, { state }: Roster, { account, removal }: SeenRemoval): boolean =>
  personOf(state, account)?.admissions.some((admission) => isAncestor(log, removal, admission.id)) === true

function unplacedSubjects(log: MembershipLog, roster: Roster, nowMs: number): readonly AccountId[] {
  return [...log.orphans.values()].flatMap(({ operation: { unsigned } }) => {
    if (unsigned.body.kind !== 'remove' || unsigned.writtenMs + UNPLACED_REMOVAL_MS <= nowMs) return []
    const author = roster.deviceOf(unsigned.device)?.account
    const isByAdmin = author !== undefined && equalBytes(author, unsigned.account) && roster.isAdmin(author)
    return isByAdmin ? [unsigned.body.account] : []
  })
}

/**
 * The devices that could read what was sealed at a frontier: those of the roster of just the operations before it.
 * Heads that are unknown are left out and returned beside it: with any, the answer is not whole.
 */
export function whoCouldRead(
  log: MembershipLog,
  frontier: readonly OperationId[],
): { readonly devices: readonly DeviceId[]; readonly unknownHeads: readonly OperationId[] } {
  return {
    devices: resolveAt(log, frontier).members.flatMap(({ devices }) => devices.map(({ device }) => device)),
    unknownHeads: frontier.filter((id) => entryOf(log, id) === undefined),
  }
}
