/**
 * *Entitled* (PROTOCOL §5.1): whether the author had the right, in the state folded from the operation's own past.
 * Each rule is a sentence of `RightRejection`; what a kind asks beyond membership its file in `operations` says.
 */
import { type AccountId, type DeviceId, equalBytes, type OperationBody } from '@sotto/wire'
import type { Entry, GroupState, Person, Right, Verdict } from '../entries/entry.ts'
import { currentDevices, hasDevices, isIn, personOf, roleOf } from '../entries/group-state.ts'
import { idGet, idValues } from '../entries/id-map.ts'
import type { RightRejection } from '../entries/rejection.ts'
import { rulesOf } from '../operations/all.ts'
import { demotionsOf, isAdminIn } from './in-charge.ts'

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
  const { account, device, body, listHash } = attempt
  if (body.kind === 'create') {
    return state.create === null ? entitledTo({ restsOn: [], needsAdmin: false, byAdmin: true, revokes: [] }) : notEntitled({ code: 'groupExists' })
  }
  const author = personOf(state, account)
  if (!isIn(author)) return notEntitled({ code: 'onlyMembersWrite' })
  const isCurrent = currentDevices(state, author).some((each) => equalBytes(each.certificate.body.device, device))
  if (!isCurrent) return notEntitled({ code: 'onlyCurrentDevicesWrite' })
  const byAdmin = isAdminIn(state, account)
  const asked = { state, account, author, byAdmin, body, listHash }
  const rules = rulesOf(body)
  const objection = rules.objection(asked)
  if (objection !== undefined) return notEntitled(objection)
  const needsAdmin = rules.needsAdmin(asked)
  return entitledTo({
    restsOn: [...membershipRestsOn(state, author, device), ...(byAdmin ? adminRestsOn(state, author, needsAdmin) : []), ...inviteRestsOn(state, body)],
    needsAdmin,
    byAdmin,
    revokes: rules.revokes?.(asked) ?? [],
  })
}

const entitledTo = (right: Right): Verdict => ({ kind: 'entitled', right })

const notEntitled = (because: RightRejection): Verdict => ({ kind: 'notEntitled', because })

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
    const ends = [...person.departures, ...demotions, ...devicesEnds(state, person)]
    return ends.length === 0 ? [] : [ends]
  })
}

/** What left an admin without devices, where it is an operation: what brought the list that holds none of theirs any more. */
const devicesEnds = (state: GroupState, person: Person): readonly Entry[] => (hasDevices(state, person) ? [] : [person.list.by])

function inviteRestsOn(state: GroupState, body: OperationBody): readonly (readonly Entry[])[] {
  const id = rulesOf(body).byInvite?.(body) ?? null
  const invite = id === null ? undefined : idGet(state.invites, id)
  return invite === undefined ? [] : [[invite.by]]
}
