/** Where own contents were sealed, as far as no message's record says: what a place still holds goes with the message (PROTOCOL §8.31). */
import { decode } from '@sotto/wire'
import { cipherOf } from '../cipher/group-cipher.ts'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { EPOCH } from '../state/tables/groups.ts'
import { OWN_PLACE } from '../state/tables/message-changes.ts'
import type { MessageRecord, PendingMessage } from '../state/tables/messages.ts'
import { contentBody } from './contents/contents.ts'

/** The message whose text a content holds: itself, or the one that it edits; undefined: none. */
export function textIsOf({ message, line, body }: Pick<PendingMessage, 'message' | 'line' | 'body'>): string | undefined {
  if (line !== null) return message
  const content = decode(contentBody, body)
  return content?.kind === 'edit' ? textOf(content.message) : undefined
}

/** A content of ours was sealed. */
export function noteOwnPlace(context: Context, group: string, content: PendingMessage, epoch: string, keyId: number, iteration: number): void {
  const message = textIsOf(content)
  const { again } = content
  if (message === undefined || (content.line !== null && again === null)) return
  const places = [{ epoch, keyId, iteration }, ...(again === null ? [] : [{ ...again, epoch: textOf(again.epoch) }])]
  for (const each of places)
    if (context.transaction.get(EPOCH, group, each.epoch) !== undefined)
      context.transaction.put(OWN_PLACE, [group, each.epoch, message, String(each.keyId), String(each.iteration)], true)
}

/** Nothing here opens any more what was sealed of a message of ours, and it is sent to nobody again. */
export function eraseSealed(context: Context, group: string, message: string, sealed: MessageRecord['sealed']): void {
  const { device } = selfOf(context)
  const cipher = cipherOf(context, group)
  if (sealed !== null) cipher.eraseSealed(context, { group, ...sealed, epoch: textOf(sealed.epoch) })
  for (const { key } of context.transaction.scan(EPOCH, group)) {
    const epoch = key[1] ?? ''
    for (const {
      key: [, , , keyId = '', iteration = ''],
    } of context.transaction.scan(OWN_PLACE, group, epoch, message))
      cipher.eraseSealed(context, { group, epoch, device, keyId: Number(keyId), iteration: Number(iteration) })
    context.transaction.deleteAll(OWN_PLACE, group, epoch, message)
  }
}
