/** Checks that need only the entry itself: signatures, and that its devices are the list's. */
import { checkDeviceList } from '@sotto/crypto'
import type { Primitives } from '@sotto/crypto/primitives'
import { certificate, encode, equalBytes, type MemberEntry } from '@sotto/wire'
import type { MemberEntryFault } from '../entries/rejection.ts'

/** What is wrong with a person's entry, or `undefined`. How it compares to earlier lists is for the fold. */
export function memberEntryFault(primitives: Primitives, { list, devices }: MemberEntry): MemberEntryFault | undefined {
  if (devices.length === 0) return 'noDevice'
  if ('code' in checkDeviceList(primitives, list, null)) return 'badDeviceList'
  const listed = list.body.devices.map((each) => encode(certificate, each))
  for (const [index, device] of devices.entries()) {
    const bytes = encode(certificate, device.certificate)
    if (!listed.some((each) => equalBytes(each, bytes))) return 'foreignDevice'
    const { device: id } = device.certificate.body
    if (devices.findIndex((other) => equalBytes(other.certificate.body.device, id)) !== index) return 'deviceTwice'
  }
  return undefined
}
