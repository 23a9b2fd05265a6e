import { equalBytes } from '@sotto/wire'
import { devicesTaken, listObjection } from '../changes/device-lists.ts'
import { withMember } from '../changes/people.ts'
import { never, type OperationRules } from './operation-rules.ts'

/** Says which devices its author has from now on. Those that it no longer has are revoked. */
export const devices: OperationRules<'devices'> = {
  objection: ({ state, account, author, body, listHash }) => {
    if (!equalBytes(body.member.list.body.account, account)) return { code: 'onlyTheirOwnerChangesDevices' }
    return listObjection(state, author, body.member, listHash)
  },
  needsAdmin: never,
  revokes: ({ state, author, body }) => devicesTaken(state, author, body.member),
  subjects: ({ member }) => [member.list.body.account],
  applied: 'second',
  apply: (state, body, { entry }) => withMember(state, body.member, entry, null),
}
