/** 1. *entitled*: who may do what in the view of an operation's own past, and what that right rests on. */
import { LIMITS } from '@sotto/wire'
import { type Entry, hexOf, type PlacedOperation } from './placed-operation.ts'
import {
  admissionsOf,
  demotionsOf,
  departuresOf,
  devicesOf,
  everybody,
  hasAdminRole,
  introductionOf,
  inviteUsed,
  isAdmin,
  isMember,
  listOf,
  members,
  openInvites,
  ownerOf,
  revokedOf,
  rolesOf,
  usesOf,
  type View,
} from './facts.ts'

/** Whether the author had the right to it in the view of its past. */
export function isEntitled(view: View, operation: PlacedOperation): boolean {
  if (operation.unsigned.body.kind === 'create') return view.known.size === 0
  return isMember(view, operation.account) && devicesOf(view, operation.account).includes(operation.device) && mayDo(view, operation)
}

function mayDo(view: View, operation: PlacedOperation): boolean {
  const { account: author, entry } = operation
  const { body } = operation.unsigned
  switch (body.kind) {
    case 'create':
      return false
    case 'invite':
      return body.role === 'member' || isAdmin(view, author)
    case 'revokeInvite': {
      const invite = openInvites(view).find(({ id }) => id === hexOf(body.invite))
      return invite !== undefined && (invite.account === author || isAdmin(view, author))
    }
    case 'admit':
      return entry !== null && mayAdmit(view, operation) && mayComeIn(view, entry)
    case 'remove':
      return isAdmin(view, author) && hexOf(body.account) !== author && isMember(view, hexOf(body.account))
    case 'leave':
      return body.successor === null || isMember(view, hexOf(body.successor))
    case 'setRole':
      return isAdmin(view, author) && isMember(view, hexOf(body.account))
    case 'setPolicy':
      return isAdmin(view, author) && body.rotateAfterHours > 0 && body.rotateAfterMessages > 0
    case 'rename':
    case 'setRelays':
    case 'setAddressPrivacy':
    case 'setHistory':
      return isAdmin(view, author)
    case 'devices':
      return entry !== null && entry.account === author && mayBeListOf(view, entry)
    case 'rekey':
    case 'acknowledge':
    case 'setLifetime':
      return true
  }
}

/** Admins admit; others through an open invite that is not spent, with its role, and nobody who was removed. */
function mayAdmit(view: View, operation: PlacedOperation): boolean {
  const { body } = operation.unsigned
  if (body.kind !== 'admit') return false
  if (isForAdmins(view, operation) && !isAdmin(view, operation.account)) return false
  if (body.invite === null) return isAdmin(view, operation.account)
  const invite = openInvites(view).find(({ id }) => id === inviteUsed(operation))
  if (invite?.unsigned.body.kind !== 'invite') return false
  return usesOf(view, invite) < invite.unsigned.body.uses && invite.unsigned.body.role === body.role
}

/** Whether it brings a person back whom a removal keeps out, or a member that has lost all devices. */
const isForAdmins = (view: View, { entry }: PlacedOperation): boolean =>
  entry !== null && (isMember(view, entry.account) || departuresOf(view, entry.account).some(({ unsigned: { body } }) => body.kind === 'remove'))

const mayComeIn = (view: View, entry: Entry): boolean => {
  const isThere = isMember(view, entry.account)
  if (isThere && devicesOf(view, entry.account).length > 0) return false
  return (isThere || members(view).length < mostMembers(view)) && mayBeListOf(view, entry)
}

const mostMembers = ({ known }: View): number =>
  [...known].some(({ unsigned: { body } }) => body.kind === 'create' && body.groupCipher === 'pairwise') ? LIMITS.pairwiseMembers : LIMITS.members

/** No device of another account; the list goes on from the one known; nothing revoked comes back. */
function mayBeListOf(view: View, entry: Entry): boolean {
  if (entry.devices.some((device) => (ownerOf(view, device) ?? entry.account) !== entry.account)) return false
  if (entry.listed.some((device) => revokedOf(view, entry.account).has(device))) return false
  const known = isKnown(view, entry.account) ? listOf(view, entry.account)?.entry : undefined
  if (known === undefined || entry.version > known.version + 1) return true
  if (entry.version === known.version + 1) return entry.previousHash === known.hash
  return entry.version === known.version && entry.hash === known.hash
}

const isKnown = (view: View, person: string): boolean => everybody(view).includes(person)

/** Whether it would be no right of a person who is no admin. */
export function needsAdmin(view: View, operation: PlacedOperation): boolean {
  const { account } = operation
  const { body } = operation.unsigned
  switch (body.kind) {
    case 'remove':
    case 'setRole':
    case 'setPolicy':
    case 'rename':
    case 'setRelays':
    case 'setAddressPrivacy':
    case 'setHistory':
      return true
    case 'invite':
      return body.role === 'admin'
    case 'admit':
      return body.invite === null || isForAdmins(view, operation)
    case 'revokeInvite':
      return openInvites(view).some((invite) => invite.id === hexOf(body.invite) && invite.account !== account)
    case 'leave':
      return body.successor !== null && isAdmin(view, account)
    default:
      return false
  }
}

/**
 * 5. *depends*: what a right rests on. Of each group one has to be effective: an admission of the author, what brought the
 * author's device, what made the author an admin where that is needed, the invite.
 */
export function groundsOf(view: View, operation: PlacedOperation): readonly (readonly PlacedOperation[])[] {
  if (operation.unsigned.body.kind === 'create') return []
  const list = listOf(view, operation.account)
  const introduction = introductionOf(view, operation.device)
  const invite = openInvites(view).filter(({ id }) => id === inviteUsed(operation))
  return [
    admissionsOf(view, operation.account),
    [...(list === undefined ? [] : [list.by]), ...(introduction === undefined ? [] : [introduction])],
    ...(needsAdmin(view, operation) ? groundsOfAdmin(view, operation.account) : []),
    invite,
  ].filter((group) => group.length > 0)
}

/** What brought the list of a person of whose devices none is left. */
const whatTookDevices = (view: View, person: string): readonly PlacedOperation[] => {
  const list = listOf(view, person)
  return list === undefined || devicesOf(view, person).length > 0 ? [] : [list.by]
}

/** A role; or, for the senior member, that every other admin went or had the role taken. */
function groundsOfAdmin(view: View, person: string): readonly (readonly PlacedOperation[])[] {
  if (hasAdminRole(view, person)) return [rolesOf(view, person).map(({ by }) => by)]
  return everybody(view)
    .filter((each) => each !== person)
    .filter((each) => hasAdminRole(view, each) || demotionsOf(view, each).length > 0)
    .map((each) => [...departuresOf(view, each), ...demotionsOf(view, each), ...whatTookDevices(view, each)])
    .filter((group) => group.length > 0)
}
