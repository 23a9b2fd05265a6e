/** A message that one relay of its group has, and others do not yet (PROTOCOL §8.51). */
import { isAway } from '../links/group-relays.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import { GROUP } from '../state/tables/groups.ts'
import { OUTBOX, type OutboxEntry } from '../state/tables/links.ts'

/** The key in SENT of what an outbox entry carries. */
export function placeOf({ about }: OutboxEntry): string | undefined {
  if (about.kind !== 'envelope') return undefined
  return [textOf(about.group), textOf(about.epoch), String(about.keyId), sortable(about.iteration)].join('/')
}

/** Whether a message still waits for a relay that would take it now. `key`: its key in SENT. */
export function waitsForRelay(context: Context, key: readonly string[]): boolean {
  const [group = ''] = key
  if ((context.transaction.get(GROUP, group)?.relays.length ?? 0) < 2) return false
  const place = key.join('/')
  return context.transaction.scan(OUTBOX).some(({ value }) => value.notBeforeMs <= context.nowMs && placeOf(value) === place && !isAway(context, value.relay))
}
