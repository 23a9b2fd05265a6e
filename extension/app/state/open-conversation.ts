/** One open conversation: the part of it that is near to what is shown, read from the engine page by page. */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { EngineClient } from '../../client/engine-client.ts'
import {
  MOST_HELD,
  type MessageWindow,
  type Page,
  trimmed,
  withHeldMessages,
  withNewerPage,
  withOlderPage,
  withoutNewest,
  withoutOldest,
} from './message-window.ts'

/** Messages in one answer. A guess: several screens, some 60 KB. */
export const PAGE_MESSAGES = 200

export interface OpenConversation {
  /** Null until the first page is there. */
  readonly window: ReadonlySignal<MessageWindow | null>
  readonly loadingOlder: ReadonlySignal<boolean>
  readonly loadingNewer: ReadonlySignal<boolean>
  /** The last read failed. The next one happens when the conversation changes or on `refresh`. */
  readonly failed: ReadonlySignal<boolean>
  /** Reads everything held again after a change. Calls during a read are combined into one more read. */
  readonly refresh: () => Promise<void>
  /** Reads one page further back, and lets go of what is far away at the other end. */
  readonly loadOlder: () => Promise<void>
  /** The same forwards. */
  readonly loadNewer: () => Promise<void>
  /** Holds the surroundings of a message. Resolves to whether it is held then. */
  readonly goTo: (message: string) => Promise<boolean>
  /** Holds the surroundings of a sort key. */
  readonly goToPlace: (order: string) => Promise<void>
  /** Holds the newest messages. */
  readonly goToEnd: () => Promise<void>
  /** Whether the end is shown: then what is far above is let go. */
  readonly follow: (atEnd: boolean) => void
  /** Nothing is published after this. */
  readonly close: () => void
}

const NOTHING: Page = { messages: [], more: false }

/** The sort key before all messages. */
export const BEGINNING = ''

/** After the message itself, and before all that come later. */
const justAfter = (order: string): string => `${order}~`

