/** The devices that get keys and secrets now. The rule fails closed: a removal counts even if it cannot be placed yet (PROTOCOL §5). */
import { drawBelow } from '@sotto/crypto/primitives'
import { recipients } from '@sotto/membership'
import { type AccountId, type DeviceId, equalBytes, type OperationId } from '@sotto/wire'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { SEEN_REMOVAL } from '../state/tables/groups.ts'
import { FORKED, PIN } from '../state/tables/people.ts'
import { isForked } from './device-lists.ts'
import { logOf, rosterOf } from './group-log.ts'
import { markOf } from './pins.ts'

/** The devices that get our keys and secrets now, our own among them: encryption fails closed (PROTOCOL §1, §5). */
export function recipientsOf(context: Context, group: string): readonly DeviceId[] {
  const seenRemovals = context.transaction
    .scan(SEEN_REMOVAL, group)
    .map(({ key }) => ({ account: bytesOf<AccountId>(key[1] ?? ''), removal: bytesOf<OperationId>(key[2] ?? '') }))
  const devices = recipients(logOf(context, group), context.nowMs, seenRemovals)
  if (context.transaction.first(FORKED) === undefined && context.transaction.first(PIN) === undefined) return devices
  const roster = rosterOf(context, group)
  return devices.filter((device) => {
    const account = roster.accountOf(device)
    return account === undefined || !isWithheldFrom(context, textOf(account))
  })
}

/** What its person has to decide first: whose lists contradict each other, or who was verified with other devices. */
const isWithheldFrom = (context: Context, account: string): boolean => isForked(context, account) || markOf(context, account) === 'lost'

export const isRecipient = (context: Context, group: string, device: DeviceId): boolean => recipientsOf(context, group).some((each) => equalBytes(each, device))

/** All devices of the members except our own. */
export function otherDevices(context: Context, group: string): readonly DeviceId[] {
  const own = selfOf(context).device
  return rosterOf(context, group)
    .members.flatMap((member) => member.devices.map(({ device }) => device))
    .filter((each) => !equalBytes(each, own))
}

/** A random choice of at most `count` of these devices. */
export function someOf(context: Context, devices: readonly DeviceId[], count: number): readonly DeviceId[] {
  const left = [...devices]
  const chosen: DeviceId[] = []
  while (chosen.length < count && left.length > 0) chosen.push(...left.splice(drawBelow(context.provider.random, left.length), 1))
  return chosen
}
