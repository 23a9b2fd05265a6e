/** Rows of what is read of a file at relays: how far it was kept, and when that ends (PROTOCOL §14.37). */
import { closeMailbox } from '../../links/mailboxes.ts'
import type { Context } from '../../state/context.ts'
import { type FileKey, READ_AT, READING, type Reading } from '../../state/tables/files.ts'
import { setTimer } from '../../state/timers.ts'

/** Up to where everything that came is in the store. */
const keptUpTo = ({ cursor, unkept }: Reading): number => (unkept[0] === undefined ? cursor : unkept[0].cursor - 1)

/** The disk knows how far a file was read, also where it rests: what waited for the store then may be there now. */
export function saveReading(context: Context, key: FileKey): void {
  for (const { key: name, value } of context.transaction.scan(READING, ...key)) saveAt(context, name, value)
}

/** The same at one relay. */
export function saveAt(context: Context, name: readonly string[], reading: Reading): void {
  if (reading.incarnation === null) return
  context.transaction.put(READ_AT, name, { incarnation: reading.incarnation, cursor: keptUpTo(reading), isFalse: false })
}

/**
 * A relay is not read for a file now. `restMs`: it is asked again after this; null: when it is looked for again. What came and waits for the
 * store is waited for while it rests, so that it need not come again.
 */
export function endReadingAt(context: Context, key: FileKey, relay: string, restMs: number | null): void {
  const name = [...key, relay]
  const reading = context.transaction.get(READING, ...name)
  if (reading === undefined) return
  saveAt(context, name, reading)
  if (reading.state === 'reading') closeMailbox(context, reading.mailbox)
  if (restMs === null) context.transaction.delete(READING, ...name)
  else context.transaction.put(READING, name, { ...reading, state: 'resting', sinceMs: context.nowMs, waitMs: restMs, restMs, mailbox: '' })
}

/** A file is not looked for at relays now. It is read on where it was. */
export function endReading(context: Context, key: FileKey): void {
  for (const { key: name } of context.transaction.scan(READING, ...key)) endReadingAt(context, key, name[3] ?? '', null)
}

/** What was kept of it is not here any more: it is read from its beginning, but at relays that gave what is no chunk of it. */
export function readFromStart(context: Context, key: FileKey): void {
  endReading(context, key)
  for (const { key: name, value } of context.transaction.scan(READ_AT, ...key)) if (!value.isFalse) context.transaction.delete(READ_AT, ...name)
}

/** Nothing of it is asked any more. */
export function forgetReading(context: Context, key: FileKey): void {
  endReading(context, key)
  context.transaction.deleteAll(READ_AT, ...key)
}

/** A chunk is in the store: what came up to there need not come again. A relay that rests as the store did not keep up is read on once it has. */
export function keptHere(context: Context, key: FileKey, chunk: number): void {
  for (const { key: name, value } of context.transaction.scan(READING, ...key)) {
    const unkept = value.unkept.filter((each) => each.chunk !== chunk)
    if (unkept.length === value.unkept.length) continue
    const isRested = value.state === 'resting' && unkept.length === 0
    context.transaction.put(READING, name, { ...value, unkept, waitMs: isRested ? 0 : value.waitMs })
    if (isRested) setTimer(context, 'files', context.nowMs, 'earliest')
  }
}
