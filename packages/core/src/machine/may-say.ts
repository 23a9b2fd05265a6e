/** Who may say what in private: a kind names who may say it, and this file checks that against the log (PROTOCOL §2). */
import type { GroupId } from '@sotto/wire'
import { logOf, rosterOf } from '../groups/group-log.ts'
import { ownersInLog } from '../groups/owners-in-log.ts'
import { isJoining } from '../groups/is-joining.ts'
import type { ControlMessageKind } from '../sessions/control-message.ts'
import type { Context } from '../state/context.ts'
import { type Sender, textOf } from '../state/names.ts'
import { GROUP } from '../state/tables/groups.ts'

/**
 * Whether a device's statement about a group is handled. The operation that admits the device may still be on its way; then
 * the statement may wait for it.
 */
export function standingOf(context: Context, kind: ControlMessageKind, from: Sender, id: GroupId): 'heard' | 'waits' | 'dropped' {
  if (kind.saidBy === 'anyone') return 'heard'
  const group = textOf(id)
  if (context.transaction.get(GROUP, group)?.state !== 'member') return isJoining(context, group) ? kind.beforeKnown : 'dropped'
  if (kind.saidBy === 'everMember' && wasMemberDevice(context, group, from)) return 'heard'
  if (kind.saidBy === 'everNamed' && isNamed(context, group, from)) return 'heard'
  return isMemberDevice(context, group, from) ? 'heard' : kind.beforeKnown
}

const wasMemberDevice = (context: Context, group: string, from: Sender): boolean => {
  const account = rosterOf(context, group).accountOf(from.device)
  return account !== undefined && textOf(account) === textOf(from.account)
}

/** Also a device whose admission was filtered, which it does not know. */
const isNamed = (context: Context, group: string, from: Sender): boolean => {
  const account = ownersInLog(logOf(context, group)).get(textOf(from.device))?.account
  return account !== undefined && textOf(account) === textOf(from.account)
}

/** Whether the device is in the group now and belongs to the account that it claims. */
export const isMemberDevice = (context: Context, group: string, from: Sender): boolean => {
  const device = rosterOf(context, group).deviceOf(from.device)
  return device !== undefined && textOf(device.certificate.body.account) === textOf(from.account)
}
