/** Requests that a device took back, or that were answered already (PROTOCOL §5). A request is admitted only when what follows it at the rendezvous has been read. */
import { openJoinWithdrawal } from '@sotto/crypto'
import { admissionsOf, type OpenInvite, operationOf } from '@sotto/membership'
import { decode, type GroupId, joinRequest, type JoinRequest, type JoinWithdrawal, LIMITS, type OperationId } from '@sotto/wire'
import { logOf, rosterOf } from '../groups/group-log.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { ADMISSION, WITHDRAWN } from '../state/tables/groups.ts'
import { CAUGHT_UP, MAILBOX, RELAY_LINK } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'

/** If the record is a withdrawal: that device's requests up to then are not admitted, also if the relay shows one again later. */
export function takeBackRequests(
  context: Context,
  group: string,
  { inviteKey, rendezvousSeed }: Pick<OpenInvite, 'inviteKey' | 'rendezvousSeed'>,
  record: Uint8Array,
): void {
  const withdrawal = openJoinWithdrawal(context.provider.primitives, { group: bytesOf<GroupId>(group), inviteKey, rendezvousSeed }, record)
  if (withdrawal === undefined) return
  noteWithdrawal(context, group, withdrawal)
  for (const { key, value } of context.transaction.scan(ADMISSION, group)) {
    const request = decode(joinRequest, value.request)
    if (request !== undefined && isTakenBack(context, group, request)) context.transaction.delete(ADMISSION, ...key)
  }
}

/** With a link anyone can withdraw for devices of its own making: what is kept of a group's is bounded, and the oldest goes first. */
function noteWithdrawal(context: Context, group: string, { device, askedMs }: Pick<JoinWithdrawal, 'device' | 'askedMs'>): void {
  const known = context.transaction.get(WITHDRAWN, group, textOf(device))
  if (known !== undefined && known.askedMs >= askedMs) return
  context.transaction.put(WITHDRAWN, [group, textOf(device)], { askedMs, atMs: context.nowMs })
  const oldestFirst = context.transaction.scan(WITHDRAWN, group).toSorted((a, b) => a.value.atMs - b.value.atMs)
  for (const { key } of oldestFirst.slice(0, Math.max(0, oldestFirst.length - LIMITS.strangers))) context.transaction.delete(WITHDRAWN, ...key)
}

/** Whether a device took this request back, or was admitted by it or by a later one and is gone since. */
export function isTakenBack(context: Context, group: string, { member, proof }: JoinRequest): boolean {
  const device = member.devices[0]?.certificate.body.device
  if (device === undefined) return true
  const withdrawn = context.transaction.get(WITHDRAWN, group, textOf(device))
  if (withdrawn !== undefined && proof.askedMs <= withdrawn.askedMs) return true
  const log = logOf(context, group)
  if (rosterOf(context, group).deviceOf(device) !== undefined) return false
  return admissionsOf(log, device).some((admission) => {
    const body = operationOf(log, admission)?.unsigned.body
    return body?.kind === 'admit' && proof.askedMs <= body.request.askedMs
  })
}

/** Forgets withdrawals whose invites have long expired. Runs from time to time. */
export function expireWithdrawals(context: Context): void {
  for (const { key, value } of context.transaction.scan(WITHDRAWN))
    if (value.atMs + LIMITS.inviteMs + LIMITS.retentionMs < context.nowMs) context.transaction.delete(WITHDRAWN, ...key)
}

/** Whether everything at an invite's rendezvous has been read: a withdrawal may follow a request. */
export function isRendezvousRead(context: Context, group: string, invite: OperationId): boolean {
  const mailboxes = context.transaction
    .scan(MAILBOX)
    .flatMap(({ key, value: { purpose } }) =>
      purpose.kind === 'rendezvous' && purpose.group === group && purpose.invite === textOf(invite) ? [key[0] ?? ''] : [],
    )
  const links = context.transaction.scan(RELAY_LINK).filter(({ value }) => value.state === 'connected')
  return mailboxes.every((mailbox) =>
    links.every(({ key, value }) => !value.client.wanted.has(mailbox) || context.transaction.get(CAUGHT_UP, key[0] ?? '', mailbox) !== undefined),
  )
}

/** A rendezvous has been read: requests that waited for that are due. */
export function rendezvousRead(context: Context, group: string): void {
  if (context.transaction.first(ADMISSION, group) !== undefined) setTimer(context, 'admissions', context.nowMs, 'earliest')
}
