/** Where own contents were sealed, as far as no message's record says: what a place still holds goes with the message (PROTOCOL §8.31). */
import { decode } from '@sotto/wire'
import { cipherOf } from '../cipher/group-cipher.ts'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { EPOCH } from '../state/tables/groups.ts'
import { OWN_PLACE } from '../state/tables/message-changes.ts'
import type { MessageRecord, PendingMessage } from '../state/tables/messages.ts'
import { contentBody, plainBody } from './contents/contents.ts'
import { keptUnder, lifeOf } from './lives.ts'

/** The message whose text a content holds: itself, or the one that it edits; undefined: none. */
export function textIsOf({ message, line, body }: Pick<PendingMessage, 'message' | 'line' | 'body'>): string | undefined {
  if (line !== null) return message
  const decoded = decode(contentBody, body)
  const content = decoded === undefined ? undefined : plainBody(decoded)
  return content?.kind === 'edit' ? textOf(content.message) : undefined
}

/** The key under which a content of ours is kept for resends, if its text vanishes. */
export function keptFor(context: Context, group: string, content: PendingMessage): { readonly under?: string } {
  const message = textIsOf(content)
  return message === undefined ? {} : keptUnder(context, group, message, textOf(selfOf(context).account))
}

/** A content of ours was sealed. */
export function noteOwnPlace(context: Context, group: string, content: PendingMessage, epoch: string, keyId: number, iteration: number): void {
  const message = textIsOf(content)
  const { again } = content
  // Where it stands in the record of its message, that is read where the message is deleted. What vanishes is not read for that.
  const isInRecord = content.line !== null && again === null && lifeOf(context, group, message ?? '') === undefined
  if (message === undefined || isInRecord) return
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
