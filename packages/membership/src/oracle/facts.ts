/**
 * What is the case where some operations are known and some of those stand: each a question over the whole set.
 * Numbers name the predicates of PROTOCOL §5.
 */
import type { Role } from '@sotto/wire'
import { compareByPlace, type Deed, type Entry, hexOf, isBefore, latestOf } from './deed.ts'

/** A set of operations that is closed under parents, and those of it that stand. */
export interface View {
  readonly known: ReadonlySet<Deed>
  readonly standing: ReadonlySet<Deed>
  /** The view that a deed's author had. */
  readonly before: (deed: Deed) => View
}

/** Everybody whom a standing operation brought in once. */
export const everybody = (view: View): readonly string[] =>
  [...new Set([...view.standing].flatMap(({ entry, unsigned }) => (entry === null || unsigned.body.kind === 'devices' ? [] : [entry.account])))].toSorted()

const admissions = (view: View, person: string): readonly Deed[] =>
  [...view.standing].filter(({ entry, unsigned }) => entry?.account === person && unsigned.body.kind !== 'devices')

/** The admissions by which a person is in: those that no later one replaces. */
export const admissionsOf = (view: View, person: string): readonly Deed[] => latestOf(admissions(view, person))

/** 6. *out*: the standing removals and departures of a person that no standing admission of them has in its past. */
export const departuresOf = (view: View, person: string): readonly Deed[] =>
  [...view.standing].filter((deed) => takesOut(deed, person) && !admissions(view, person).some((admission) => isBefore(deed, admission)))

const takesOut = ({ account, unsigned: { body } }: Deed, person: string): boolean =>
  (body.kind === 'remove' && hexOf(body.account) === person) || (body.kind === 'leave' && account === person)

export const isMember = (view: View, person: string): boolean => admissions(view, person).length > 0 && departuresOf(view, person).length === 0

export const members = (view: View): readonly string[] => everybody(view).filter((person) => isMember(view, person))

/** The latest standing operations that gave a person a role. */
export function rolesOf(view: View, person: string): readonly { readonly by: Deed; readonly role: Role }[] {
  const given = new Map(
    [...view.standing].flatMap((deed) => {
      const role = roleGiven(view, deed, person)
      return role === undefined ? [] : [[deed, role] as const]
    }),
  )
  return latestOf([...given.keys()]).map((by) => ({ by, role: given.get(by) ?? 'member' }))
}

function roleGiven(view: View, deed: Deed, person: string): Role | undefined {
  const { body } = deed.unsigned
  if (body.kind === 'create') return deed.entry?.account === person ? 'admin' : undefined
  if (body.kind === 'admit') return deed.entry?.account === person ? body.role : undefined
  if (body.kind === 'setRole') return hexOf(body.account) === person ? body.role : undefined
  if (body.kind !== 'leave' || body.successor === null || hexOf(body.successor) !== person) return undefined
  return isAdmin(view.before(deed), deed.account) ? 'admin' : undefined
}

/** 8. Of roles given at the same time the lower wins. */
export const hasAdminRole = (view: View, person: string): boolean => rolesOf(view, person).every(({ role }) => role === 'admin')

/** 7. *in charge*: an admin by role; where no member is one, the senior member. */
export function isAdmin(view: View, person: string): boolean {
  if (!isMember(view, person)) return false
  return hasAdminRole(view, person) || (isLeaderless(view) && seniors(view)[0] === person)
}

const isLeaderless = (view: View): boolean => !members(view).some((person) => hasAdminRole(view, person))

/** Members by the place of the admission by which they are in. */
const seniors = (view: View): readonly string[] =>
  members(view)
    .map((person) => ({ person, place: firstOf(admissionsOf(view, person)) }))
    .toSorted((a, b) => compareByPlace(a.place, b.place))
    .map(({ person }) => person)

export function firstOf(deeds: readonly Deed[]): Deed {
  const [first] = deeds.toSorted(compareByPlace)
  if (first === undefined) throw new RangeError('none to choose from')
  return first
}

/** 8. Of settings the one of greater depth holds, then the one with the smaller id. */
export function settingOf(deeds: readonly Deed[]): Deed | undefined {
  return deeds.toSorted((a, b) => b.depth - a.depth || (a.id < b.id ? -1 : 1))[0]
}

