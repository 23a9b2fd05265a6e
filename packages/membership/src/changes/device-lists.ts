/** How a person's entry compares to what is known of them. */
import { type DeviceId, equalBytes, type MemberEntry } from '@sotto/wire'
import type { GroupState, Person } from '../entries/entry.ts'
import { currentDevices, revokedOf } from '../entries/group-state.ts'
import { idGet } from '../entries/id-map.ts'
import type { RightRejection } from '../entries/rejection.ts'

/** Lists only go on, what was revoked stays so, and nobody brings another's device. */
export function listObjection(
  state: GroupState,
  person: Person | undefined,
  { list, devices }: MemberEntry,
  hash: Uint8Array | null,
): RightRejection | undefined {
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

/** Devices that the account has now and would not have with this entry. */
export const devicesTaken = (state: GroupState, author: Person, { devices }: MemberEntry): readonly DeviceId[] =>
  currentDevices(state, author)
    .map(({ certificate }) => certificate.body.device)
    .filter((device) => !devices.some((each) => equalBytes(each.certificate.body.device, device)))
