/**
 * Keys that a device did not acknowledge, and messages that it did not say to have opened (PROTOCOL §3). A device that
 * lost a key with its inbox may not know that there is anything to ask for. So the owner resends what the device was meant
 * to read.
 */
import { hasNumber, NOTHING } from '@sotto/sync'
import { type DeviceId, LIMITS } from '@sotto/wire'
import { peerOf } from '../../links/whereabouts.ts'
import type { Context } from '../../state/context.ts'
import { bytesOf, textOf } from '../../state/names.ts'
import { WHEREABOUTS } from '../../state/tables/links.ts'
import { SENT } from '../../state/tables/messages.ts'
import { KEY_RECIPIENT, type KeyRecipient } from '../../state/tables/repair.ts'
import { HEARD } from '../../state/tables/sessions.ts'
import { resendsOf, withResent } from './key-recipients.ts'
import { readForResend } from './resends.ts'

/**
 * A device acknowledged a key. So it never received the keys of earlier epochs that it did not acknowledge, nor the messages
 * that it has long left unopened.
 */
export function repairOlder(
  context: Context,
  device: DeviceId,
  newer: { readonly group: Uint8Array; readonly epoch: Uint8Array; readonly keyId: number },
): void {
  const group = textOf(newer.group)
  for (const { epoch, keyId } of undeliveredKeys(context, group)) {
    if (epoch === textOf(newer.epoch) || Number(keyId) >= newer.keyId) continue
    const key = [group, epoch, keyId, textOf(device)]
    const keyRecipient = context.transaction.get(KEY_RECIPIENT, ...key)
    if (keyRecipient === undefined) continue
    const waitMs = keyRecipient.acknowledged ? LIMITS.undeliveredMs : 0
    if (keyRecipient.atMs + waitMs <= context.nowMs) sendAgain(context, key, keyRecipient, context.nowMs - waitMs)
  }
}

/** Keys of ours with messages that not every recipient has opened. */
function undeliveredKeys(context: Context, group: string): readonly { readonly epoch: string; readonly keyId: string }[] {
  const keys = new Map(context.transaction.scan(SENT, group).map(({ key: [, epoch = '', keyId = ''] }) => [`${epoch}/${keyId}`, { epoch, keyId }]))
  return [...keys.values()]
}

/** A letter came from a device, so it is reachable, and meanwhile reads what waits for it at its relay. */
export function noteHeard(context: Context, device: DeviceId): void {
  if (context.transaction.get(HEARD, textOf(device)) === undefined) context.transaction.put(HEARD, [textOf(device)], { atMs: context.nowMs })
}

/**
 * From time to time: resends what reachable devices have still not acknowledged, or long not opened. Reachable devices are
 * connected, or sent a letter a while ago through the relay, or announced themselves lately.
 */
export function repairPresent(context: Context): void {
  const heard = new Set(context.transaction.scan(HEARD).flatMap(({ key, value }) => (value.atMs + LIMITS.reconcileMs <= context.nowMs ? [key[0] ?? ''] : [])))
  for (const device of heard) context.transaction.delete(HEARD, device)
  for (const { key, value } of context.transaction.scan(KEY_RECIPIENT)) {
    const device = key[3] ?? ''
    const isThere = heard.has(device) || peerOf(context, bytesOf<DeviceId>(device)) !== undefined
    if (!isThere && !isAbout(context, device)) continue
    // A device that only announced itself may be gone again: it gets more time to take what waits for it.
    const waitMs = value.acknowledged || !isThere ? LIMITS.undeliveredMs : LIMITS.reconcileMs
    if (value.atMs + waitMs <= context.nowMs) sendAgain(context, key, value, context.nowMs - waitMs)
  }
}

/** Whether a device announced itself so lately that its next announcement may still come. */
const isAbout = (context: Context, device: string): boolean =>
  (context.transaction.get(WHEREABOUTS, device)?.heardMs ?? -Infinity) + LIMITS.announceMs + LIMITS.reconcileMs > context.nowMs

/** Resends what was sealed under a key for its key recipient up to a time, unless it is reported as opened. */
function sendAgain(context: Context, key: readonly string[], keyRecipient: KeyRecipient, untilMs: number): void {
  const [group = '', epoch = '', keyId = '', device = ''] = key
  const undelivered = context.transaction
    .scan(SENT, group, epoch, keyId)
    // By a clock that was put back since, it was written long enough ago. What was deleted is missed by nobody.
    .filter(({ value }) => value.body.length > 0 && (value.writtenMs <= untilMs || value.writtenMs > context.nowMs))
    .map(({ key: sent }) => Number.parseInt(sent[3] ?? '', 36))
  const unopened = undelivered.filter((each) => each >= keyRecipient.fromIteration && !hasNumber(keyRecipient.opened, each))
  // All of them may have been lost or withheld on the way: no message is given up for as long as it is here.
  const isLongAgo = keyRecipient.atMs + LIMITS.resendAgainMs <= context.nowMs
  const counted = isLongAgo ? { ...keyRecipient, resent: keyRecipient.resent.slice(0, 1) } : keyRecipient
  const wanted = unopened.filter((each) => resendsOf(counted, each) < LIMITS.resendsPerMessage)
  if (wanted.length === 0) return
  context.transaction.put(KEY_RECIPIENT, key, { ...withResent(counted, wanted, 'unasked'), atMs: context.nowMs })
  for (let from = 0; from < wanted.length; from += LIMITS.resendsPerLetter) {
    readForResend(context, {
      group,
      epoch,
      keyId: Number(keyId),
      device,
      wanted: wanted.slice(from, from + LIMITS.resendsPerLetter),
      refused: NOTHING,
    })
  }
}