/** The newest device list of a person, and what brought it: the highest version; of equals the later setting. */
export function listOf(view: View, person: string): { readonly by: Deed; readonly entry: Entry } | undefined {
  const entries = [...view.standing].flatMap((by) => (by.entry?.account === person ? [{ by, entry: by.entry }] : []))
  const newest = Math.max(...entries.map(({ entry }) => entry.version))
  const by = settingOf(entries.filter(({ entry }) => entry.version === newest).map((each) => each.by))
  return entries.find((each) => each.by === by)
}

/** What brought a device in first: it is that account's for good. */
export function introductionOf(view: View, device: string): Deed | undefined {
  const introductions = [...view.standing].filter(({ entry }) => entry?.devices.includes(device) === true)
  return introductions.length === 0 ? undefined : firstOf(introductions)
}

export const ownerOf = (view: View, device: string): string | undefined => introductionOf(view, device)?.entry?.account

/** Operations that share their device and its operation before: two of them prove that the device is in two hands. */
const forksIn = (known: ReadonlySet<Deed>): readonly Deed[] =>
  [...known].filter((deed) => [...known].some((other) => other !== deed && other.device === deed.device && other.previous === deed.previous))

/** Devices of a person that a standing list revokes, or that forked their chain. */
export const revokedOf = (view: View, person: string): ReadonlySet<string> =>
  new Set([
    ...[...view.standing].flatMap(({ entry }) => (entry?.account === person ? entry.revoked : [])),
    ...forksIn(view.known)
      .filter(({ account }) => account === person)
      .map(({ device }) => device),
  ])

/** Devices of a person that can write and be written to. */
export const devicesOf = (view: View, person: string): readonly string[] =>
  (listOf(view, person)?.entry.devices ?? []).filter((device) => ownerOf(view, device) === person && !revokedOf(view, person).has(device))

/** Devices that the author has before a `devices` operation and not after. */
export const devicesTaken = (before: View['before'], deed: Deed): readonly string[] =>
  deed.unsigned.body.kind === 'devices' ? devicesOf(before(deed), deed.account).filter((device) => deed.entry?.devices.includes(device) !== true) : []

/** Removals, departures and revocations close all invites that were not made after them. */
export const closesInvites = (before: View['before'], deed: Deed): boolean =>
  deed.unsigned.body.kind === 'remove' || deed.unsigned.body.kind === 'leave' || devicesTaken(before, deed).length > 0

/** What takes a person or a device away without a secret of its own; a proven fork takes its device. */
export const takesWithoutSecret = (view: View): readonly Deed[] => [
  ...[...view.standing].filter((deed) => closesInvites(view.before, deed) && deed.unsigned.body.kind !== 'remove'),
  ...provenForks(view),
]

/** Forks by somebody who is in, with all operations that prove them. */
const provenForks = (view: View): readonly Deed[] => {
  const forks = forksIn(view.known)
  return forks.filter((deed) => forks.some((other) => other.device === deed.device && other.previous === deed.previous && isMember(view, other.account)))
}

/** Invites that stand and that nothing closed, the spent ones too. */
export const openInvites = (view: View): readonly Deed[] => {
  const closing = [...[...view.standing].filter((deed) => closesInvites(view.before, deed)), ...provenForks(view)]
  return [...view.standing].filter(
    (invite) => invite.unsigned.body.kind === 'invite' && closing.every((each) => isBefore(each, invite)) && !isRevoked(view, invite),
  )
}

const isRevoked = (view: View, invite: Deed): boolean =>
  [...view.standing].some(({ unsigned: { body } }) => body.kind === 'revokeInvite' && hexOf(body.invite) === invite.id)

/** The standing admissions by an invite. */
export const usesOf = (view: View, invite: Deed): number => [...view.standing].filter((deed) => inviteUsed(deed) === invite.id).length

/** The invite that an admission names. */
export const inviteUsed = ({ unsigned: { body } }: Deed): string | null => (body.kind === 'admit' && body.invite !== null ? hexOf(body.invite) : null)
