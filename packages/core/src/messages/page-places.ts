/**
 * Where the person was on a conversation's page: how far it was scrolled, where the cursor was in the draft, and in which conversation.
 * A popup closes whenever it loses the focus, and the next one goes on there.
 */
import { LIMITS } from '@sotto/wire'
import type { EngineReply, EngineView, GroupView } from '../contract/pages.ts'
import { type MachineRequest, no, ok } from '../contract/replies.ts'
import { groupRow } from '../groups/group-row.ts'
import type { Context } from '../state/context.ts'
import { PAGE_PLACE, type PagePlace, POPUP_PLACE } from '../state/tables/page-places.ts'

const NOWHERE: PagePlace = { reading: null, selection: null }

type Rows = Pick<Context, 'transaction'>

/** What pages show of it. */
export function placeView({ transaction }: Rows, group: string): Pick<GroupView, 'readingPlace' | 'draftSelection'> {
  const { reading, selection } = transaction.get(PAGE_PLACE, group) ?? NOWHERE
  return { readingPlace: reading, draftSelection: selection }
}

function note({ transaction }: Rows, group: string, what: Partial<PagePlace>): void {
  const next = { ...(transaction.get(PAGE_PLACE, group) ?? NOWHERE), ...what }
  if (next.reading === null && next.selection === null) transaction.delete(PAGE_PLACE, group)
  else transaction.put(PAGE_PLACE, [group], next)
}

const isCount = (value: number, most: number): boolean => Number.isInteger(value) && value >= 0 && value <= most

export function keepPagePlace(context: Context, what: Extract<MachineRequest, { readonly kind: 'keepReadingPlace' | 'keepSelection' }>): EngineReply {
  const { group } = what
  if (groupRow(context, group) === undefined) return no('unknownGroup')
  if (what.kind === 'keepSelection') {
    const { start, end } = what
    if (!isCount(end, LIMITS.draftBytes) || !isCount(start, end)) return no('badRequest')
    note(context, group, { selection: { start, end } })
    return ok()
  }
  const { place } = what
  if (place !== null && (place.message.length > 64 || place.order.length > 96 || !isCount(place.hiddenPx, 0xffff))) return no('badRequest')
  note(context, group, { reading: place })
  return ok()
}

/** The draft is gone, and the cursor in it. */
export const forgetSelection = (rows: Rows, group: string): void => note(rows, group, { selection: null })

/** As long as the popup stays, it says so again and again: a row is written this often at most. */
const SAID_AGAIN_MS = 60_000

/** The popup shows a conversation; null: something else. */
export function keepPopupPlace(context: Context, group: string | null): EngineReply {
  const { transaction, nowMs } = context
  if (group !== null && groupRow(context, group) === undefined) return no('unknownGroup')
  for (const { key } of transaction.scan(POPUP_PLACE)) if (key[0] !== group) transaction.delete(POPUP_PLACE, ...key)
  const before = group === null ? undefined : transaction.get(POPUP_PLACE, group)
  const isNew = before === undefined || Math.abs(nowMs - before.atMs) >= SAID_AGAIN_MS
  if (group !== null && isNew) transaction.put(POPUP_PLACE, [group], { atMs: nowMs })
  return ok()
}

/** What pages show of it. */
export function popupPlaceOf({ transaction }: Rows): EngineView['popupPlace'] {
  const last = transaction.first(POPUP_PLACE)
  return last === undefined ? null : { group: last.key[0] ?? '', untilMs: last.value.atMs + LIMITS.popupPlaceMs }
}
