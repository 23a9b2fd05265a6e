/**
 * What is the case where some operations are known and some of those are effective: each a question over the whole set.
 * Numbers name the predicates of PROTOCOL §5.
 */
import type { Role } from '@sotto/wire'
import { compareByPlace, type Entry, hexOf, isBefore, latestOf, type PlacedOperation } from './placed-operation.ts'

/** A set of operations that is closed under parents, and the effective ones among them. */
export interface View {
  readonly known: ReadonlySet<PlacedOperation>
  readonly effective: ReadonlySet<PlacedOperation>
  /** The view that an operation's author had. */
  readonly before: (operation: PlacedOperation) => View
  /** That view with the operation. */
  readonly behind: (operation: PlacedOperation) => View
}

/** Every person whom an effective operation once admitted. */
export const everybody = (view: View): readonly string[] =>
  [...new Set([...view.effective].flatMap(({ entry, unsigned }) => (entry === null || unsigned.body.kind === 'devices' ? [] : [entry.account])))].toSorted()

const admissions = (view: View, person: string): readonly PlacedOperation[] =>
  [...view.effective].filter(({ entry, unsigned }) => entry?.account === person && unsigned.body.kind !== 'devices')

/** The admissions by which a person is in: those that no later one replaces. */
export const admissionsOf = (view: View, person: string): readonly PlacedOperation[] => latestOf(admissions(view, person))

/** 6. *removed*: the effective removals and departures of a person that no effective admission of them has in its past. */
export const departuresOf = (view: View, person: string): readonly PlacedOperation[] =>
  [...view.effective].filter((operation) => removesOrLeaves(operation, person) && !admissions(view, person).some((admission) => isBefore(operation, admission)))

const removesOrLeaves = ({ account, unsigned: { body } }: PlacedOperation, person: string): boolean =>
  (body.kind === 'remove' && hexOf(body.account) === person) || (body.kind === 'leave' && account === person)

export const isMember = (view: View, person: string): boolean => admissions(view, person).length > 0 && departuresOf(view, person).length === 0

export const members = (view: View): readonly string[] => everybody(view).filter((person) => isMember(view, person))

/** The latest effective operations that gave a person a role. */
export function rolesOf(view: View, person: string): readonly { readonly by: PlacedOperation; readonly role: Role }[] {
  const given = new Map(
    [...view.effective].flatMap((operation) => {
      const role = roleGiven(view, operation, person)
      return role === undefined ? [] : [[operation, role] as const]
    }),
  )
  return latestOf([...given.keys()]).map((by) => ({ by, role: given.get(by) ?? 'member' }))
}

function roleGiven(view: View, operation: PlacedOperation, person: string): Role | undefined {
  const { body } = operation.unsigned
  if (body.kind === 'create') return operation.entry?.account === person ? 'admin' : undefined
  if (body.kind === 'admit') return operation.entry?.account === person ? body.role : undefined
  if (body.kind === 'setRole') return hexOf(body.account) === person ? body.role : undefined
  if (body.kind !== 'leave' || body.successor === null || hexOf(body.successor) !== person) return undefined
  return isAdmin(view.before(operation), operation.account) ? 'admin' : undefined
}

/** 8. Of roles given at the same time the lower wins. */
export const hasAdminRole = (view: View, person: string): boolean => rolesOf(view, person).every(({ role }) => role === 'admin')

/** 7. *in charge*: an admin by role; where no member is one, the senior member. */
export function isAdmin(view: View, person: string): boolean {
  if (!isMember(view, person)) return false
  return hasAdminRole(view, person) || (isLeaderless(view) && seniors(view)[0] === person)
}

const isLeaderless = (view: View): boolean => !members(view).some((person) => hasAdminRole(view, person) && devicesOf(view, person).length > 0)

/** Members with a device, by the place of the admission by which they are in; those whose role was taken come last. */
const seniors = (view: View): readonly string[] =>
  members(view)
    .filter((person) => devicesOf(view, person).length > 0)
    .map((person) => ({ person, place: firstOf(admissionsOf(view, person)) }))
    .toSorted((a, b) => Number(wasDemoted(view, a.person)) - Number(wasDemoted(view, b.person)) || compareByPlace(a.place, b.place))
    .map(({ person }) => person)

const wasDemoted = (view: View, person: string): boolean => demotionsOf(view, person).length > 0

/** What took the role of an admin from a person, where no later role replaces it. */
export const demotionsOf = (view: View, person: string): readonly PlacedOperation[] =>
  rolesOf(view, person).flatMap(({ by, role }) =>
    role === 'member' && by.unsigned.body.kind === 'setRole' && hasAdminRole(view.before(by), person) ? [by] : [],
  )

export function firstOf(operations: readonly PlacedOperation[]): PlacedOperation {
  const [first] = operations.toSorted(compareByPlace)
  if (first === undefined) throw new RangeError('none to choose from')
  return first
}

/** 8. Of settings the one of greater depth holds, then the one with the smaller id. */
export function settingOf(operations: readonly PlacedOperation[]): PlacedOperation | undefined {
  return operations.toSorted((a, b) => b.depth - a.depth || (a.id < b.id ? -1 : 1))[0]
}

/** The newest device list of a person, and what brought it: the highest version; of equals the later setting. */
export function listOf(view: View, person: string): { readonly by: PlacedOperation; readonly entry: Entry } | undefined {
  const entries = [...view.effective].flatMap((by) => (by.entry?.account === person ? [{ by, entry: by.entry }] : []))
  const newest = Math.max(...entries.map(({ entry }) => entry.version))
  const by = settingOf(entries.filter(({ entry }) => entry.version === newest).map((each) => each.by))
  return entries.find((each) => each.by === by)
}

