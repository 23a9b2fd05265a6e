/**
 * Secrets of earlier epochs of a group (PROTOCOL §6). What was sealed in such an epoch is still in a mailbox, and every
 * member of that time is entitled to it, but the secret may have been lost on its way. A few members are asked at a time,
 * and not for ever.
 */
import { type MembershipLog, operationIdOf, operationOf, whoCouldRead } from '@sotto/membership'
import { type DeviceId, equalBytes, type GroupId, LIMITS, type Operation, type OperationId } from '@sotto/wire'
import { logOf, rosterOf } from '../groups/group-log.ts'
import { isRecipient, otherDevices, someOf } from '../groups/recipients.ts'
import { selfOf } from '../identity/profile.ts'
import { queueControlMessage } from '../sessions/control-queue.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { EARLIER_SECRET, SECRET } from '../state/tables/groups.ts'
import { setTimer } from '../state/timers.ts'
import { type SecretRequest, secretRequest } from './control-messages/secret-request.ts'
import { secret as secretMessage } from './control-messages/secret.ts'
import { epochsRead } from './epoch-keys.ts'

/** Which devices are entitled to an epoch's secret, by log and operation. Others ask for it, so it is cached. */
const entitledAt = new WeakMap<MembershipLog, Map<string, readonly DeviceId[]>>()

function isEntitled(log: MembershipLog, operation: OperationId, device: DeviceId): boolean {
  const known = entitledAt.get(log) ?? new Map<string, readonly DeviceId[]>()
  entitledAt.set(log, known)
  const name = textOf(operation)
  const devices = known.get(name) ?? whoCouldRead(log, [operation]).devices
  known.set(name, devices)
  return devices.some((each) => equalBytes(each, device))
}

/** Rekeying operations were added without their secrets: these get some time to arrive by themselves. */
export function awaitSecrets(context: Context, group: string, added: readonly Operation[]): void {
  const rekeyings = added
    .filter(({ unsigned }) => 'commitment' in unsigned.body)
    .map(({ unsigned }) => textOf(operationIdOf(context.provider.primitives, unsigned)))
  const missing = rekeyings.filter((id) => context.transaction.get(SECRET, group, id) === undefined)
  if (missing.length === 0) return
  // Only the newest: no more epochs' mailboxes than these are read.
  const room = Math.max(0, LIMITS.endedEpochsRead - context.transaction.scan(EARLIER_SECRET, group).length)
  for (const id of missing.slice(Math.max(0, missing.length - room)))
    context.transaction.put(EARLIER_SECRET, [group, id], { attempts: 0, nextMs: context.nowMs + LIMITS.keyRequestBackoffMs })
  setTimer(context, 'secrets', context.nowMs + LIMITS.keyRequestBackoffMs, 'earliest')
}

/** Asks again for missing secrets. The current epoch's are asked for elsewhere, and more urgently. */
export function askForEarlierSecrets(context: Context): void {
  for (const { key, value } of context.transaction.scan(EARLIER_SECRET)) {
    const [group = '', name = ''] = key
    const { rekeyings } = rosterOf(context, group)
    if (value.nextMs > context.nowMs || rekeyings.some((id) => textOf(id) === name)) {
      setTimer(context, 'secrets', Math.max(value.nextMs, context.nowMs + LIMITS.keyRequestBackoffMs), 'earliest')
      continue
    }
    const operation = bytesOf<OperationId>(name)
    const known = operationOf(logOf(context, group), operation)
    // It may still wait for its parents. Until they are here, nothing shows who is entitled to its secret.
    const isForUs = known === undefined || isEntitled(logOf(context, group), operation, selfOf(context).device)
    if (value.attempts >= LIMITS.keyRequestAttempts || !isForUs) {
      context.transaction.delete(EARLIER_SECRET, ...key)
      continue
    }
    const nextMs = context.nowMs + LIMITS.keyRequestBackoffMs * 2 ** (value.attempts + 1)
    context.transaction.put(EARLIER_SECRET, key, { attempts: value.attempts + 1, nextMs })
    setTimer(context, 'secrets', nextMs, 'earliest')
    if (known === undefined) continue
    for (const device of someMembers(context, group, known.unsigned.device)) {
      queueControlMessage(context, device, secretRequest, { group: bytesOf<GroupId>(group), operation })
    }
  }
}

/** Devices of a few members, among them the operation's author if it is still a member. */
function someMembers(context: Context, group: string, author: DeviceId): readonly DeviceId[] {
  const others = otherDevices(context, group)
  const authors = others.filter((each) => equalBytes(each, author))
  const rest = others.filter((each) => !equalBytes(each, author))
  return [...authors, ...someOf(context, rest, LIMITS.attestationsAtOnce - authors.length)]
}

/**
 * Answers a member that asks for a secret. A new member gets those of the current maximal operations only (PROTOCOL §5).
 * An earlier secret goes to the members of that time, as long as its epoch's mailbox is read.
 */
export function answerSecretRequest(context: Context, from: DeviceId, { group: id, operation }: SecretRequest): void {
  const group = textOf(id)
  const secret = context.transaction.get(SECRET, group, textOf(operation))
  if (secret === undefined || !isRecipient(context, group, from)) return
  const log = logOf(context, group)
  const isAmong = (ids: readonly OperationId[]): boolean => ids.some((each) => equalBytes(each, operation))
  const { rekeyings, rekeyNeededBy } = rosterOf(context, group)
  const isEntitledThen = operationOf(log, operation) !== undefined && isEntitled(log, operation, from)
  // One that was out there and is in again, with nothing that let it in, is handed the next.
  const isGiven = isAmong(rekeyings) ? isEntitledThen || !isAmong(rekeyNeededBy) : isEntitledThen && isRead(context, group, operation)
  if (!isGiven) return
  queueControlMessage(context, from, secretMessage, { group: id, operation, secret })
}

/** Whether the mailbox of the epoch that rests on this operation alone is read. */
const isRead = (context: Context, group: string, operation: OperationId): boolean =>
  epochsRead(context, group).some(({ operations: [first, ...others] }) => others.length === 0 && first !== undefined && equalBytes(first, operation))
