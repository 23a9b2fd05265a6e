/**
 * Texts of messages that were deleted, in contents that wait to be counted, such as an edit by a member that was removed before it
 * wrote that (PROTOCOL §8.31, §8.33).
 */
import { decode, type DeviceId } from '@sotto/wire'
import { cipherOf } from '../cipher/group-cipher.ts'
import { logOf } from '../groups/group-log.ts'
import { ownersInLog } from '../groups/owners-in-log.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { MESSAGE_CHANGE } from '../state/tables/message-changes.ts'
import { content as contentCodec, plainBody } from './contents/contents.ts'
import { isErased } from './message-changes.ts'

/** A message was deleted, or ended: what waits says nothing of it any more. */
export const emptyWaiting = (context: Context, group: string): void =>
  cipherOf(context, group).emptyWaiting(context, group, (plaintext, by) => isGone(context, group, plaintext, by))

/** Whether a content says what a message is now that is gone here, or that its author, whose device this is, deleted for everyone. */
export function isGone(context: Context, group: string, plaintext: Uint8Array, by: DeviceId): boolean {
  const content = decode(contentCodec, plaintext)
  const body = content === undefined ? undefined : plainBody(content.body)
  if (body?.kind !== 'edit') return false
  const message = textOf(body.message)
  const author = ownersInLog(logOf(context, group)).get(textOf(by))?.account
  const isDeleted = author !== undefined && context.transaction.get(MESSAGE_CHANGE, group, textOf(author), message)?.deleted === true
  return isDeleted || isErased(context, group, message)
}
