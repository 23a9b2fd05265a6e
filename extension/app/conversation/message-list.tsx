/** The messages as a windowed list that keeps its position while rows come and go above and below. */
import type { MessageView, ReadingPlace } from '@sotto/engine/api'
import type { RefObject } from 'preact'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { MenuItem } from '../parts/menu.tsx'
import type { Found } from '../parts/name-mark.tsx'
import { strings } from '../strings/index.ts'
import { MOST_SHOWN } from './fold.ts'
import { drawnRows, firstPlace, isNearEnd, leftBelow, type ListPlace, shownRow } from './list-place.ts'
import { RowContent } from './message-row.tsx'
import type { OnJump, OnReply } from './quote.tsx'
import type { OnReact } from './reacting.ts'
import type { Row } from './rows.ts'
import { useKeptFocus } from './use-kept-focus.ts'
import { DRAW_ALL_ROWS, FIRST_SPREAD_ROWS, offsetsOf, SPREAD_STEP_ROWS, visibleRange } from './visible-range.ts'

/** How long the message that was jumped to is marked. */
const FOUND_MS = 2_000
/** Further messages are loaded at this distance from the beginning or the end of what is held, px. */
const FURTHER_PX = 600
/** Measured heights that are remembered. A guess: several times what is held. */
const MOST_HEIGHTS = 5000

/** Between the pieces in which the surroundings of what is shown are drawn, ms. */
const SPREAD_PAUSE_MS = 30
/** How long each piece waits for a page that always has something to do, ms. */
const SPREAD_LIMIT_MS = 300

/** The calls that the list offers its parent. */
export interface ListHandle {
  readonly toEnd: () => void
  readonly toUnread: () => void
  /** To a message among the rows, which gets the focus. */
  readonly toMessage: (id: string) => void
}

interface MessageListProps {
  readonly rows: readonly Row[]
  readonly account: string
  /** That an own message was read, in words; null: it was not, as far as known. */
  readonly readTextOf: (message: MessageView) => string | null
  /** What this person found out about the author of a message. */
  readonly foundOf: (message: MessageView) => Found | null
  readonly more: boolean
  /** The rows end before the newest message. */
  readonly newer: boolean
  /** Where the person was; null: at the first unread message, or at the end. */
  readonly at: ReadingPlace | null
  readonly loadingOlder: boolean
  readonly handle: RefObject<ListHandle | null>
  readonly onOlder: () => void
  readonly onNewer: () => void
  /** The message at the upper edge; null: the end is shown. */
  readonly onReading: (place: ReadingPlace | null) => void
  /** Stays the same function: rows are redrawn only when they change. */
  readonly menuOf: (message: MessageView) => readonly MenuItem[]
  /** The same; null where the person may not react. */
  readonly onReact: OnReact | null
  /** The same. */
  readonly onReply: OnReply | null
  /** The same function always. */
  readonly onJump: OnJump
  /** Whether the end of the conversation is visible, and where the mark for new messages is, if it was not come to yet. */
  readonly onPlace: (atEnd: boolean, unread: 'above' | 'below' | null) => void
}

/** A guess until a row has been drawn and measured, px. */
function expectedHeight(row: Row): number {
  if (row.kind !== 'message') return 40
  const { body, reactions } = row.message
  const length = body.kind === 'text' ? Math.min(body.text.length, MOST_SHOWN) : 0
  const quote = body.kind === 'text' && body.replyTo !== null ? 56 : 0
  const files = body.kind === 'text' ? body.files.reduce((sum, { picture }) => sum + (picture === null ? 72 : 240), 0) : 0
  return 40 + quote + files + 20 * Math.floor(length / 36) + (row.last ? 20 : 0) + (reactions.length > 0 ? 32 : 0)
}

