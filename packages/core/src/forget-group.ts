/** A group that is taken off this device, with its history. */
import type { Context } from './context.ts'
import { forgetPlaces } from './conversation-order.ts'
import { envelopeLog } from './kept-envelopes.ts'
import { messageLog } from './messages.ts'
import { resendLog } from './send.ts'
import { dropGroupKeys } from './sender-keys.ts'
import { ACKNOWLEDGE, GROUP, HELD, INTENT, KEPT_BYTES, LOG, NEWCOMER, OPERATION, OWN_INVITE, PENDING_BODY, SEEN_OUT } from './tables.ts'

export function forgetGroupRows(context: Context, group: string): void {
  dropGroupKeys(context, group)
  for (const table of [ACKNOWLEDGE, HELD, INTENT, KEPT_BYTES, NEWCOMER, OPERATION, OWN_INVITE, PENDING_BODY, SEEN_OUT] as const) {
    for (const { key } of context.draft.scan<unknown>(table as never, group)) context.draft.delete(table as never, ...key)
  }
  forgetPlaces(context, group)
  context.draft.delete(LOG, group)
  context.draft.delete(GROUP, group)
  context.dropLogs.push(messageLog(group), envelopeLog(group), resendLog(group))
}
