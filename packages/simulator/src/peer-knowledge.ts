/** What a peer knows of a group, read from its state. */
import { deriveEpochKeys, type EpochKeys } from '@sotto/crypto'
import type { Primitives } from '@sotto/crypto/primitives'
import { EPOCH, GROUP, MEMBERSHIP_LOG, SELF, Transaction } from '@sotto/core/inside'
import { resolve } from '@sotto/membership'
import { type DeviceId, equalBytes, fromBase64url, type GroupId, toBase64url } from '@sotto/wire'
import type { SimulatedPeer } from './simulated-peer.ts'

/** The keys of its current epoch. */
export function epochKeysOf(peer: SimulatedPeer, primitives: Primitives, group: string): EpochKeys | undefined {
  const transaction = new Transaction(peer.state)
  const epoch = transaction.get(GROUP, group)?.epoch ?? null
  const row = epoch === null ? undefined : transaction.get(EPOCH, group, toBase64url(epoch))
  return row === undefined ? undefined : deriveEpochKeys(primitives, row.secret)
}

/** Every device that was ever a member's, except its own. */
export function otherDevicesOf(peer: SimulatedPeer, group: string): readonly DeviceId[] {
  const transaction = new Transaction(peer.state)
  const log = transaction.get(MEMBERSHIP_LOG, group)
  const own = transaction.get(SELF, 'self')?.device
  return log === undefined || own === undefined ? [] : resolve(log).everyDevice.filter((device) => !equalBytes(device, own))
}

/** The id of a group by its text form. */
export function groupIdOf(group: string): GroupId {
  const id = fromBase64url(group)
  if (id === undefined) throw new TypeError('a group id is not base64url')
  return id as GroupId
}
