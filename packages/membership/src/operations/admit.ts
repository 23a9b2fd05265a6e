import { isJoinProven } from '@sotto/crypto'
import { type AnsweredInvite, LIMITS, type OperationId, toBase64url } from '@sotto/wire'
import { listObjection } from '../changes/device-lists.ts'
import { withMember } from '../changes/people.ts'
import { hasBit } from '../entries/bits.ts'
import type { GroupState, Person } from '../entries/entry.ts'
import { hasDevices, isIn, personOf, wasRemoved } from '../entries/group-state.ts'
import { idGet, idSet } from '../entries/id-map.ts'
import type { RightRejection } from '../entries/rejection.ts'
import { answeredInviteOf } from '../entries/answered-invite.ts'
import { type Attempt, type BodyOf, type OperationRules, type Place } from './operation-rules.ts'

function inviteObjection({ state, body }: Attempt<'admit'>, id: OperationId): RightRejection | undefined {
  const invite = idGet(state.invites, id)
  const invited = invite?.by.operation.unsigned.body
  if (invite === undefined || invited?.kind !== 'invite') return { code: 'inviteClosed' }
  if (invite.used >= invited.uses) return { code: 'inviteSpent', uses: invited.uses }
  return invited.role === body.role ? undefined : { code: 'roleIsNotTheInvites' }
}

/** The joiner's signatures: its device's, and by an invite of the past that is the one its link described. */
function hasGoodRequest(body: BodyOf<'admit'>, place: Place): boolean {
  const { group } = place.unsigned
  const invite = body.invite === null ? null : inviteAt(place, body.invite)
  return invite !== undefined && isJoinProven(place.primitives, { group, invite, member: body.member }, body.request)
}

function inviteAt({ primitives, history, past }: Place, id: OperationId): AnsweredInvite | undefined {
  const entry = history.byId.get(toBase64url(id))
  return entry !== undefined && hasBit(past, entry.index) ? answeredInviteOf(primitives, entry.operation.unsigned) : undefined
}

/** Of a person whom a removal keeps out, and of a member that has lost all devices: an admin says that it is they, and that they may. */
const isForAdmins = (subject: Person | undefined): boolean => isIn(subject) || wasRemoved(subject)

/** A message that is sealed for each device by itself costs its author a letter for each: such groups are small. */
function mostMembers({ create }: GroupState): number {
  const body = create?.operation.unsigned.body
  return body?.kind === 'create' && body.groupCipher === 'pairwise' ? LIMITS.pairwiseMembers : LIMITS.members
}

/** Admits a member: by an invite any member may; without one, or where the person was removed or has lost all devices, an admin. */
export const admit: OperationRules<'admit'> = {
  misplaced: (body, place) => (hasGoodRequest(body, place) ? undefined : { code: 'badJoinRequest' }),
  objection: (attempt) => {
    const { state, byAdmin, body } = attempt
    if (body.invite !== null) {
      const objection = inviteObjection(attempt, body.invite)
      if (objection !== undefined) return objection
    } else if (!byAdmin) return { code: 'onlyAdminsAdmitWithoutInvite' }
    const subject = personOf(state, body.member.list.body.account)
    if (isIn(subject) && hasDevices(state, subject)) return { code: 'subjectIsMember' }
    if (isForAdmins(subject) && !byAdmin) return { code: 'onlyAdminsAdmitAgain' }
    const limit = mostMembers(state)
    if (state.memberCount >= limit && !isIn(subject)) return { code: 'groupFull', limit }
    return listObjection(state, subject, body.member, attempt.listHash)
  },
  needsAdmin: ({ state, body }) => body.invite === null || isForAdmins(personOf(state, body.member.list.body.account)),
  byInvite: ({ invite }) => invite,
  subjects: ({ member }) => [member.list.body.account],
  applied: 'second',
  apply: (state, body, { entry }) => {
    const after = withMember(state, body.member, entry, body.role)
    const invite = body.invite === null ? undefined : idGet(after.invites, body.invite)
    if (invite === undefined || body.invite === null) return after
    return { ...after, invites: idSet(after.invites, body.invite, { ...invite, used: invite.used + 1 }) }
  },
  handsSecrets: true,
}
