/** Messages that were written and are not sealed yet: durable at once, sealed when this device has caught up (PROTOCOL §7). */
import type { EnvelopeHash } from '@sotto/wire'
import { maySeal } from '../epochs/caught-up.ts'
import { selfOf } from '../identity/profile.ts'
import type { Context } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { GROUP } from '../state/tables/groups.ts'
import { type MessageRecord, PENDING_MESSAGE } from '../state/tables/messages.ts'
import { messageIdOf, placeMessage, sayNow } from './conversation-order.ts'
import { saveMessage } from './conversation.ts'
import { sealPendingMessages } from './send.ts'

/** Writes a message down; it is sent as soon as it can be. Returns its id. */
export function intend(context: Context, group: string, text: string): string {
  const self = selfOf(context)
  const number = sortable(nextNumber(context))
  const said = sayNow(context, group)
  const body = { kind: 'text', text } as const
  const id = messageIdOf(context, self.device, said, body)
  const message = textOf(id)
  const { order, shownMs } = placeMessage(context, group, { id, end: `${textOf(self.device).slice(0, 8)}.${number}`, said })
  const record: MessageRecord = {
    account: self.account,
    own: true,
    timeMs: shownMs,
    state: 'sending',
    resent: false,
    envelope: new Uint8Array(32) as EnvelopeHash,
    sealed: null,
    body,
  }
  context.transaction.put(PENDING_MESSAGE, [group, number], { message, order, record, said, again: null })
  saveMessage(context, group, { id: message, order, record })
  return message
}

/** Seals what is written down, group by group, where that may happen now. */
export function flushPendingMessages(context: Context): void {
  if (context.transaction.first(PENDING_MESSAGE) === undefined) return
  for (const { key } of context.transaction.scan(GROUP)) {
    const [group = ''] = key
    if (context.transaction.first(PENDING_MESSAGE, group) !== undefined && maySeal(context, group)) sealPendingMessages(context, group)
  }
}
