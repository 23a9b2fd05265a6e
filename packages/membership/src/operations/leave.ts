import { equalBytes } from '@sotto/wire'
import { withoutPerson, withRoleOf } from '../changes/people.ts'
import { isIn, personOf } from '../entries/group-state.ts'
import { type OperationRules } from './operation-rules.ts'

/** Leaves, and may hand an admin's role to a successor. It takes back nothing of what its author did. */
export const leave: OperationRules<'leave'> = {
  objection: ({ state, body }) => (body.successor === null || isIn(personOf(state, body.successor)) ? undefined : { code: 'successorIsNoMember' }),
  // Naming a successor takes an admin: an admin who is demoted at the same time cannot leave the role to a friend.
  needsAdmin: ({ body, byAdmin }) => body.successor !== null && byAdmin,
  takesAway: true,
  subjects: ({ successor }) => (successor === null ? [] : [successor]),
  applied: 'last',
  apply: (state, body, { entry, right }) => {
    const after = withoutPerson(state, entry.operation.unsigned.account, entry)
    return body.successor !== null && right.byAdmin ? withRoleOf(after, body.successor, 'admin', entry) : after
  },
  leavesNobodyInCharge: ({ successor }, author) => successor === null || equalBytes(successor, author),
}
