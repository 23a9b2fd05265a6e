import { useEffect, useRef } from 'preact/hooks'
import type { App } from '../state/app.ts'
import type { MessageWindow } from '../state/message-window.ts'
import { strings } from '../strings/index.ts'
import { shownSender } from '../strings/shown-names.ts'

/** More at once than this are announced as a number. */
const READ_OUT_AT_MOST = 3

/** Sort key of the row before a message; empty at the beginning. */
const orderBefore = ({ messages }: MessageWindow, id: string): string => messages[messages.findIndex((message) => message.id === id) - 1]?.order ?? ''

const isSaid = ({ messages }: MessageWindow, id: string): boolean => messages.some((message) => message.id === id && message.body.kind === 'text')

/**
 * Announces messages of others as they arrive, and counts those that came since the person last saw the end.
 * @param firstUnread id of the first message that was unread on arrival; null: all were read
 * @returns the count, 0 at the end, and the id of the first of them
 */
export function useArrivals(
  app: App,
  window: MessageWindow | null,
  atEnd: boolean,
  firstUnread: string | null,
): { readonly count: number; readonly first: string | null } {
  /** Sort key of the newest announced message, and of the newest when the person last saw the end. */
  const announced = useRef<string | null>(null)
  const seen = useRef<string | null>(null)
  /** What was read out last, and the messages that said it. */
  const readOut = useRef<{ readonly text: string; readonly ids: readonly string[] } | null>(null)
  const newest = window?.messages.at(-1)?.order ?? ''
  // Far from the end, the newest message that is held is not the newest.
  if (atEnd) seen.current = newest
  else if (seen.current === null && window !== null) seen.current = firstUnread === null ? newest : orderBefore(window, firstUnread)

  useEffect(() => {
    if (window === null) return
    const before = announced.current
    // What is read on the way down is not new.
    if (window.newer) return
    announced.current = newest
    // Messages that were there on opening can be read in the list. Only later ones are announced.
    if (before === null) return
    const arrived = window.messages.filter(({ order, own, body }) => order > before && !own && body.kind === 'text')
    if (arrived.length === 0) return
    const said =
      arrived.length > READ_OUT_AT_MOST
        ? strings.newSince(arrived.length)
        : arrived.map((message) => strings.fromShort(shownSender(message), message.body.kind === 'text' ? message.body.text : '')).join('\n')
    // The same again is a change too, else it would not be read out.
    const read = said === app.announcement.peek() ? `${said}\u00a0` : said
    readOut.current = { text: read, ids: arrived.map(({ id }) => id) }
    app.announcement.value = read
  }, [window])

  const { current: spoken } = readOut
  const isGone = spoken !== null && window !== null && spoken.ids.some((id) => !isSaid(window, id))
  /** The words are in the page after they were read out, and go with the message: it vanished, or was deleted. */
  const takeBack = (): void => {
    if (readOut.current !== null && app.announcement.peek() === readOut.current.text) app.announcement.value = ''
    readOut.current = null
  }
  useEffect(() => {
    if (isGone) takeBack()
  }, [isGone])
  useEffect(() => takeBack, [])

  const since = seen.current
  if (atEnd || window === null || since === null) return { count: 0, first: null }
  const arrived = window.messages.filter(({ order, own, body }) => order > since && !own && body.kind === 'text')
  return { count: arrived.length, first: arrived[0]?.id ?? null }
}
