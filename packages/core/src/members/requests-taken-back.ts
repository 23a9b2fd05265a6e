/** A join request is admitted only when what follows it at the rendezvous has been read, as it may be withdrawn there (PROTOCOL §5). */
import { openJoinWithdrawal } from '@sotto/crypto'
import type { OpenInvite } from '@sotto/membership'
import { decode, equalBytes, type GroupId, joinRequest, type OperationId } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { ADMISSION } from '../state/tables/groups.ts'
import { CAUGHT_UP, MAILBOX, RELAY_LINK } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'

/** If the record is a withdrawal: that device's earlier requests here are not admitted. */
export function takeBackRequests(
  context: Context,
  group: string,
  { id, inviteKey, rendezvousSeed }: Pick<OpenInvite, 'id' | 'inviteKey' | 'rendezvousSeed'>,
  record: Uint8Array,
): void {
  const device = openJoinWithdrawal(context.provider.primitives, { group: bytesOf<GroupId>(group), inviteKey, rendezvousSeed }, record)
  if (device === undefined) return
  for (const { key, value } of context.transaction.scan(ADMISSION, group)) {
    const asking = decode(joinRequest, value.request)?.bundle.certificate.body.device
    if (asking !== undefined && equalBytes(asking, device) && equalBytes(value.invite, id)) context.transaction.delete(ADMISSION, ...key)
  }
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
