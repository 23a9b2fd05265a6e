/** Which messages are here, by their places: whatever comes again, or is compared with a peer, is known by this. */
import { NOTHING, withinLimit, withNumber } from '@sotto/sync'
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import type { KeyName } from '../state/names.ts'
import { HELD } from '../state/tables/cipher.ts'
import { EPOCH } from '../state/tables/groups.ts'

/**
 * Remembers that the content of a place is here, so that it is shown once. Of epochs that are unknown here for a few keys of
 * a device only: it may name any number of them.
 */
export function noteHeld(context: Context, name: KeyName, iteration: number): void {
  const [group, epoch, device] = name
  const held = context.draft.get(HELD, ...name)
  const isElsewhere = (each: string): boolean => context.draft.get(EPOCH, group, each) === undefined
  if (held === undefined && isElsewhere(epoch)) {
    const known = context.draft.scan(HELD, group).filter(({ key }) => key[2] === device && isElsewhere(key[1] ?? ''))
    if (known.length >= LIMITS.placesOfUnknownEpochs) return
  }
  context.draft.put(HELD, [...name], withinLimit(withNumber(held ?? NOTHING, iteration)))
}
