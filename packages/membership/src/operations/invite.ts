import { LIMITS } from '@sotto/wire'
import { idSet } from '../entries/id-map.ts'
import { nobody, type OperationRules } from './operation-rules.ts'

/** Lets people come in by a key, a number of times (PROTOCOL §13.6). */
export const invite: OperationRules<'invite'> = {
  malformed: ({ uses }) => (uses < 1 || uses > LIMITS.inviteUses ? { code: 'badInvite' } : undefined),
  objection: ({ byAdmin, body }) => (byAdmin || body.role === 'member' ? undefined : { code: 'onlyAdminsInviteAdmins' }),
  needsAdmin: ({ body }) => body.role === 'admin',
  subjects: nobody,
  applied: 'first',
  apply: (state, _body, { entry }) => ({ ...state, invites: idSet(state.invites, entry.id, { by: entry, used: 0 }) }),
}
