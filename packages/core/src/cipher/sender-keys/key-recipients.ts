/** Which devices one of our keys was handed to, and what each has opened under it. */
import { hasNumber, withinLimit, withNumber } from '@sotto/sync'
import type { DeviceId } from '@sotto/wire'
import type { Context } from '../../state/context.ts'
import { bytesOf, type MessagePlace, textOf } from '../../state/names.ts'
import { HOLDER } from '../../state/tables/sender-keys.ts'
import type { MessageRecipient, Reading } from '../group-cipher.ts'

/** Exactly those other devices that could open a message of ours; undefined where nobody was handed its key, or that is no longer known. */
export function recipientsOfMessage({ draft }: Reading, { group, epoch, generation, iteration }: MessagePlace): readonly MessageRecipient[] | undefined {
  const handed = draft.scan(HOLDER, group, epoch, String(generation))
  if (handed.length === 0) return undefined
  return handed.flatMap(({ key, value }) =>
    value.fromIteration > iteration ? [] : [{ device: bytesOf<DeviceId>(key[3] ?? ''), hasOpened: hasNumber(value.opened, iteration) }],
  )
}

/** A device says that it opened a message of ours. False where it was not sealed for it. */
export function noteOpened(context: Pick<Context, 'draft'>, { group, epoch, generation, iteration }: MessagePlace, device: DeviceId): boolean {
  const name = [group, epoch, String(generation), textOf(device)]
  const holder = context.draft.get(HOLDER, ...name)
  if (holder === undefined || holder.fromIteration > iteration) return false
  context.draft.put(HOLDER, name, { ...holder, acknowledged: true, opened: withinLimit(withNumber(holder.opened, iteration)) })
  return true
}
