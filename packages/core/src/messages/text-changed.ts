/** The text of a message is another now, or is gone: what has a copy of it here follows. */
import { equalBytes } from '@sotto/wire'
import { touch } from '../groups/group-row.ts'
import type { Context } from '../state/context.ts'
import { bytesOf } from '../state/names.ts'
import { COMPOSER_EDIT } from '../state/tables/message-changes.ts'
import { COMPOSER_REPLY } from '../state/tables/messages.ts'
import { lastChanged } from './conversation-row.ts'
import { forgetReplyTo, quotedText } from './quotes.ts'
import { indexChanged } from './search/due.ts'
import type { TextNow } from './text-now.ts'

/** `now` undefined: the message is not here any more. Called in the step that writes it so. */
export function textChanged(context: Context, group: string, message: string, now: TextNow | undefined): void {
  lastChanged(context, group, message, now)
  indexChanged(context, group, message)
  const reply = context.transaction.get(COMPOSER_REPLY, group)
  if (reply !== undefined && equalBytes(reply.message, bytesOf(message))) {
    if (now?.kind === 'text') context.transaction.put(COMPOSER_REPLY, [group], { ...reply, text: quotedText(context, now) })
    else forgetReplyTo(context, group)
  }
  const editing = context.transaction.get(COMPOSER_EDIT, group)
  if (now?.kind !== 'text' && editing !== undefined && equalBytes(editing.message, bytesOf(message))) context.transaction.delete(COMPOSER_EDIT, group)
  touch(context, group)
}
