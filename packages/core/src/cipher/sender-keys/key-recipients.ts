/** The key recipients of each of our keys, and what each has opened under it. */
import { hasNumber, withinLimit, withNumber } from '@sotto/sync'
import type { DeviceId } from '@sotto/wire'
import type { Context } from '../../state/context.ts'
import { bytesOf, type MessagePlace, textOf } from '../../state/names.ts'
import { KEY_RECIPIENT } from '../../state/tables/sender-keys.ts'
import type { MessageRecipient, Reading } from '../group-cipher.ts'

/** Exactly those other devices that could open a message of ours; undefined if its key was handed to none, or that is no longer known. */
export function recipientsOfMessage({ transaction }: Reading, { group, epoch, keyId, iteration }: MessagePlace): readonly MessageRecipient[] | undefined {
  const handed = transaction.scan(KEY_RECIPIENT, group, epoch, String(keyId))
  if (handed.length === 0) return undefined
  return handed.flatMap(({ key, value }) =>
    value.fromIteration > iteration ? [] : [{ device: bytesOf<DeviceId>(key[3] ?? ''), hasOpened: hasNumber(value.opened, iteration) }],
  )
}

/** A device says that it opened a message of ours. Returns false if it was not sealed for that device. */
export function noteOpened(context: Pick<Context, 'transaction'>, { group, epoch, keyId, iteration }: MessagePlace, device: DeviceId): boolean {
  const name = [group, epoch, String(keyId), textOf(device)]
  const keyRecipient = context.transaction.get(KEY_RECIPIENT, ...name)
  if (keyRecipient === undefined || keyRecipient.fromIteration > iteration) return false
  context.transaction.put(KEY_RECIPIENT, name, { ...keyRecipient, acknowledged: true, opened: withinLimit(withNumber(keyRecipient.opened, iteration)) })
  return true
}
