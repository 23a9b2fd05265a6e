export { checkJoin } from './roster/check-join.ts'
export { type AddOutcome, addKeptOperation, addOperation, addWaitingOperation, emptyLog, type MembershipLog, withoutOrphans } from './log/log.ts'
export {
  admissionsOf,
  earlierOperations,
  hasAll,
  hasEndsToAcknowledge,
  heads,
  isAncestor,
  missingFrom,
  missingParents,
  nextPlace,
  operationOf,
  operationsInCausalOrder,
  unseenAdmissions,
} from './log/log-queries.ts'
export { isAnswered } from './entries/answered-invite.ts'
export { lostDevices } from './roster/lost-devices.ts'
export { mayAuthor } from './roster/may-author.ts'
export { recipients, type SeenRemoval, whoCouldRead } from './roster/recipients.ts'
export type * from './entries/rejection.ts'
export { resolve, resolveAt } from './roster/resolve.ts'
export type { Departure, OpenInvite, Roster, RosterDevice, RosterMember } from './roster/roster.ts'
export { rosterFingerprint } from './roster/roster-fingerprint.ts'
export { letInByWaiting } from './roster/waiting-admission.ts'
export { wouldBeEffective } from './roster/would-be-effective.ts'
export { operationIdOf, signOperation } from './log/sign-operation.ts'
