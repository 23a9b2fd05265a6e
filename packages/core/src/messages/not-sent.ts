/** When this device is removed or leaves, its outgoing messages are not sent any more. They show that, and their text stays (PROTOCOL §7). */
import { withdraw } from '../links/outbox.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { OUTBOX } from '../state/tables/links.ts'
import { PENDING_MESSAGE, SENT } from '../state/tables/messages.ts'
import { saveMessage } from './conversation.ts'
import { endWaits } from './delivery.ts'

/** Ends all of our messages in a group that no relay and no device is known to have. */
export function endSending(context: Context, group: string, state: 'notSentRemoved' | 'notSentLeft'): void {
  const intended = context.transaction.scan(PENDING_MESSAGE, group).map(({ value }) => value)
  const sealed = context.transaction.scan(SENT, group).filter(({ value }) => value.state === 'sending')
  const places = new Set(sealed.map(({ key }) => key.join('/')))
  for (const {
    key,
    value: { about },
  } of context.transaction.scan(OUTBOX)) {
    if (about.kind !== 'envelope' || textOf(about.group) !== group) continue
    if (places.has([group, textOf(about.epoch), String(about.keyId), sortable(about.iteration)].join('/'))) withdraw(context, key[0] ?? '')
  }
  endWaits(context, group)
  for (const { message, line } of [...intended, ...sealed.map(({ value }) => value)]) {
    if (line !== null) saveMessage(context, group, { id: message, order: line.order, record: { ...line.record, state } })
  }
}
