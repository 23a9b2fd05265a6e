import { equalBytes } from '@sotto/wire'
import { withRoleOf } from '../changes/people.ts'
import { isIn, personOf } from '../entries/group-state.ts'
import { always, type OperationRules } from './operation-rules.ts'

/** Makes a member an admin, or an admin a member. Of roles given at the same time the lower one holds (`changes/settings.ts`). */
export const setRole: OperationRules<'setRole'> = {
  objection: ({ state, byAdmin, body }) => {
    if (!byAdmin) return { code: 'onlyAdminsSetRoles' }
    return isIn(personOf(state, body.account)) ? undefined : { code: 'subjectIsNoMember' }
  },
  needsAdmin: always,
  demotes: ({ account, role }) => (role === 'member' ? account : null),
  subjects: ({ account }) => [account],
  applied: 'last',
  apply: (state, body, { entry }) => withRoleOf(state, body.account, body.role, entry),
  leavesNobodyInCharge: ({ account, role }, author) => role === 'member' && equalBytes(account, author),
}
