/**
 * Leaves own operations, sealed, in the mailbox of the current epoch. It does so again after the epoch changed, because a
 * later new member reads only the new mailbox (PROTOCOL §6).
 */
import { sealOperationRecord } from '@sotto/crypto'
import { isAncestor, operationIdOf, operationsInCausalOrder } from '@sotto/membership'
import { encode, equalBytes, type GroupId, type Operation, operation as operationCodec, type OperationId } from '@sotto/wire'
import { logOf } from '../groups/group-log.ts'
import { currentEpoch } from '../groups/group-row.ts'
import { selfOf } from '../identity/profile.ts'
import { leave } from '../links/outbox.ts'
import type { Context } from '../state/context.ts'
import { bytesOf } from '../state/names.ts'
import { EPOCH, EPOCH_KEYS, GROUP } from '../state/tables/groups.ts'
import { epochMailbox } from './epoch-keys.ts'

function newestEpoch(context: Context, group: string): string | undefined {
  return context.transaction.scan(EPOCH, group).toSorted((a, b) => b.value.beganMs - a.value.beganMs)[0]?.key[1]
}

/** Leaves an operation, sealed, in the mailbox of the current epoch at each relay of the group, or at the given ones. */
export function postOperation(
  context: Context,
  group: string,
  operation: Operation,
  relays: readonly string[] = context.transaction.get(GROUP, group)?.relays ?? [],
): void {
  // While the current epoch's secret is missing, members that do not know of that epoch yet read the one before.
  const id = currentEpoch(context, group) ?? newestEpoch(context, group)
  const keys = id === undefined ? undefined : context.transaction.get(EPOCH_KEYS, group, id)
  if (keys === undefined) return
  const body = sealOperationRecord(context.provider, keys.operationsKey, encode(operationCodec, operation))
  for (const relay of relays) {
    const { keys: mailboxKeys, appendSeed, grant } = epochMailbox(context, keys, relay)
    if (appendSeed === null) continue
    leave(context, { relay, keys: mailboxKeys, appendSeed, grant, body, about: { kind: 'operation', group: bytesOf<GroupId>(group) } })
  }
}

/**
 * After an epoch changed: posts own operations again that are not in the past of its rekeying operations, because a later
 * new member reads only the new mailbox. The same after a group moved, at the relays that are new.
 */
export function repostOwnOperations(context: Context, group: string, rekeyings: readonly OperationId[], relays?: readonly string[]): void {
  const self = selfOf(context)
  const log = logOf(context, group)
  for (const each of operationsInCausalOrder(log)) {
    if (!equalBytes(each.unsigned.device, self.device)) continue
    const id = operationIdOf(context.provider.primitives, each.unsigned)
    if (rekeyings.some((rekeying) => equalBytes(rekeying, id) || isAncestor(log, id, rekeying))) continue
    postOperation(context, group, each, relays)
  }
}
