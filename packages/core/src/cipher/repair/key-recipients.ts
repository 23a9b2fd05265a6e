/** The key recipients of each of our keys, what each has opened under it, and what was resent to it. */
import { hasNumber, NOTHING, withinLimit, withNumber } from '@sotto/sync'
import { type DeviceId, type EpochId, type GroupId, LIMITS, type Ranges } from '@sotto/wire'
import type { Context } from '../../state/context.ts'
import { bytesOf, type MessagePlace, textOf } from '../../state/names.ts'
import { KEY_RECIPIENT, type KeyRecipient } from '../../state/tables/repair.ts'
import type { MessageRecipient, Reading } from '../group-cipher.ts'

/** Exactly those other devices that could open a message of ours; undefined if its key was handed to none, or that is no longer known. */
export function recipientsOfMessage({ transaction }: Reading, { group, epoch, keyId, iteration }: MessagePlace): readonly MessageRecipient[] | undefined {
  const handed = transaction.scan(KEY_RECIPIENT, group, epoch, String(keyId))
  if (handed.length === 0) return undefined
  return handed.flatMap(({ key, value }) =>
    value.fromIteration > iteration ? [] : [{ device: bytesOf<DeviceId>(key[3] ?? ''), hasOpened: hasNumber(value.opened, iteration) }],
  )
}

/** A device says that it opened a message of ours. undefined: it was not sealed for that device. */
export function noteOpened(
  context: Pick<Context, 'transaction'>,
  { group, epoch, keyId, iteration }: MessagePlace,
  device: DeviceId,
): KeyRecipient | undefined {
  const name = [group, epoch, String(keyId), textOf(device)]
  const keyRecipient = context.transaction.get(KEY_RECIPIENT, ...name)
  if (keyRecipient === undefined || keyRecipient.fromIteration > iteration) return undefined
  const opened = { ...keyRecipient, acknowledged: true, opened: withinLimit(withNumber(keyRecipient.opened, iteration)) }
  context.transaction.put(KEY_RECIPIENT, name, opened)
  return opened
}

/** How letters name a key id of ours. */
export const wireNameOf = ({ group, epoch, keyId }: Pick<MessagePlace, 'group' | 'epoch' | 'keyId'>) => ({
  group: bytesOf<GroupId>(group),
  epoch: bytesOf<EpochId>(epoch),
  keyId,
})

/**
 * How many resends of a message count. It is counted for each message: what a device asked for in vain takes nothing from what
 * was sealed later under the same key (PROTOCOL §3).
 */
export const resendsOf = ({ resent }: KeyRecipient, iteration: number): number => resent.slice(1).filter((set) => hasNumber(set, iteration)).length

/** Notes that these messages are resent. The first answer to a request for a message repeats nothing, and does not count. */
export function withResent(keyRecipient: KeyRecipient, iterations: readonly number[], why: 'asked' | 'unasked'): KeyRecipient {
  const resent: Ranges[] = [...keyRecipient.resent]
  const add = (at: number, iteration: number): void => void (resent[at] = withinLimit(withNumber(resent[at] ?? NOTHING, iteration)))
  for (const each of iterations) {
    const isCounted = why === 'unasked' || hasNumber(keyRecipient.resent[0] ?? NOTHING, each)
    add(0, each)
    if (isCounted) add(Math.min(resendsOf(keyRecipient, each) + 1, LIMITS.resendsPerMessage), each)
  }
  return { ...keyRecipient, resent }
}
