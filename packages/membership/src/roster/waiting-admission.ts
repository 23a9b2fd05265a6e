/** Admissions that cannot be placed, since what they rest on was kept from this device (PROTOCOL §5.49). */
import { type DeviceId, equalBytes } from '@sotto/wire'
import type { MembershipLog } from '../log/log.ts'
import { resolve } from './resolve.ts'

/**
 * Who let this device in by an operation that waits for its parents: a device of a present member, or another that the log names;
 * `undefined` if neither did. What a device signed that the log does not name, anyone can make up.
 */
export function letInByWaiting(log: MembershipLog, device: DeviceId): 'member' | 'former' | undefined {
  if (log.orphans.size === 0) return undefined
  const roster = resolve(log)
  const authors = [...log.orphans.values()].flatMap(({ operation: { unsigned }, place }) => {
    const { body } = unsigned
    const isOfDevice = body.kind === 'admit' && body.member.devices.some(({ certificate }) => equalBytes(certificate.body.device, device))
    return isOfDevice && place !== 'unknown' ? [unsigned.device] : []
  })
  if (authors.length === 0) return undefined
  return authors.some((author) => roster.deviceOf(author) !== undefined) ? 'member' : 'former'
}
