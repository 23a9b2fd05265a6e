/**
 * What was sealed before a device was admitted was never meant for it, and nobody is to be told that it is missing (PROTOCOL
 * §3). Only its author knows what it meant for whom, and may be away; but what the admitting device had when it signed the
 * admission was sealed by somebody who could not know it. That it says, once. What it had not seen is not said.
 */
import { admissionsOf, type MembershipLog, operationOf } from '@sotto/membership'
import { difference, NOTHING, unite } from '@sotto/sync'
import { type DeviceId, encode, equalBytes, LIMITS, type Ranges, type ReceivedSet, receivedSet } from '@sotto/wire'
import { bytesOf, type KeyName, textOf } from '../state/names.ts'
import type { Transaction } from '../state/table.ts'
import { EPOCH } from '../state/tables/groups.ts'
import { RECEIVED, SEALED_BEFORE, UNDECRYPTABLE } from '../state/tables/cipher.ts'
import type { SealedBefore } from './control-messages/sealed-before.ts'

/** What there is of an epoch, as far as we have seen it; to be taken before an admission is signed. */
export function sealedSoFar(transaction: Pick<Transaction, 'scan'>, group: string, epoch: string): readonly ReceivedSet[] {
  const places = new Map<string, Ranges>()
  const add = (device: string, keyId: string, iterations: Ranges): void => {
    const key = `${device}/${keyId}`
    places.set(key, unite(places.get(key) ?? NOTHING, iterations))
  }
  for (const { key, value } of transaction.scan(RECEIVED, group, epoch)) add(key[2] ?? '', key[3] ?? '', value)
  // What cannot be opened here is there all the same, and what was sealed before us was before whoever comes now.
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

/** As many as one letter takes. Sets as long as they may be have had gaps filled in them, and say too much. */
function thatFit(received: readonly ReceivedSet[]): readonly ReceivedSet[] {
  let bytes = 0
  return received
    .filter(({ iterations }) => iterations.length < LIMITS.rangesPerKey)
    .slice(0, LIMITS.sealedBeforeKeys)
    .filter((key) => (bytes += encode(receivedSet, key).length) <= LIMITS.recordBytes / 3)
}

/** Whoever admitted us says what it had then: whether that is taken. Anybody else's word is not. */
export function noteSealedBefore(transaction: Transaction, log: MembershipLog, own: DeviceId, from: DeviceId, body: SealedBefore): boolean {
  const group = textOf(body.group)
  const epoch = textOf(body.epoch)
  const admission = textOf(body.admission)
  const author = operationOf(log, body.admission)?.unsigned.device
  const isOurs = admissionsOf(log, own).some((each) => equalBytes(each, body.admission))
  if (author === undefined || !equalBytes(author, from) || !isOurs || transaction.get(EPOCH, group, epoch) === undefined) return false
  // Once: later it has seen what was meant for us, too.
  if (transaction.scan(SEALED_BEFORE, group, epoch).some(({ key }) => key[4] === admission)) return false
  for (const { device, keyId, iterations } of body.received) {
    transaction.put(SEALED_BEFORE, [group, epoch, textOf(device), String(keyId), admission], iterations)
  }
  return true
}

/**
 * Iterations under a key that were sealed before we were admitted. Where several let us in at the same time, what all of
 * them had: an author that knew of one admission may have been heard by whoever signed another.
 */
export function sealedBeforeUs(transaction: Pick<Transaction, 'get'>, log: MembershipLog, own: DeviceId, name: KeyName): Ranges {
  const said = admissionsOf(log, own).map((admission) => transaction.get(SEALED_BEFORE, ...name, textOf(admission)) ?? NOTHING)
  return said.length === 0 ? NOTHING : said.reduce((all, each) => difference(all, difference(all, each)))
}
