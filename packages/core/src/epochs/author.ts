/**
 * Signs operations of this device and brings them to the group. Operations that rekey draw a secret and hand it to every
 * remaining device (PROTOCOL §5, §6).
 */
import { commitToSecret } from '@sotto/crypto'
import { wouldBeEffective } from '@sotto/membership'
import { type AccountId, type DeviceId, equalBytes, type GroupId, LIMITS, type Operation, type OperationBody, type OperationId } from '@sotto/wire'
import { logOf, rosterOf, signOwn, takeOperationsOf } from '../groups/group-log.ts'
import { operations } from '../groups/control-messages/operations.ts'
import { otherDevices, recipientsOf, someOf } from '../groups/recipients.ts'
import { selfOf } from '../identity/profile.ts'
import { queueControlMessage } from '../sessions/control-queue.ts'
import type { Context } from '../state/context.ts'
import { bytesOf, textOf } from '../state/names.ts'
import { SECRET } from '../state/tables/groups.ts'
import { secret as secretMessage } from './control-messages/secret.ts'
import { postOperation } from './post-operations.ts'
import { moveToEpoch } from './move-to-epoch.ts'

/**
 * Draws a fresh secret for a rekeying operation, hands it pairwise to every device that remains, and authors the
 * operation. `body` is made from the commitment (PROTOCOL §6). The group is in the new epoch when this returns, because
 * nothing in the same step may be sealed in the old one any more.
 */
export function authorRekeying(context: Context, group: string, body: (commitment: Uint8Array) => OperationBody): void {
  const self = selfOf(context)
  const secret = context.provider.random(32)
  const signed = signOwn(context, group, body(commitToSecret(context.provider.primitives, secret)))
  if (!mayWrite(context, group, signed.operation)) return
  context.transaction.put(SECRET, [group, textOf(signed.id)], secret)
  author(context, group, signed)
  moveToEpoch(context, group)
  for (const device of recipientsOf(context, group)) {
    if (equalBytes(device, self.device)) continue
    queueControlMessage(context, device, operations, { group: bytesOf<GroupId>(group), operations: [signed.operation] })
    queueControlMessage(context, device, secretMessage, { group: bytesOf<GroupId>(group), operation: signed.id, secret })
  }
}

/**
 * Authors an operation: leaves it in the mailbox of the epoch that it may end, hands it to those that are told in private,
 * and adds it to the log. A secret that goes with it is already in its row.
 */
export function author(context: Context, group: string, signed: { operation: Operation; id: OperationId }): void {
  if (!mayWrite(context, group, signed.operation)) return
  const told = toldInPrivate(context, group, signed.operation)
  postOperation(context, group, signed.operation)
  takeOperationsOf(context, group, [signed.operation])
  for (const device of told) {
    queueControlMessage(context, device, operations, { group: bytesOf<GroupId>(group), operations: [signed.operation] })
  }
}

/** Without the right to it, as its own past says, an operation is taken in by nobody: it leaves no trace. */
const mayWrite = (context: Context, group: string, { unsigned }: Operation): boolean => {
  const allowed = wouldBeEffective(context.provider.primitives, logOf(context, group), unsigned, unsigned.body)
  return allowed === true || allowed.code === 'tooManyHeads'
}

/**
 * The devices that get an operation pairwise, beside the group's way (PROTOCOL §5). Those that it removes: their mailbox may be
 * gone or full. And a few where its author leaves: once out it answers nobody, and the group's relay may be gone.
 */
function toldInPrivate(context: Context, group: string, { unsigned: { body } }: Operation): readonly DeviceId[] {
  if (body.kind === 'remove') return devicesOf(context, group, body.account)
  if (body.kind !== 'leave') return []
  const successor = body.successor === null ? [] : devicesOf(context, group, body.successor)
  const others = otherDevices(context, group).filter((device) => !successor.some((each) => equalBytes(each, device)))
  return [...successor, ...someOf(context, others, LIMITS.toldOfDeparture)]
}

const devicesOf = (context: Context, group: string, account: AccountId): readonly DeviceId[] =>
  rosterOf(context, group)
    .members.find((each) => equalBytes(each.account, account))
    ?.devices.map(({ device }) => device) ?? []
