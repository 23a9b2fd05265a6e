/**
 * Secrets of rekeying operations. Any device may bring one that matches the commitment, and a missing one is asked for
 * (PROTOCOL §6, §13.18).
 */
import { commitToSecret, deriveEpochKeys, epochSecret } from '@sotto/crypto'
import { drawOneOf } from '@sotto/crypto/primitives'
import { operationOf } from '@sotto/membership'
import { equalBytes, type GroupId, LIMITS, type OperationId } from '@sotto/wire'
import { sendWhatItLacked } from '../groups/compare-logs.ts'
import { logOf, rosterOf } from '../groups/group-log.ts'
import { otherDevices } from '../groups/recipients.ts'
import { queueControlMessage } from '../sessions/control-queue.ts'
import { keepPending } from '../sessions/pending-bodies.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, type Sender, textOf } from '../state/names.ts'
import { DELETED_SECRET, EARLIER_SECRET, EPOCH, GROUP, SECRET, SECRET_MISSING } from '../state/tables/groups.ts'
import { setTimer } from '../state/timers.ts'
import { authorRekeying } from './author.ts'
import { secretRequest } from './control-messages/secret-request.ts'
import { type Secret, secret as secretMessage } from './control-messages/secret.ts'
import { openEpoch, readEpochs } from './epoch-keys.ts'
import { moveToEpoch, noteBegunForLack, noteMissing } from './move-to-epoch.ts'

/** A device brings a secret of a group that we are in. The operation that commits to it may still be on its way. */
export function receiveSecret(context: Context, from: Sender, body: Secret): void {
  const group = textOf(body.group)
  if (context.transaction.get(GROUP, group)?.state !== 'member') return
  if (!takeSecret(context, group, body.operation, body.secret)) keepPending(context, from, group, secretMessage, body)
}

/** Takes in a secret, from any device: it must match the operation's commitment. */
export function takeSecret(context: Context, group: string, operation: OperationId, secret: Uint8Array): boolean {
  const body = operationOf(logOf(context, group), operation)?.unsigned.body
  if (body === undefined || !('commitment' in body)) return false
  const commitment = commitToSecret(context.provider.primitives, secret)
  if (!equalBytes(commitment, body.commitment)) return false
  if (context.transaction.get(SECRET, group, textOf(operation)) === undefined) {
    // It was deleted on purpose. It is taken again only if the roster rests on it again, which a late operation can bring about.
    const isNeeded = rosterOf(context, group).rekeyings.some((id) => equalBytes(id, operation))
    if (!isNeeded && context.transaction.get(DELETED_SECRET, group, textOf(operation)) !== undefined) return true
    context.transaction.delete(DELETED_SECRET, group, textOf(operation))
    context.transaction.delete(EARLIER_SECRET, group, textOf(operation))
    context.transaction.put(SECRET, [group, textOf(operation)], secret)
    moveToEpoch(context, group)
    openSideEpoch(context, group, operation, secret)
  }
  return true
}

/**
 * Opens the epoch of one rekeying operation alone. A member that knew of no concurrent one was in it for a while, and may
 * have sealed messages there. It is read like an ended epoch.
 */
function openSideEpoch(context: Context, group: string, operation: OperationId, secret: Uint8Array): void {
  if (context.transaction.get(GROUP, group)?.state !== 'member') return
  const own = epochSecret(context.provider.primitives, bytesOf<GroupId>(group), [{ operation, secret }])
  const epoch = textOf(deriveEpochKeys(context.provider.primitives, own).epochId)
  if (context.transaction.get(EPOCH, group, epoch) !== undefined) return
  context.transaction.put(EPOCH, [group, epoch], { operations: [operation], secret: own, beganMs: context.nowMs, endedMs: context.nowMs })
  openEpoch(context, group, epoch, own)
  readEpochs(context, group)
}

/** Asks for missing secrets: always the operation's author, and one other member. */
export function askForSecrets(context: Context): void {
  for (const { key } of context.transaction.scan(GROUP)) {
    const group = key[0] ?? ''
    const row = context.transaction.get(GROUP, group)
    if (row?.state !== 'member') continue
    const roster = rosterOf(context, group)
    const devices = otherDevices(context, group)
    const missing = context.transaction.get(SECRET_MISSING, group)
    if (missing !== undefined && missing.untilMs <= context.nowMs) {
      // No member has it, or none that has it answers. One member's silence must not stop the group.
      context.transaction.delete(SECRET_MISSING, group)
      // The author may not know us, because it lacks operations that we have.
      for (const id of roster.rekeyings) {
        const writer = context.transaction.get(SECRET, group, textOf(id)) === undefined ? operationOf(logOf(context, group), id)?.unsigned.device : undefined
        if (writer !== undefined) sendWhatItLacked(context, group, writer, id)
      }
      noteBegunForLack(context, group)
      authorRekeying(context, group, (commitment) => ({ kind: 'rekey', commitment }))
      continue
    }
    if (missing !== undefined) setTimer(context, 'secrets', missing.untilMs, 'earliest')
    for (const id of roster.rekeyings) {
      if (context.transaction.get(SECRET, group, textOf(id)) !== undefined) continue
      // It may have been missing since before this start.
      noteMissing(context, group)
      const writer = operationOf(logOf(context, group), id)?.unsigned.device
      const choice = drawOneOf(context.provider.random, devices)
      const asked = devices.filter((each) => (writer !== undefined && equalBytes(each, writer)) || each === choice)
      for (const device of asked) queueControlMessage(context, device, secretRequest, { group: bytesOf<GroupId>(group), operation: id })
      setTimer(context, 'secrets', context.nowMs + LIMITS.keyRequestBackoffMs, 'earliest')
    }
  }
}
