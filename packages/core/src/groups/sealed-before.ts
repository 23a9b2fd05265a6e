/**
 * What was sealed before a device was admitted was never meant for it, and nobody is to be told that it is missing (PROTOCOL
 * §3). Only its author knows what it meant for whom, and may be away; but what the admitting device had when it signed the
 * admission was sealed by somebody who could not know it. That it says, once. What it had not seen is not said.
 */
import { admissionsOf, type Log, operationOf } from '@sotto/membership'
import { difference, NOTHING, unite } from '@sotto/sync'
import { type DeviceId, encode, equalBytes, type HeldKey, heldKey, LIMITS, type Ranges } from '@sotto/wire'
import { bytesOf, type KeyName, textOf } from '../state/names.ts'
import type { Draft } from '../state/table.ts'
import { EPOCH } from '../state/tables/groups.ts'
import { HELD, PARKED, SEALED_BEFORE } from '../state/tables/cipher.ts'
import type { SealedBefore } from './control-messages/sealed-before.ts'

/** What there is of an epoch, as far as we have seen it; to be taken before an admission is signed. */
export function sealedSoFar(draft: Pick<Draft, 'scan'>, group: string, epoch: string): readonly HeldKey[] {
  const places = new Map<string, Ranges>()
  const add = (device: string, generation: string, iterations: Ranges): void => {
    const key = `${device}/${generation}`
    places.set(key, unite(places.get(key) ?? NOTHING, iterations))
  }
  for (const { key, value } of draft.scan(HELD, group, epoch)) add(key[2] ?? '', key[3] ?? '', value)
  // What cannot be opened here is there all the same, and what was sealed before us was before whoever comes now.
  for (const { value } of draft.scan(PARKED, group)) {
    if (textOf(value.epoch) === epoch) add(textOf(value.device), String(value.generation), [{ from: value.iteration, to: value.iteration }])
  }
  for (const { key, value } of draft.scan(SEALED_BEFORE, group, epoch)) add(key[2] ?? '', key[3] ?? '', value)
  const held = [...places].map(([key, iterations]): HeldKey => {
    const [device = '', generation = ''] = key.split('/')
    return { device: bytesOf<DeviceId>(device), generation: Number(generation), iterations }
  })
  return thatFit(held)
}

/** As many as one letter takes. Sets as long as they may be have had gaps filled in them, and say too much. */
function thatFit(held: readonly HeldKey[]): readonly HeldKey[] {
  let bytes = 0
  return held
    .filter(({ iterations }) => iterations.length < LIMITS.rangesPerKey)
    .slice(0, LIMITS.sealedBeforeKeys)
    .filter((key) => (bytes += encode(heldKey, key).length) <= LIMITS.recordBytes / 3)
}

/** Whoever admitted us says what it had then: whether that is taken. Anybody else's word is not. */
export function noteSealedBefore(draft: Draft, log: Log, own: DeviceId, from: DeviceId, body: SealedBefore): boolean {
  const group = textOf(body.group)
  const epoch = textOf(body.epoch)
  const admission = textOf(body.admission)
  const author = operationOf(log, body.admission)?.unsigned.device
  const isOurs = admissionsOf(log, own).some((each) => equalBytes(each, body.admission))
  if (author === undefined || !equalBytes(author, from) || !isOurs || draft.get(EPOCH, group, epoch) === undefined) return false
  // Once: later it has seen what was meant for us, too.
  if (draft.scan(SEALED_BEFORE, group, epoch).some(({ key }) => key[4] === admission)) return false
  for (const { device, generation, iterations } of body.held) {
    draft.put(SEALED_BEFORE, [group, epoch, textOf(device), String(generation), admission], iterations)
  }
  return true
}

/**
 * Iterations under a key that were sealed before we were admitted. Where several let us in at the same time, what all of
 * them had: an author that knew of one admission may have been heard by whoever signed another.
 */
export function sealedBeforeUs(draft: Pick<Draft, 'get'>, log: Log, own: DeviceId, name: KeyName): Ranges {
  const said = admissionsOf(log, own).map((admission) => draft.get(SEALED_BEFORE, ...name, textOf(admission)) ?? NOTHING)
  return said.length === 0 ? NOTHING : said.reduce((all, each) => difference(all, difference(all, each)))
}
