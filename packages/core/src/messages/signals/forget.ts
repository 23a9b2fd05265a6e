/** What is known of those who are no members any more goes with them. */
import { rosterOf } from '../../groups/group-log.ts'
import type { Context } from '../../state/context.ts'
import { textOf } from '../../state/names.ts'
import { PRESENCE, SIGNAL_HEARD, TYPING } from '../../state/tables/messages.ts'
import { forgetReadMarks } from './read-marks.ts'

export function forgetSignals(context: Context, group: string): void {
  const { members } = rosterOf(context, group)
  const accounts = new Set(members.map(({ account }) => textOf(account)))
  const devices = new Set(members.flatMap((member) => member.devices.map(({ device }) => textOf(device))))
  for (const { key } of context.transaction.scan(TYPING, group)) if (!accounts.has(key[1] ?? '')) context.transaction.delete(TYPING, ...key)
  for (const { key } of context.transaction.scan(PRESENCE, group)) if (!accounts.has(key[1] ?? '')) context.transaction.delete(PRESENCE, ...key)
  for (const { key } of context.transaction.scan(SIGNAL_HEARD, group)) if (!devices.has(key[1] ?? '')) context.transaction.delete(SIGNAL_HEARD, ...key)
  forgetReadMarks(context, group)
}

/** Nobody is shown any more whether this person types or is there. */
export function forgetSignalsOf(context: Context, account: string): void {
  for (const { key } of context.transaction.scan(TYPING)) if (key[1] === account) context.transaction.delete(TYPING, ...key)
  for (const { key } of context.transaction.scan(PRESENCE)) if (key[1] === account) context.transaction.delete(PRESENCE, ...key)
}
