/** Whether a request to join is to be granted: what every member's device asks before it writes an `admit` (PROTOCOL §5). */
import { isJoinProven } from '@sotto/crypto'
import type { Primitives } from '@sotto/crypto/primitives'
import { equalBytes, type JoinRequest } from '@sotto/wire'
import { idValues } from '../entries/id-map.ts'
import type { JoinRejection } from '../entries/rejection.ts'
import { isAnswered } from '../entries/answered-invite.ts'
import { memberEntryFault } from '../log/member-entry.ts'
import type { OpenInvite, Roster } from './roster.ts'

/**
 * Checks a request against the roster and this device's clock: expiry is the admitting device's duty. `foreignInvite` means
 * that there is an invite with its key and the request was made with another link: by another account, or on other heads.
 * `inviteClosed` also means an invite of another group or none: a closed one is not kept.
 */
export function checkJoin(
  primitives: Primitives,
  roster: Roster,
  { invite: answered, member, proof }: Pick<JoinRequest, 'invite' | 'member' | 'proof'>,
  nowMs: number,
): { readonly ok: true; readonly invite: OpenInvite } | JoinRejection {
  const kept = [...idValues(roster.state.invites)].filter(({ by: { operation } }) => {
    const { body } = operation.unsigned
    return body.kind === 'invite' && equalBytes(body.inviteKey, answered.inviteKey)
  })
  const meant = kept.find(({ by }) => isAnswered(primitives, by.operation.unsigned, answered))
  if (meant === undefined) return { code: kept.length === 0 ? 'inviteClosed' : 'foreignInvite' }
  const { body } = meant.by.operation.unsigned
  const invite = roster.openInvites.find(({ id }) => equalBytes(id, meant.by.id))
  if (!isJoinProven(primitives, { group: roster.group, invite: answered, member }, proof)) return { code: 'badSignature' }
  const reason = memberEntryFault(primitives, member)
  if (reason !== undefined) return { code: 'badMemberEntry', reason }
  // Also by an invite that this member was the last to use: it asks again because the answer was lost.
  if (roster.isMember(member.list.body.account)) return { code: 'alreadyMember' }
  if (invite === undefined) return { code: 'inviteSpent', uses: body.kind === 'invite' ? body.uses : 0 }
  if (invite.expiresMs <= nowMs) return { code: 'inviteExpired', expiresMs: invite.expiresMs, nowMs }
  return { ok: true, invite }
}
