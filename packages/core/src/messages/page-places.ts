/**
 * Where the person was on a conversation's page: how far it was scrolled, and where the cursor was in the draft. A popup closes
 * whenever it loses the focus, and the next one goes on there.
 */
import { LIMITS } from '@sotto/wire'
import type { EngineReply, GroupView } from '../contract/pages.ts'
import { type MachineRequest, no, ok } from '../contract/replies.ts'
import { groupRow } from '../groups/group-row.ts'
import type { Context } from '../state/context.ts'
import { PAGE_PLACE, type PagePlace } from '../state/tables/messages.ts'

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
