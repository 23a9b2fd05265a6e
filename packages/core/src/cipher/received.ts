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
  const [group, epoch, device] = name
  const received = context.transaction.get(RECEIVED, ...name)
  const isElsewhere = (each: string): boolean => context.transaction.get(EPOCH, group, each) === undefined
  if (received === undefined && isElsewhere(epoch)) {
    const known = context.transaction.scan(RECEIVED, group).filter(({ key }) => key[2] === device && isElsewhere(key[1] ?? ''))
    if (known.length >= LIMITS.placesOfUnknownEpochs) return
  }
  context.transaction.put(RECEIVED, [...name], withinLimit(withNumber(received ?? NOTHING, iteration)))
}
