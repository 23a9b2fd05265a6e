/**
 * What was sealed before a device was admitted was never meant for it, so it must not show as missing (PROTOCOL §3, §13.30). Only
 * the author knows whom it meant, and may be away. But whatever the admitting device had when it signed the admission was
 * sealed by an author that could not know the new device. The admitting device says so, once. It cannot speak for what it had
 * not seen.
 */
import { admissionsOf, type MembershipLog, operationOf } from '@sotto/membership'
import { difference, NOTHING, unite } from '@sotto/sync'
import { type DeviceId, encode, equalBytes, LIMITS, type Ranges, type ReceivedSet, receivedSet } from '@sotto/wire'
import { bytesOf, type KeyName, textOf } from '../state/names.ts'
import type { Transaction } from '../state/table.ts'
import { EPOCH } from '../state/tables/groups.ts'
import { RECEIVED, SEALED_BEFORE, UNDECRYPTABLE } from '../state/tables/cipher.ts'
import type { SealedBefore } from './control-messages/sealed-before.ts'

/** What we have seen of an epoch. Must be read before an admission is signed. */
export function sealedSoFar(transaction: Pick<Transaction, 'scan'>, group: string, epoch: string): readonly ReceivedSet[] {
  const places = new Map<string, Ranges>()
  const add = (device: string, keyId: string, iterations: Ranges): void => {
    const key = `${device}/${keyId}`
    places.set(key, unite(places.get(key) ?? NOTHING, iterations))
  }
  for (const { key, value } of transaction.scan(RECEIVED, group, epoch)) add(key[2] ?? '', key[3] ?? '', value)
  // Undecryptable envelopes count too. And what was sealed before us was also sealed before the device that joins now.
  for (const { value } of transaction.scan(UNDECRYPTABLE, group)) {
    if (textOf(value.epoch) === epoch) add(textOf(value.device), String(value.keyId), [{ from: value.iteration, to: value.iteration }])
  }
  for (const { key, value } of transaction.scan(SEALED_BEFORE, group, epoch)) add(key[2] ?? '', key[3] ?? '', value)
  const received = [...places].map(([key, iterations]): ReceivedSet => {
    const [device = '', keyId = ''] = key.split('/')
    return { device: bytesOf<DeviceId>(device), keyId: Number(keyId), iterations }
  })
  return thatFit(received)
}

/** As many sets as fit one letter. A set of maximal length had gaps filled in and would claim too much, so it is left out. */
function thatFit(received: readonly ReceivedSet[]): readonly ReceivedSet[] {
  let bytes = 0
  return received
    .filter(({ iterations }) => iterations.length < LIMITS.rangesPerKey)
    .slice(0, LIMITS.sealedBeforeKeys)
    .filter((key) => (bytes += encode(receivedSet, key).length) <= LIMITS.recordBytes / 3)
}

/** The admitting device says what it had then. Returns whether that is accepted; no other device's word is. */
export function noteSealedBefore(transaction: Transaction, log: MembershipLog, own: DeviceId, from: DeviceId, body: SealedBefore): boolean {
  const group = textOf(body.group)
  const epoch = textOf(body.epoch)
  const admission = textOf(body.admission)
  const author = operationOf(log, body.admission)?.unsigned.device
  const isOurs = admissionsOf(log, own).some((each) => equalBytes(each, body.admission))
  if (author === undefined || !equalBytes(author, from) || !isOurs || transaction.get(EPOCH, group, epoch) === undefined) return false
  // Only once: later it has also seen what was meant for us.
  if (transaction.scan(SEALED_BEFORE, group, epoch).some(({ key }) => key[4] === admission)) return false
  for (const { device, keyId, iterations } of body.received) {
    transaction.put(SEALED_BEFORE, [group, epoch, textOf(device), String(keyId), admission], iterations)
  }
  return true
}

/**
 * Iterations under a key that were sealed before we were admitted. With several concurrent admissions, only what all of the
 * admitting devices had: an author that knew of one admission may have been read by the device that signed another.
 */
export function sealedBeforeUs(transaction: Pick<Transaction, 'get'>, log: MembershipLog, own: DeviceId, name: KeyName): Ranges {
  const said = admissionsOf(log, own).map((admission) => transaction.get(SEALED_BEFORE, ...name, textOf(admission)) ?? NOTHING)
  return said.length === 0 ? NOTHING : said.reduce((all, each) => difference(all, difference(all, each)))
}
