/** Whether a request to join is to be granted: what every member's device asks before it writes an `admit` (PROTOCOL §5). */
import { deviceListHash } from '@sotto/crypto'
import type { Primitives } from '@sotto/crypto/primitives'
import { equalBytes, joinSigningInput, type MemberEntry } from '@sotto/wire'
import { idValues } from '../entries/id-map.ts'
import type { JoinRejection } from '../entries/rejection.ts'
import { memberEntryFault } from '../log/member-entry.ts'
import type { OpenInvite, Roster } from './roster.ts'

/**
 * Checks a request against the roster and this device's clock: expiry is the admitting device's duty. `inviteKey` is the
 * public half that the request names; `requestSignature` the joiner's with the private half.
 * `inviteClosed` also means an invite of another group or none: a closed one is not kept.
 */
export function checkJoin(
  primitives: Primitives,
  roster: Roster,
  inviteKey: Uint8Array,
  entry: MemberEntry,
  requestSignature: Uint8Array,
  nowMs: number,
): { readonly ok: true; readonly invite: OpenInvite } | JoinRejection {
  const invite = roster.openInvites.find((each) => equalBytes(each.inviteKey, inviteKey))
  if (invite === undefined) return spentOrClosed(roster, inviteKey)
  const { account } = entry.list.body
  const signed = joinSigningInput(roster.group, inviteKey, account, deviceListHash(primitives, entry.list))
  if (!primitives.ed25519.verify(requestSignature, signed, inviteKey)) return { code: 'badSignature' }
  const reason = memberEntryFault(primitives, entry)
  if (reason !== undefined) return { code: 'badMemberEntry', reason }
  if (roster.isMember(account)) return { code: 'alreadyMember' }
  if (invite.expiresMs <= nowMs) return { code: 'inviteExpired', expiresMs: invite.expiresMs, nowMs }
  return { ok: true, invite }
}

function spentOrClosed(roster: Roster, inviteKey: Uint8Array): JoinRejection {
  for (const { by } of idValues(roster.state.invites)) {
    const { body } = by.operation.unsigned
    if (body.kind === 'invite' && equalBytes(body.inviteKey, inviteKey)) return { code: 'inviteSpent', uses: body.uses }
  }
  return { code: 'inviteClosed' }
}
