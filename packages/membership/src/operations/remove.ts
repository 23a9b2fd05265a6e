import { equalBytes } from '@sotto/wire'
import { withoutPerson } from '../changes/people.ts'
import { isIn, personOf } from '../entries/group-state.ts'
import { always, type OperationRules } from './operation-rules.ts'

/** Removes another member. A member that goes by itself leaves. */
export const remove: OperationRules<'remove'> = {
  objection: ({ state, account, byAdmin, body }) => {
    if (!byAdmin) return { code: 'onlyAdminsRemove' }
    if (equalBytes(body.account, account)) return { code: 'whoGoesThemselvesLeaves' }
    return isIn(personOf(state, body.account)) ? undefined : { code: 'subjectIsNoMember' }
  },
  needsAdmin: always,
  removes: ({ account }) => account,
  takesAway: true,
  subjects: ({ account }) => [account],
  applied: 'last',
  apply: (state, body, { entry }) => withoutPerson(state, body.account, entry),
  rekeys: true,
}
