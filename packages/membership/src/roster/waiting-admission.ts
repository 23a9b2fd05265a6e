/** Admissions that cannot be placed, since what they rest on was kept from this device (PROTOCOL §5.49). */
import { type DeviceId, toBase64url } from '@sotto/wire'
import type { MembershipLog } from '../log/log.ts'
import type { Orphan } from '../log/waiting.ts'
import { resolve } from './resolve.ts'

/**
 * Who let this device in, by operations that wait for their parents: a device of a present member, or another that the log names;
 * `undefined` if neither did. One that the log does not name may have been let in by another such operation. What no chain of them
 * leads back to a device that the log names, anyone can make up.
 */
export function letInByWaiting(log: MembershipLog, device: DeviceId): 'member' | 'former' | undefined {
  if (log.orphans.size === 0) return undefined
  const roster = resolve(log)
  const waiting = waitingAdmissions(log)
  const known: DeviceId[] = []
  const met = new Set<string>()
  const open = [toBase64url(device)]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (met.has(next)) continue
    met.add(next)
    for (const { operation } of waiting.get(next) ?? []) {
      const author = operation.unsigned.device
      if (roster.accountOf(author) === undefined) open.push(toBase64url(author))
      else known.push(author)
    }
  }
  if (known.length === 0) return undefined
  return known.some((author) => roster.deviceOf(author) !== undefined) ? 'member' : 'former'
}

/** A log never changes: worked out once. */
const admissionsOf = new WeakMap<MembershipLog, ReadonlyMap<string, readonly Orphan[]>>()

/** Admissions that wait, by the device that each lets in. */
function waitingAdmissions(log: MembershipLog): ReadonlyMap<string, readonly Orphan[]> {
  const known = admissionsOf.get(log)
  if (known !== undefined) return known
  const byDevice = new Map<string, Orphan[]>()
  for (const orphan of log.orphans.values()) {
    const { body } = orphan.operation.unsigned
    if (body.kind !== 'admit') continue
    for (const { certificate } of body.member.devices) {
      const device = toBase64url(certificate.body.device)
      byDevice.set(device, [...(byDevice.get(device) ?? []), orphan])
    }
  }
  admissionsOf.set(log, byDevice)
  return byDevice
}