/** What brought a device in first: it is that account's for good. */
export function introductionOf(view: View, device: string): PlacedOperation | undefined {
  const introductions = [...view.effective].filter(({ entry }) => entry?.devices.includes(device) === true)
  return introductions.length === 0 ? undefined : firstOf(introductions)
}

export const ownerOf = (view: View, device: string): string | undefined => introductionOf(view, device)?.entry?.account

const placeInChain = ({ device, previous }: PlacedOperation): string => `${device} ${previous ?? ''}`

/** They are asked for again and again. */
const forks = new WeakMap<ReadonlySet<PlacedOperation>, readonly PlacedOperation[]>()

/** Operations that share their device and its operation before: two of them prove that the device is in two hands. */
const forksIn = (known: ReadonlySet<PlacedOperation>): readonly PlacedOperation[] => {
  const found = forks.get(known) ?? [...Map.groupBy(known, placeInChain).values()].filter(({ length }) => length > 1).flat()
  forks.set(known, found)
  return found
}

/** Devices of a person that an effective list revokes, or that forked their chain. */
export const revokedOf = (view: View, person: string): ReadonlySet<string> =>
  new Set([
    ...[...view.effective].flatMap(({ entry }) => (entry?.account === person ? entry.revoked : [])),
    ...forksIn(view.known)
      .filter(({ account }) => account === person)
      .map(({ device }) => device),
  ])

/** Devices of a person that can write and be written to. */
export const devicesOf = (view: View, person: string): readonly string[] =>
  (listOf(view, person)?.entry.devices ?? []).filter((device) => ownerOf(view, device) === person && !revokedOf(view, person).has(device))

/** Devices that the author has before a `devices` operation and not after. */
export const devicesTaken = (before: View['before'], operation: PlacedOperation): readonly string[] =>
  operation.unsigned.body.kind === 'devices'
    ? devicesOf(before(operation), operation.account).filter((device) => operation.entry?.devices.includes(device) !== true)
    : []

/** Removals, departures and revocations close all invites that were not made after them. */
export const closesInvites = (before: View['before'], operation: PlacedOperation): boolean =>
  operation.unsigned.body.kind === 'remove' || operation.unsigned.body.kind === 'leave' || devicesTaken(before, operation).length > 0

/** What takes a person or a device away without a secret of its own; a proven fork takes its device, and so does what is concurrent with what brought it in. */
export const takesWithoutSecret = (view: View): readonly PlacedOperation[] => [
  ...[...view.effective].filter((operation) => closesInvites(view.before, operation) && operation.unsigned.body.kind !== 'remove'),
  ...provenForks(view),
  ...everyDevice(view).flatMap((device) => {
    const introduction = membersDevices(view).includes(device) ? undefined : introductionOf(view, device)
    return introduction === undefined ? [] : [introduction]
  }),
]

const everyDevice = (view: View): readonly string[] => [...new Set([...view.effective].flatMap(({ entry }) => entry?.devices ?? []))]

const membersDevices = (view: View): readonly string[] => members(view).flatMap((person) => devicesOf(view, person))

/** The latest effective operations that drew a secret. */
export const rekeyingsOf = (view: View): readonly PlacedOperation[] =>
  latestOf([...view.effective].filter(({ unsigned: { body } }) => body.kind === 'create' || body.kind === 'remove' || body.kind === 'rekey'))

/** Whether the secret that it drew was handed to a device that is no member's. */
export const isSecretOfOthers = (view: View, rekeying: PlacedOperation): boolean =>
  membersDevices(view.behind(rekeying)).some((device) => !membersDevices(view).includes(device))

/** Whether a device that is a member's was none at it, and is one again with nothing that let it in since. */
export const isSecretKeptFromMember = (view: View, rekeying: PlacedOperation): boolean =>
  members(view).some((person) => {
    const brought = [...admissionsOf(view, person), ...[listOf(view, person)?.by ?? []].flat()]
    const cameSince = brought.some((operation) => operation !== rekeying && !isBefore(operation, rekeying))
    return !cameSince && devicesOf(view, person).some((device) => !membersDevices(view.behind(rekeying)).includes(device))
  })

/** Forks by members, with all operations that prove them. */
const provenForks = (view: View): readonly PlacedOperation[] => {
  const forks = forksIn(view.known)
  return forks.filter((operation) =>
    forks.some((other) => other.device === operation.device && other.previous === operation.previous && isMember(view, other.account)),
  )
}

/** Effective invites that nothing closed, the spent ones too. */
export const openInvites = (view: View): readonly PlacedOperation[] => {
  const closing = [...[...view.effective].filter((operation) => closesInvites(view.before, operation)), ...provenForks(view)]
  return [...view.effective].filter(
    (invite) => invite.unsigned.body.kind === 'invite' && closing.every((each) => isBefore(each, invite)) && !isRevoked(view, invite),
  )
}

const isRevoked = (view: View, invite: PlacedOperation): boolean =>
  [...view.effective].some(({ unsigned: { body } }) => body.kind === 'revokeInvite' && hexOf(body.invite) === invite.id)

/** The effective admissions by an invite. */
export const usesOf = (view: View, invite: PlacedOperation): number => [...view.effective].filter((operation) => inviteUsed(operation) === invite.id).length

/** The invite that an admission names. */
export const inviteUsed = ({ unsigned: { body } }: PlacedOperation): string | null =>
  body.kind === 'admit' && body.invite !== null ? hexOf(body.invite) : null
