/** Takes a copy of a group message from the session with its author, which proves who it is (PROTOCOL §4, §13.51). */
import { hasAll } from '@sotto/membership'
import { hasNumber, NOTHING } from '@sotto/sync'
import { decode, type DeviceId, deviceId, encode, type EnvelopeHash, equalBytes, LIMITS, struct } from '@sotto/wire'
import { compareLogs } from '../../groups/compare-logs.ts'
import { logOf, rosterOf } from '../../groups/group-log.ts'
import { touch } from '../../groups/group-row.ts'
import type { Context } from '../../state/context.ts'
import { bytesOf, type MessagePlace, type Sender, textOf } from '../../state/names.ts'
import { RECEIVED, UNDECRYPTABLE } from '../../state/tables/cipher.ts'
import { EPOCH } from '../../state/tables/groups.ts'
import { MEANT_FROM } from '../../state/tables/pairwise.ts'
import { ATTESTED } from '../../state/tables/repair.ts'
import type { OpenedMessage } from '../group-cipher.ts'
import { hasRoomFor } from '../received.ts'
import { deleteUndecryptable, putUndecryptable, undecryptableOf } from '../undecryptable.ts'
import { missingUnder, noteGap, noteGone, noteRefused } from '../repair/gaps.ts'
import { keepUndecryptable } from '../repair/keep-undecryptable.ts'
import { type PairwiseMessage, pairwiseMessage } from './control-messages/pairwise-message.ts'
import type { PairwiseMissing } from './control-messages/pairwise-missing.ts'
import { hashOfCopy } from './hash-of-copy.ts'
import { compareSightings, noteSighting } from './sightings.ts'

/** A device has as many messages under one key id, and some that it sealed before it knew of a policy. */
const MOST_ITERATIONS = 2 * LIMITS.rotateAfterMessages

/** A copy of a message came. `deliver` gets it if it is not here yet. If it has to wait, it is kept whole, or without what it says. */
export function receiveCopy(context: Context, from: Sender, copy: PairwiseMessage, kept: 'whole' | 'emptied', deliver: (opened: OpenedMessage) => void): void {
  const opened = openCopy(context, from.device, copy, { hash: hashIn(context, from.device, copy), kept })
  if (opened !== undefined) deliver(opened)
  if (rosterOf(context, textOf(copy.group)).deviceOf(from.device) !== undefined) compareSightings(context, from, copy)
}

/** A copy that waits, and the device whose session it came in. */
const keptCopy = struct({ device: deviceId, copy: pairwiseMessage.fields })

/** A copy that was kept until an operation or a member's word came. Nothing else opens that is no letter. */
export function openKept(context: Context, group: string, stored: Uint8Array): OpenedMessage | undefined {
  const kept = decode(keptCopy, stored)
  if (kept === undefined) return undefined
  // A peer may hand us any bytes as an envelope: only what waits here came in a session.
  const row = undecryptableOf(context, group, textOf(kept.device)).find(({ value }) => equalBytes(value.envelope, stored))
  return row === undefined ? undefined : openCopy(context, kept.device, kept.copy, { hash: bytesOf<EnvelopeHash>(row.hash), kept: 'whole' })
}

/** Copies that wait, and were deleted meanwhile: their numbers are still counted, and what they said is here no more. */
export function emptyKept(context: Context, group: string, isGone: (plaintext: Uint8Array, by: DeviceId) => boolean): void {
  for (const { key, value } of context.transaction.scan(UNDECRYPTABLE, group)) {
    const kept = decode(keptCopy, value.envelope)
    if (kept === undefined || kept.copy.content.length === 0 || !isGone(kept.copy.content, kept.device)) continue
    const [, hash = ''] = key
    // Its size is counted: that of the shorter one is another.
    deleteUndecryptable(context, group, hash)
    putUndecryptable(context, group, hash, { ...value, envelope: encode(keptCopy, { ...kept, copy: { ...kept.copy, content: NO_CONTENT } }) })
  }
}

const NO_CONTENT = new Uint8Array()

const hashIn = (context: Context, device: DeviceId, { group, epoch, keyId, iteration, content }: PairwiseMessage): EnvelopeHash =>
  hashOfCopy(context, { group: textOf(group), epoch: textOf(epoch), device, keyId, iteration }, content)

/** `hash`: of the copy as it came. `kept`: how, if it has to wait. */
function openCopy(
  context: Context,
  device: DeviceId,
  copy: PairwiseMessage,
  { hash, kept }: { readonly hash: EnvelopeHash; readonly kept: 'whole' | 'emptied' },
): OpenedMessage | undefined {
  const { keyId, iteration, heads, content } = copy
  const place: MessagePlace = { group: textOf(copy.group), epoch: textOf(copy.epoch), device, keyId, iteration }
  const { group, epoch } = place
  const name = [group, epoch, textOf(device), String(keyId)] as const
  if (iteration >= MOST_ITERATIONS || !hasRoomFor(context, name)) return undefined
  if (hasNumber(context.transaction.get(RECEIVED, ...name) ?? NOTHING, iteration)) return undefined
  const waits = (cause: 'removedBeforeItWasSent' | 'operationsMissing'): undefined =>
    keepUndecryptable(context, group, hash, {
      epoch: copy.epoch,
      device,
      keyId,
      iteration,
      envelope: encode(keptCopy, { device, copy: { ...copy, sightings: [], content: kept === 'whole' ? content : NO_CONTENT } }),
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
  // Of what was emptied while it waited, nothing is left to compare. One that came without content is compared like any other.
  if (content.length > 0 || equalBytes(hash, hashOfCopy(context, place, content))) noteSighting(context, place, content)
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
