/**
 * From an envelope to the key that opens it: the device that its tag names, what its owner had seen of the membership
 * log, and a place to wait for envelopes whose key is not here (PROTOCOL §3).
 */
import { contextOf, senderTag } from '@sotto/crypto'
import { type DeviceId, type EnvelopeHash, LIMITS, type OperationId } from '@sotto/wire'
import { logOf } from '../../groups/group-log.ts'
import { touch } from '../../groups/group-row.ts'
import { ownersInLog } from '../../groups/owners-in-log.ts'
import type { Context } from '../../state/context.ts'
import { type MessagePlace, textOf } from '../../state/names.ts'
import { EPOCH_KEYS } from '../../state/tables/groups.ts'
import { type Parked, PARKED, TAGS, THEIR_KEY } from '../../state/tables/sender-keys.ts'
import { askLater } from './gaps.ts'
import { putParked } from './parked.ts'

/** The device whose tag this is, among those that the log knows; `undefined` for a stranger's. */
export function deviceOfTag(context: Context, group: string, epoch: string, tag: Uint8Array): DeviceId | undefined {
  const owners = ownersInLog(logOf(context, group))
  const keys = context.draft.get(EPOCH_KEYS, group, epoch)
  let tags = context.draft.get(TAGS, group, epoch)
  if (keys !== undefined && tags?.owners !== owners) {
    const devices = [...owners.values()].map((each) => each.device)
    // Of two devices with one tag the first is asked: a signature decides, and the owner of a key is never guessed.
    tags = { owners, byTag: new Map(devices.toReversed().map((device) => [textOf(senderTag(context.suite.primitives, keys.tagKey, device)), device])) }
    context.draft.put(TAGS, [group, epoch], tags)
  }
  return tags?.byTag.get(textOf(tag))
}

/** What the owner of a key had seen of the log when it made it; nothing where the key is not here. */
export function frontierUnder(context: Context, { group, epoch, device, generation }: MessagePlace): readonly OperationId[] {
  const their = context.draft.get(THEIR_KEY, group, epoch, textOf(device), String(generation))
  return their === undefined ? [] : contextOf(their.key).frontier
}

/** Puts an envelope by until what it waits for comes, if there is room for it. */
export function park(context: Context, group: string, hash: EnvelopeHash, parked: Parked): void {
  const known = context.draft.get(PARKED, group, textOf(hash))
  if (known !== undefined && known.cause === parked.cause) return
  if (!putParked(context, group, textOf(hash), { ...parked, atMs: known?.atMs ?? parked.atMs })) return
  touch(context, group)
  // From before the key we were handed: its owner knows whether it was meant for us, and says so if it was not.
  if (parked.cause === 'operationsMissing' || parked.cause === 'damaged' || parked.cause === 'keyDestroyed') return
  // The distribution is usually just behind: a little later is soon enough.
  askLater(context, [group, textOf(parked.epoch), textOf(parked.device), String(parked.generation)], LIMITS.keyRequestAfterMs)
}
