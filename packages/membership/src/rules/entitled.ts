/**
 * *Entitled* (PROTOCOL §5.1): whether the author had the right, in the state folded from the operation's own past.
 * Each rule is a sentence of `RightRejection`.
 */
import { type AccountId, type DeviceId, equalBytes, LIMITS, type MemberEntry, type OperationBody } from '@sotto/wire'
import type { Entry, GroupState, Person, Right, Verdict } from '../entries/entry.ts'
import { currentDevices, isIn, personOf, revokedOf, roleOf } from '../entries/group-state.ts'
import { idGet, idValues } from '../entries/id-map.ts'
import type { RightRejection } from '../entries/rejection.ts'
import { isAdminIn } from './in-charge.ts'

/** Something that an author does or wants to do. */
export interface Attempt {
  readonly account: AccountId
  readonly device: DeviceId
  readonly body: OperationBody
  /** Hash of the device list in `body`, or null where there is none. */
  readonly listHash: Uint8Array | null
}

/** Whether the author has the right to it in `state`, and what that right rests on. */
export function entitled(state: GroupState, attempt: Attempt): Verdict {
  const { account, device, body } = attempt
  if (body.kind === 'create') {
    return state.create === null ? entitledTo({ restsOn: [], needsAdmin: false, byAdmin: true, revokes: [] }) : voided({ code: 'groupExists' })
  }
  const author = personOf(state, account)
  if (!isIn(author)) return voided({ code: 'onlyMembersWrite' })
  const isCurrent = currentDevices(state, author).some((each) => equalBytes(each.certificate.body.device, device))
  if (!isCurrent) return voided({ code: 'onlyCurrentDevicesWrite' })
  const byAdmin = isAdminIn(state, account)
  const objection = objectionTo(state, attempt, author, byAdmin)
  if (objection !== undefined) return voided(objection)
  const needsAdmin = takesAdmin(attempt, state, byAdmin)
  return entitledTo({
    restsOn: [...membershipRestsOn(state, author, device), ...(byAdmin ? adminRestsOn(state, author, needsAdmin) : []), ...inviteRestsOn(state, body)],
    needsAdmin,
    byAdmin,
    revokes: body.kind === 'devices' ? devicesTaken(state, author, body.member) : [],
  })
}

const entitledTo = (right: Right): Verdict => ({ kind: 'entitled', right })

const voided = (because: RightRejection): Verdict => ({ kind: 'void', because })

/** The first rule that the attempt breaks. */
function objectionTo(state: GroupState, attempt: Attempt, author: Person, byAdmin: boolean): RightRejection | undefined {
  const { body } = attempt
  switch (body.kind) {
    case 'create':
      return { code: 'groupExists' }
    case 'invite':
      return byAdmin || body.role === 'member' ? undefined : { code: 'onlyAdminsInviteAdmins' }
    case 'revokeInvite': {
      const invite = idGet(state.invites, body.invite)
      if (invite === undefined) return { code: 'inviteClosed' }
      return byAdmin || isOwnInvite(attempt.account, invite.by) ? undefined : { code: 'onlyAdminsAndInvitersRevokeInvites' }
    }
    case 'admit':
      return admissionObjection(state, attempt, byAdmin)
    case 'remove':
      if (!byAdmin) return { code: 'onlyAdminsRemove' }
      if (equalBytes(body.account, attempt.account)) return { code: 'whoGoesThemselvesLeaves' }
      return isIn(personOf(state, body.account)) ? undefined : { code: 'subjectIsNoMember' }
    case 'leave':
      return body.successor === null || isIn(personOf(state, body.successor)) ? undefined : { code: 'successorIsNoMember' }
    case 'setRole':
      if (!byAdmin) return { code: 'onlyAdminsSetRoles' }
      return isIn(personOf(state, body.account)) ? undefined : { code: 'subjectIsNoMember' }
    case 'setPolicy':
      if (!byAdmin) return { code: 'onlyAdminsSetPolicy' }
      return body.rotateAfterMessages > 0 && body.rotateAfterHours > 0 ? undefined : { code: 'policyWithoutRotation' }
    case 'rename':
      return byAdmin ? undefined : { code: 'onlyAdminsRename' }
    case 'setRelays':
      return byAdmin ? undefined : { code: 'onlyAdminsSetRelays' }
    case 'devices':
      if (!equalBytes(body.member.list.body.account, attempt.account)) return { code: 'onlyTheirOwnerChangesDevices' }
      return listObjection(state, author, body.member, attempt.listHash)
    case 'rekey':
    case 'acknowledge':
      return undefined
  }
}

