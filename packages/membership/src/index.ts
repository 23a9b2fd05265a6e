export { checkJoin } from './check-join.ts'
export { type AddOutcome, addOperation, emptyLog, type Log } from './log.ts'
export {
  admissionsOf,
  hasAll,
  heads,
  isAncestor,
  missingFrom,
  missingParents,
  nextPlace,
  operationOf,
  operationsInCausalOrder,
} from './log-queries.ts'
export { mayAuthor } from './may-author.ts'
export { recipients, type SeenOut, whoCouldRead } from './recipients.ts'
export type * from './rejection.ts'
export { resolve, resolveAt } from './resolve.ts'
export type { Departure, OpenInvite, Roster, RosterDevice, RosterMember } from './roster.ts'
export { rosterFingerprint } from './roster-fingerprint.ts'
export { operationIdOf, signOperation } from './sign-operation.ts'
