/** Which messages we have, by their places. Repeated envelopes are recognised by this, and it is compared with peers. */
import { NOTHING, withinLimit, withNumber } from '@sotto/sync'
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import type { KeyName } from '../state/names.ts'
import { RECEIVED } from '../state/tables/cipher.ts'
import { EPOCH } from '../state/tables/groups.ts'

/**
 * Remembers that the content of a place is here, so that it is shown once. In epochs that we do not know, only for a few keys
 * of a device, because it could name any number of them.
 */
export function noteReceived(context: Context, name: KeyName, iteration: number): void {
  if (!hasRoomFor(context, name)) return
  const received = context.transaction.get(RECEIVED, ...name)
  context.transaction.put(RECEIVED, [...name], withinLimit(withNumber(received ?? NOTHING, iteration)))
}

/** Whether a place under this key would be remembered. */
export function hasRoomFor(context: Context, name: KeyName): boolean {
  const [group, epoch, device] = name
  const isElsewhere = (each: string): boolean => context.transaction.get(EPOCH, group, each) === undefined
  if (!isElsewhere(epoch) || context.transaction.get(RECEIVED, ...name) !== undefined) return true
  const known = context.transaction.scan(RECEIVED, group).filter(({ key }) => key[2] === device && isElsewhere(key[1] ?? ''))
  return known.length < LIMITS.placesOfUnknownEpochs
}