function admissionObjection(state: GroupState, attempt: Attempt, byAdmin: boolean): RightRejection | undefined {
  const { body } = attempt
  if (body.kind !== 'admit') throw new TypeError('not an admission')
  const subject = personOf(state, body.member.list.body.account)
  if (body.invite === null) {
    if (!byAdmin) return { code: 'onlyAdminsAdmitWithoutInvite' }
  } else {
    const invite = idGet(state.invites, body.invite)
    const invited = invite?.by.operation.unsigned.body
    if (invite === undefined || invited?.kind !== 'invite') return { code: 'inviteClosed' }
    if (invite.used >= invited.uses) return { code: 'inviteSpent', uses: invited.uses }
    if (invited.role !== body.role) return { code: 'roleIsNotTheInvites' }
  }
  if (isIn(subject)) return { code: 'subjectIsMember' }
  if (state.memberCount >= LIMITS.members) return { code: 'groupFull', limit: LIMITS.members }
  return listObjection(state, subject, body.member, attempt.listHash)
}

/** How a person's entry stands to what is known of them: lists only go on, what was revoked stays so. */
function listObjection(state: GroupState, person: Person | undefined, { list, devices }: MemberEntry, hash: Uint8Array | null): RightRejection | undefined {
  const isForeign = devices.some(({ certificate: { body } }) => {
    const owner = idGet(state.devices, body.device)?.account
    return owner !== undefined && !equalBytes(owner, body.account)
  })
  if (isForeign) return { code: 'deviceOfAnother' }
  const revoked = revokedOf(state, list.body.account)
  if (list.body.devices.some(({ body }) => idGet(revoked, body.device) !== undefined)) return { code: 'revokedDeviceListed' }
  if (person === undefined) return undefined
  const { version, previousHash } = list.body
  const knownVersion = person.list.entry.list.body.version
  if (version < knownVersion) return { code: 'olderDeviceList', version, knownVersion }
  const mustEqual = version === knownVersion ? hash : version === knownVersion + 1 ? previousHash : null
  return mustEqual !== null && !equalBytes(mustEqual, person.list.hash) ? { code: 'forkedDeviceList', version } : undefined
}

const isOwnInvite = (account: AccountId, invite: Entry): boolean => equalBytes(invite.operation.unsigned.account, account)

/** Whether the right would be gone without the role of an admin. */
function takesAdmin({ account, body }: Attempt, state: GroupState, byAdmin: boolean): boolean {
  switch (body.kind) {
    case 'remove':
    case 'setRole':
    case 'setPolicy':
    case 'rename':
    case 'setRelays':
      return true
    case 'invite':
      return body.role === 'admin'
    case 'admit':
      return body.invite === null
    case 'revokeInvite': {
      const invite = idGet(state.invites, body.invite)
      return invite !== undefined && !isOwnInvite(account, invite.by)
    }
    case 'leave':
      // Naming a successor is an admin's: who is demoted at the same time cannot leave the role to a friend.
      return body.successor !== null && byAdmin
    default:
      return false
  }
}

function membershipRestsOn(state: GroupState, author: Person, device: DeviceId): readonly (readonly Entry[])[] {
  const first = idGet(state.devices, device)?.by
  return [author.admissions, first === undefined ? [author.list.by] : [author.list.by, first]]
}

/** What made the author an admin: a role, or that every other admin went or had the role taken. */
function adminRestsOn(state: GroupState, author: Person, needsAdmin: boolean): readonly (readonly Entry[])[] {
  if (!needsAdmin) return []
  if (roleOf(author) === 'admin') return [author.roles.map(({ by }) => by)]
  const others = [...idValues(state.people)].filter((person) => person !== author)
  return others.flatMap((person) => {
    const demotions = demotionsOf(person)
    if (roleOf(person) === 'member' && demotions.length === 0) return []
    const ends = [...person.departures, ...demotions]
    return ends.length === 0 ? [] : [ends]
  })
}

/** What made a member of somebody who had the role of an admin. */
const demotionsOf = ({ account, roles }: Person): readonly Entry[] =>
  roles.flatMap(({ role, by }) => {
    const before = personOf(by.before, account)
    const takes = role === 'member' && by.operation.unsigned.body.kind === 'setRole' && before !== undefined && roleOf(before) === 'admin'
    return takes ? [by] : []
  })

function inviteRestsOn(state: GroupState, body: OperationBody): readonly (readonly Entry[])[] {
  const invite = body.kind === 'admit' && body.invite !== null ? idGet(state.invites, body.invite) : undefined
  return invite === undefined ? [] : [[invite.by]]
}

/** Devices that the account has now and would not have with this entry. */
const devicesTaken = (state: GroupState, author: Person, { devices }: MemberEntry): readonly DeviceId[] =>
  currentDevices(state, author)
    .map(({ certificate }) => certificate.body.device)
    .filter((device) => !devices.some((each) => equalBytes(each.certificate.body.device, device)))
