/** Where a list of messages is scrolled to, by rows and not by px: rows above change their heights and come and go. */
import type { ReadingPlace } from '@sotto/engine/api'
import { type Row, steadyRowFrom } from './rows.ts'
import { rowAt } from './visible-range.ts'

/** Within this distance of the end a person counts as being there, px. */
const END_PX = 48

/** At the end and following it, or at a row whose top is `below` px under the list's. */
export type ListPlace = { readonly kind: 'end' } | { readonly kind: 'row'; readonly key: string; readonly below: number }

export const drawnRows = (scroller: HTMLElement): readonly HTMLElement[] => [...scroller.querySelectorAll<HTMLElement>('li[data-key]')]

/** Where a conversation is shown first. Of a message that is gone, the next one. */
export function firstPlace(rows: readonly Row[], at: ReadingPlace | null): ListPlace {
  const row = at === null ? undefined : rows.find((each) => 'message' in each && each.message.order >= at.order)
  if (at !== null && row !== undefined) return { kind: 'row', key: row.key, below: row.key === at.message ? -at.hiddenPx : 0 }
  return rows.some(({ kind }) => kind === 'unread') ? { kind: 'row', key: 'unread', below: 16 } : { kind: 'end' }
}

/** Px from the lower edge of what is shown to the end of the list. */
export const leftBelow = (scroller: HTMLElement): number => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight

export const isNearEnd = (scroller: HTMLElement): boolean => leftBelow(scroller) < END_PX

/** The row that is shown at the upper edge. @param offsets where each of `rows` begins, px; null: nothing is drawn and there are no rows */
export function shownRow(scroller: HTMLElement, rows: readonly Row[], offsets: readonly number[]): ListPlace | null {
  const top = scroller.scrollTop
  // A day's separator changes its key when older messages of that day arrive, so it is no anchor.
  const first = drawnRows(scroller).find((row) => row.dataset['moves'] === undefined && row.offsetTop + row.offsetHeight > top)
  if (first !== undefined && first.offsetTop < top + scroller.clientHeight)
    return { kind: 'row', key: first.dataset['key'] ?? '', below: first.offsetTop - top }
  // Dragged past everything that is drawn: the row there follows from the heights alone.
  const row = steadyRowFrom(rows, rowAt(offsets, top))
  return row === undefined ? null : { kind: 'row', key: row.key, below: 0 }
}
