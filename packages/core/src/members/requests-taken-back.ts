/** A request to join waits to be granted until what lies behind it at the rendezvous has been read: it may be taken back (PROTOCOL §5). */
import { openJoinWithdrawal } from '@sotto/crypto'
import type { OpenInvite } from '@sotto/membership'
import { decode, equalBytes, type GroupId, joinRequest, type OperationId } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { ADMISSION } from '../state/tables/groups.ts'
import { CAUGHT_UP, MAILBOX, RELAY_LINK } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'

/** Perhaps it takes a request back: those of that device, left here before, are not granted. */
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

/** Whether all that lay at an invite's rendezvous has been read: behind a request may be that it is taken back. */
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

/** A rendezvous has been read: what waits for that is looked at. */
export function rendezvousRead(context: Context, group: string): void {
  if (context.transaction.first(ADMISSION, group) !== undefined) setTimer(context, 'admissions', context.nowMs, 'earliest')
}