/** @param at a sort key whose surroundings are read first, `BEGINNING`, or null: the end */
export function openConversation(client: Pick<EngineClient, 'request'>, group: string, at: string | null): OpenConversation {
  const window = signal<MessageWindow | null>(null)
  const loadingOlder = signal(false)
  const loadingNewer = signal(false)
  const failed = signal(false)
  let closed = false
  let reading: Promise<void> | null = null
  let again = false
  let isFollowing = false
  /** Counts the jumps: what was read for an earlier place is not shown any more. */
  let jumps = 0

  const isClosed = (): boolean => closed
  const ask = async (from: { readonly before: string | null; readonly after: string | null }): Promise<Page | null> => {
    try {
      const reply = await client.request({ kind: 'readMessages', group, ...from, limit: PAGE_MESSAGES })
      return reply.ok ? { messages: reply.value.messages ?? [], more: reply.value.more ?? false } : null
    } catch {
      return null
    }
  }
  const readBefore = (before: string | null): Promise<Page | null> => ask({ before, after: null })
  const readAfter = (after: string): Promise<Page | null> => ask({ before: null, after })

  /** From a place back until enough is there; null if a read failed. */
  const readBack = async (before: string | null, newer: boolean, isEnough: (read: MessageWindow) => boolean): Promise<MessageWindow | null> => {
    const first = await readBefore(before)
    let read: MessageWindow | null = first === null ? null : { ...first, newer }
    while (read !== null && !isClosed()) {
      const oldest = read.messages[0]
      if (oldest === undefined || !read.more || isEnough(read)) return read
      const page = await readBefore(oldest.order)
      read = page === null ? null : withOlderPage(read, page)
    }
    return null
  }

  const readAround = async (order: string): Promise<MessageWindow | null> => {
    const [older, newer] = await Promise.all([order === BEGINNING ? NOTHING : readBefore(justAfter(order)), readAfter(order)])
    return older === null || newer === null ? null : withNewerPage({ ...older, newer: true }, newer)
  }

  /** What is held, again, and what came after it. */
  const readHeld = async (held: MessageWindow): Promise<MessageWindow | null> => {
    const oldest = held.messages[0]
    const newest = held.messages.at(-1)
    const reachesBack = (read: MessageWindow): boolean => oldest === undefined || (read.messages[0]?.order ?? '') <= oldest.order
    if (isFollowing || newest === undefined) return readBack(null, false, (read) => reachesBack(read) || read.messages.length >= MOST_HELD)
    const [span, newer] = await Promise.all([
      readBack(justAfter(newest.order), true, reachesBack),
      held.newer ? { messages: [], more: true } : readAfter(newest.order),
    ])
    return span === null || newer === null ? null : withoutNewest(withNewerPage(span, newer))
  }

  const readAll = async (): Promise<void> => {
    const held = window.peek()
    const before = jumps
    const first = at === null ? () => readBack(null, false, () => true) : () => readAround(at)
    const read = await (held === null ? first() : readHeld(held))
    if (closed) return
    if (jumps !== before) {
      again = true
      return
    }
    failed.value = read === null
    if (read === null) return
    const now = window.peek()
    // A page that came in between is held too: once more from there.
    if (now !== held && now !== null) again = true
    else window.value = held === null ? read : withHeldMessages(held, read)
  }

  const refresh = (): Promise<void> => {
    if (closed) return Promise.resolve()
    if (reading !== null) {
      again = true
      return reading
    }
    reading = (async () => {
      do {
        again = false
        await readAll()
      } while (again)
      reading = null
    })()
    return reading
  }

  const loadOlder = async (): Promise<void> => {
    const oldest = window.peek()?.messages[0]
    if (closed || loadingOlder.peek() || oldest === undefined || window.peek()?.more !== true) return
    loadingOlder.value = true
    const page = await readBefore(oldest.order)
    loadingOlder.value = false
    const held = window.peek()
    if (closed || page === null || held === null) return
    // A read in between may have moved the beginning. Then the page no longer fits before it.
    if (held.messages[0]?.order === oldest.order) window.value = withoutNewest(withOlderPage(held, page))
  }

  const loadNewer = async (): Promise<void> => {
    const newest = window.peek()?.messages.at(-1)
    if (closed || loadingNewer.peek() || newest === undefined || window.peek()?.newer !== true) return
    loadingNewer.value = true
    const page = await readAfter(newest.order)
    loadingNewer.value = false
    const held = window.peek()
    if (closed || page === null || held === null) return
    if (held.messages.at(-1)?.order === newest.order) window.value = withoutOldest(withNewerPage(held, page))
  }

  const isHere = (message: string): boolean => window.peek()?.messages.some(({ id }) => id === message) === true

  /** Shows another part of the conversation, unless the person has gone elsewhere meanwhile. */
  const jump = async (read: () => Promise<MessageWindow | null>): Promise<void> => {
    const mine = ++jumps
    const next = await read()
    if (next !== null && !closed && jumps === mine) window.value = next
  }
  const goToPlace = (order: string): Promise<void> => jump(() => readAround(order))

  const goTo = async (message: string): Promise<boolean> => {
    if (isHere(message)) return true
    try {
      const found = await client.request({ kind: 'findMessage', group, message })
      if (closed || !found.ok || found.value.order === undefined) return false
      await goToPlace(found.value.order)
    } catch {
      return false
    }
    return isHere(message)
  }

  return {
    window,
    loadingOlder,
    loadingNewer,
    failed,
    refresh,
    loadOlder,
    loadNewer,
    goTo,
    goToPlace,
    goToEnd: async () => {
      if (window.peek()?.newer !== false) await jump(() => readBack(null, false, () => true))
    },
    follow: (atEnd) => {
      const held = window.peek()
      isFollowing = atEnd && held?.newer !== true
      if (isFollowing && held !== null) window.value = trimmed(held)
    },
    close: () => {
      closed = true
    },
  }
}
