import { type AccountId, equalBytes } from '@sotto/wire'
import type { Entry } from '../entries/entry.ts'
import { idDelete, idGet } from '../entries/id-map.ts'
import { nobody, type OperationRules } from './operation-rules.ts'

const isOwn = (account: AccountId, invite: Entry): boolean => equalBytes(invite.operation.unsigned.account, account)

/** Closes an invite: its own author may, and an admin. */
export const revokeInvite: OperationRules<'revokeInvite'> = {
  objection: ({ state, account, byAdmin, body }) => {
    const invite = idGet(state.invites, body.invite)
    if (invite === undefined) return { code: 'inviteClosed' }
    return byAdmin || isOwn(account, invite.by) ? undefined : { code: 'onlyAdminsAndInvitersRevokeInvites' }
  },
  needsAdmin: ({ state, account, body }) => {
    const invite = idGet(state.invites, body.invite)
    return invite !== undefined && !isOwn(account, invite.by)
  },
  closesInvite: ({ invite }) => invite,
  subjects: nobody,
  applied: 'last',
  apply: (state, body) => ({ ...state, invites: idDelete(state.invites, body.invite) }),
}
