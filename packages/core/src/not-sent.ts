/** What was on its way when one was removed or left is not sent any more: it says so, and its text stays (PROTOCOL §7). */
import { type Context, textOf } from './context.ts'
import { saveMessage } from './messages.ts'
import { withdraw } from './relay-link.ts'
import { sortable } from './table.ts'
import { INTENT, OUTBOX, SENT } from './tables.ts'

/** Ends every message of ours in a group that nobody is known to have. */
export function endSending(context: Context, group: string, state: 'notSentRemoved' | 'notSentLeft'): void {
  const intended = context.draft.scan(INTENT, group).map(({ value }) => value)
  const sealed = context.draft.scan(SENT, group).filter(({ value }) => value.record.state === 'sending')
  const places = new Set(sealed.map(({ key }) => key.join('/')))
  for (const { key, value: { about } } of context.draft.scan(OUTBOX)) {
    if (about.kind !== 'envelope' || textOf(about.group) !== group) continue
    if (places.has([group, textOf(about.epoch), String(about.generation), sortable(about.iteration)].join('/'))) withdraw(context, key[0] ?? '')
  }
  for (const { message, order, record } of [...intended, ...sealed.map(({ value }) => value)]) {
    saveMessage(context, group, { id: message, order, record: { ...record, state } })
  }
}
