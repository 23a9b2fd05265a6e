/** Takes a copy of a group message from the session with its author, which proves who it is (PROTOCOL §4, §13.51). */
import { hasAll } from '@sotto/membership'
import { hasNumber, NOTHING } from '@sotto/sync'
import { decode, type DeviceId, deviceId, encode, equalBytes, LIMITS, struct } from '@sotto/wire'
import { compareLogs } from '../../groups/compare-logs.ts'
import { logOf, rosterOf } from '../../groups/group-log.ts'
import { touch } from '../../groups/group-row.ts'
import type { Context } from '../../state/context.ts'
import { type MessagePlace, type Sender, textOf } from '../../state/names.ts'
import { RECEIVED } from '../../state/tables/cipher.ts'
import { EPOCH } from '../../state/tables/groups.ts'
import { MEANT_FROM } from '../../state/tables/pairwise.ts'
import { ATTESTED } from '../../state/tables/repair.ts'
import type { OpenedMessage } from '../group-cipher.ts'
import { hasRoomFor } from '../received.ts'
import { undecryptableOf } from '../undecryptable.ts'
import { missingUnder, noteGap, noteGone, noteRefused } from '../repair/gaps.ts'
import { keepUndecryptable } from '../repair/keep-undecryptable.ts'
import { type PairwiseMessage, pairwiseMessage } from './control-messages/pairwise-message.ts'
import type { PairwiseMissing } from './control-messages/pairwise-missing.ts'
import { hashOfCopy } from './hash-of-copy.ts'
import { compareSightings, noteSighting } from './sightings.ts'

/** A device has as many messages under one key id, and some that it sealed before it knew of a policy. */
const MOST_ITERATIONS = 2 * LIMITS.rotateAfterMessages

/** A copy of a message came. `deliver` gets it if it is not here yet. */
export function receiveCopy(context: Context, from: Sender, copy: PairwiseMessage, deliver: (opened: OpenedMessage) => void): void {
  const opened = openCopy(context, from.device, copy)
  if (opened !== undefined) deliver(opened)
  if (rosterOf(context, textOf(copy.group)).deviceOf(from.device) !== undefined) compareSightings(context, from, copy)
}

/** A copy that waits, and the device whose session it came in. */
const keptCopy = struct({ device: deviceId, copy: pairwiseMessage.fields })

/** A copy that was kept until an operation or a member's word came. Nothing else opens that is no letter. */
export function openKept(context: Context, group: string, stored: Uint8Array): OpenedMessage | undefined {
  const kept = decode(keptCopy, stored)
  return kept === undefined || !isKept(context, group, kept.device, stored) ? undefined : openCopy(context, kept.device, kept.copy)
}

/** A peer may hand us any bytes as an envelope: only what waits here came in a session. */
const isKept = (context: Context, group: string, device: DeviceId, stored: Uint8Array): boolean =>
  undecryptableOf(context, group, textOf(device)).some(({ value }) => equalBytes(value.envelope, stored))

function openCopy(context: Context, device: DeviceId, copy: PairwiseMessage): OpenedMessage | undefined {
  const { keyId, iteration, heads, content } = copy
  const place: MessagePlace = { group: textOf(copy.group), epoch: textOf(copy.epoch), device, keyId, iteration }
  const { group, epoch } = place
  const name = [group, epoch, textOf(device), String(keyId)] as const
  if (iteration >= MOST_ITERATIONS || !hasRoomFor(context, name)) return undefined
  if (hasNumber(context.transaction.get(RECEIVED, ...name) ?? NOTHING, iteration)) return undefined
  const hash = hashOfCopy(context, place, content)
  const waits = (cause: 'removedBeforeItWasSent' | 'operationsMissing'): undefined =>
    keepUndecryptable(context, group, hash, {
      epoch: copy.epoch,
      device,
      keyId,
      iteration,
      envelope: encode(keptCopy, { device, copy: { ...copy, sightings: [] } }),
      atMs: context.nowMs,
      cause,
    })
  // Messages of a removed or departed member count only as far as a remaining member received them in time.
  const isDeparted = rosterOf(context, group).deviceOf(device) === undefined
  if (isDeparted && !hasNumber(context.transaction.get(ATTESTED, ...name) ?? NOTHING, iteration)) return waits('removedBeforeItWasSent')
  // While we lack a head of what its author had seen, we do not know who was meant to read this.
  if (!hasAll(logOf(context, group), heads)) {
    compareLogs(context, group, device)
    return waits('operationsMissing')
  }
  noteReach(context, name, copy.from)
  noteSighting(context, place, content)
  return { place, hash, envelope: null, plaintext: content, frontier: heads }
}

function noteReach(context: Context, name: readonly [string, string, string, string], from: number): void {
  const known = context.transaction.get(MEANT_FROM, ...name)
  if (known !== undefined && known <= from) return
  const [group, epoch, device] = name
  if (known === undefined) {
    const kept = context.transaction.scan(MEANT_FROM, group, epoch, device).toSorted((a, b) => Number(a.key[3]) - Number(b.key[3]))
    for (const { key } of kept.slice(0, Math.max(0, kept.length - LIMITS.keysKept + 1))) context.transaction.delete(MEANT_FROM, ...key)
  }
  context.transaction.put(MEANT_FROM, [...name], from)
}

/** A message of this place is here. What was passed over before it is asked for, unless it comes by itself. */
export function noteOpenedAt(context: Context, { group, epoch, device, keyId }: MessagePlace): void {
  const name = [group, epoch, textOf(device), String(keyId)] as const
  if (missingUnder(context, name).length > 0) noteGap(context, name)
}

/** The author says what of the messages that were asked for will not come. */
export function receiveMissing(context: Context, from: Sender, { group: id, epoch, keyId, refused, gone }: PairwiseMissing): void {
  const group = textOf(id)
  const name = [group, textOf(epoch), textOf(from.device), String(keyId)] as const
  noteRefused(context, name, refused)
  noteGone(context, name, gone)
  if (context.transaction.get(EPOCH, group, textOf(epoch)) === undefined) compareLogs(context, group, from.device)
  touch(context, group)
}