export function MessageList(props: MessageListProps) {
  const { rows, account, readTextOf, foundOf, more, newer, at, loadingOlder, handle, onOlder, onNewer, onReading, menuOf, onReact, onReply, onJump, onPlace } =
    props
  const scroller = useRef<HTMLDivElement>(null)
  const heights = useRef(new Map<string, number>())
  const place = useRef<ListPlace>(firstPlace(rows, at))
  /** `scrollTop` as it was last set or looked at, px. */
  const knownTop = useRef(0)
  const width = useRef(0)
  const spread = useRef(FIRST_SPREAD_ROWS)
  /** The person jumped to the end: what lies between there and the mark was not seen. */
  const skipped = useRef(false)
  /** The message that gets the focus once it is drawn. */
  const focusing = useRef<string | null>(null)
  const [, setPass] = useState(0)
  const redraw = () => setPass((pass) => pass + 1)
  const unfolded = useRef(() => {})
  const onUnfolded = useCallback(() => unfolded.current(), [])

  useKeptFocus(scroller, rows)
  const offsets = offsetsOf(rows.map((row) => heights.current.get(row.key) ?? expectedHeight(row)))
  const total = offsets.at(-1) ?? 0
  const viewport = scroller.current?.clientHeight ?? 600
  const topOf = (at: ListPlace): number => {
    if (at.kind === 'end') return total - viewport
    const index = rows.findIndex(({ key }) => key === at.key)
    return index < 0 ? total - viewport : (offsets[index] ?? 0) - at.below
  }
  const takePlace = (element: HTMLElement) => {
    knownTop.current = element.scrollTop
    place.current = !newer && isNearEnd(element) ? { kind: 'end' } : (shownRow(element, rows, offsets) ?? place.current)
  }
  // The person scrolled, and the browser will say so only with its next frame: drawn for the place before, the list would jump back.
  if (scroller.current !== null && scroller.current.scrollTop !== knownTop.current) takePlace(scroller.current)
  const range = visibleRange(offsets, topOf(place.current), viewport, spread.current)
  const drawn = useRef(range)
  drawn.current = range

  const tellReading = () => {
    const { current } = place
    if (current.kind === 'end') return onReading(null)
    const index = rows.findIndex(({ key }) => key === current.key)
    const row = rows.slice(Math.max(0, index)).find((each) => 'message' in each)
    if (index < 0 || row === undefined) return
    const hiddenPx = row.key === current.key ? Math.max(0, Math.min(0xffff, Math.round(-current.below))) : 0
    onReading({ message: row.message.id, order: row.message.order, hiddenPx })
  }

  const tellPlace = (element: HTMLElement) => {
    const mark = element.querySelector<HTMLElement>('li[data-key="unread"]')
    const markIndex = rows.findIndex(({ key }) => key === 'unread')
    const above = mark === null ? markIndex >= 0 && markIndex < drawn.current.from : mark.offsetTop + mark.offsetHeight < element.scrollTop
    const below = mark === null ? markIndex >= drawn.current.to : mark.offsetTop > element.scrollTop + element.clientHeight
    if (!above) skipped.current = false
    onPlace(place.current.kind === 'end', above && skipped.current ? 'above' : below ? 'below' : null)
    tellReading()
  }

  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return
    let changed = false
    for (const row of drawnRows(element)) {
      const key = row.dataset['key'] ?? ''
      if (heights.current.get(key) === row.offsetHeight) continue
      heights.current.set(key, row.offsetHeight)
      changed = true
    }
    const at = place.current
    if (at.kind === 'end') element.scrollTop = element.scrollHeight
    else {
      const row = drawnRows(element).find(({ dataset }) => dataset['key'] === at.key)
      if (row !== undefined && Math.abs(element.scrollTop - (row.offsetTop - at.below)) > 1) element.scrollTop = row.offsetTop - at.below
    }
    const found = focusing.current === null ? undefined : drawnRows(element).find(({ dataset }) => dataset['key'] === focusing.current)
    if (found !== undefined) {
      found.querySelector('article')?.focus({ preventScroll: true })
      found.animate([{ background: 'var(--found)' }, { background: 'transparent' }], { duration: FOUND_MS, easing: 'ease-in' })
      focusing.current = null
    }
    // Spacers were drawn with guessed heights: once more with measured ones. Ends when nothing new was measured.
    if (changed && (range.from > 0 || range.to < rows.length)) redraw()
    if (!newer && isNearEnd(element)) place.current = { kind: 'end' }
    knownTop.current = element.scrollTop
    tellPlace(element)
  })

  const onScroll = () => {
    const element = scroller.current
    if (element === null) return
    takePlace(element)
    tellPlace(element)
    const next = visibleRange(offsets, element.scrollTop, element.clientHeight, spread.current)
    if (Math.abs(next.from - drawn.current.from) > 10 || Math.abs(next.to - drawn.current.to) > 10) redraw()
    if (more && !loadingOlder && element.scrollTop < FURTHER_PX) onOlder()
    if (newer && leftBelow(element) < FURTHER_PX) onNewer()
  }

  useEffect(() => {
    // What is shown is there at once. What is around it follows in pieces, which leave the page time for everything else.
    let timer = 0
    let idle = 0
    const soon = () => {
      timer = window.setTimeout(() => {
        idle = requestIdleCallback(drawMore, { timeout: SPREAD_LIMIT_MS })
      }, SPREAD_PAUSE_MS)
    }
    const drawMore = () => {
      spread.current += SPREAD_STEP_ROWS
      redraw()
      if (spread.current < DRAW_ALL_ROWS) soon()
    }
    soon()
    return () => {
      clearTimeout(timer)
      cancelIdleCallback(idle)
    }
  }, [])

  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const observer = new ResizeObserver(() => {
      if (element.clientWidth !== width.current) heights.current.clear()
      width.current = element.clientWidth
      redraw()
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  useEffect(() => {
    // A short page leaves nothing to scroll, so nothing would ask for more.
    const element = scroller.current
    if (element !== null && more && !loadingOlder && element.scrollHeight <= element.clientHeight) onOlder()
  }, [rows, more, loadingOlder])

  useEffect(() => {
    const element = scroller.current
    if (element === null || !newer) return
    // What was the end is followed by others now: the place is at a row.
    if (place.current.kind === 'end') onScroll()
    if (leftBelow(element) < FURTHER_PX) onNewer()
  }, [rows, newer])

  useEffect(() => {
    if (heights.current.size <= MOST_HEIGHTS) return
    const here = new Set(rows.map(({ key }) => key))
    for (const key of heights.current.keys()) if (!here.has(key)) heights.current.delete(key)
  }, [rows])

  const newest = newer ? undefined : rows.at(-1)
  const newestOwn = newest?.kind === 'message' && newest.message.own ? newest.key : null
  const lastOwn = useRef(newestOwn)
  if (newestOwn !== null && newestOwn !== lastOwn.current) place.current = { kind: 'end' }
  lastOwn.current = newestOwn

  const goTo = (next: ListPlace) => {
    knownTop.current = scroller.current?.scrollTop ?? 0
    place.current = next
    redraw()
  }
  handle.current = {
    toEnd: () => {
      skipped.current = true
      goTo({ kind: 'end' })
    },
    toUnread: () => goTo({ kind: 'row', key: 'unread', below: 16 }),
    toMessage: (id) => {
      focusing.current = id
      goTo({ kind: 'row', key: id, below: Math.round(viewport / 3) })
    },
  }
  unfolded.current = () => {
    // What the person reads stays where it is, also at the end.
    const shown = scroller.current === null ? null : shownRow(scroller.current, rows, offsets)
    if (shown !== null) goTo(shown)
  }

  const readOf = (row: Row | undefined): string | null => (row?.kind === 'message' && row.message.own ? readTextOf(row.message) : null)
  return (
    <div class="messages" ref={scroller} role="log" aria-live="off" aria-label={strings.messages} tabIndex={0} onScroll={onScroll}>
      <p class="messages-edge" role={loadingOlder ? 'status' : undefined}>
        {loadingOlder ? strings.loadingOlder : more ? '\u00a0' : strings.beginning}
      </p>
      <div aria-hidden="true" style={{ height: `${offsets[range.from] ?? 0}px` }} />
      <ol>
        {rows.slice(range.from, range.to).map((row, i) => (
          <li key={row.key} data-key={row.key} data-moves={row.kind === 'day' ? '' : undefined}>
            <RowContent
              row={row}
              account={account}
              read={readOf(row)}
              found={row.kind === 'message' ? foundOf(row.message) : null}
              showsRead={readOf(row) !== readOf(rows[range.from + i + 1])}
              menuOf={menuOf}
              onReact={onReact}
              onReply={onReply}
              onJump={onJump}
              onSized={redraw}
              onUnfolded={onUnfolded}
            />
          </li>
        ))}
      </ol>
      <div aria-hidden="true" style={{ height: `${total - (offsets[range.to] ?? total)}px` }} />
    </div>
  )
}
