/** One open conversation: its messages, read from the engine page by page. */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { EngineClient } from '../../client/engine-client.ts'
import { type MessageWindow, trimmed, withHeldMessages, withOlderPage } from './message-window.ts'

/** Messages in one answer. A guess: several screens, some 60 KB. */
export const PAGE_MESSAGES = 200

/** While another page is being read, ms. */
const LOOK_AGAIN_MS = 50

export interface OpenConversation {
  /** Null until the first page is there. */
  readonly window: ReadonlySignal<MessageWindow | null>
  readonly loadingOlder: ReadonlySignal<boolean>
  /** The last read failed. The next one happens when the conversation changes or on `refresh`. */
  readonly failed: ReadonlySignal<boolean>
  /** Reads everything held again after a change. Calls during a read are combined into one more read. */
  readonly refresh: () => Promise<void>
  /** Reads one page further back. */
  readonly loadOlder: () => Promise<void>
  /** Reads back as far as a message. Resolves to whether it is held then. */
  readonly loadBackTo: (message: string) => Promise<boolean>
  /** Drops what is far above while the end is shown. */
  readonly trim: () => void
  /** Nothing is published after this. */
  readonly close: () => void
}

/**
 * @param atLeast messages to have at first, such as the unread ones
 */
export function openConversation(client: Pick<EngineClient, 'request'>, group: string, atLeast: number): OpenConversation {
  const window = signal<MessageWindow | null>(null)
  const loadingOlder = signal(false)
  const failed = signal(false)
  let closed = false
  let reading: Promise<void> | null = null
  let again = false
  /** Calls of `loadBackTo` that go on. */
  let goingBack = 0

  /** A page of messages, or null if the engine returned none. */
  const readPage = async (before: string | null): Promise<MessageWindow | null> => {
    try {
      const reply = await client.request({ kind: 'readMessages', group, before, limit: PAGE_MESSAGES })
      return reply.ok ? { messages: reply.value.messages ?? [], more: reply.value.more ?? false } : null
    } catch {
      return null
    }
  }

  const readAll = async (): Promise<void> => {
    let read = await readPage(null)
    for (;;) {
      if (closed) return
      if (read === null) {
        failed.value = true
        return
      }
      const held = window.peek()
      const oldestRead = read.messages[0]
      const oldestHeld = held?.messages[0]
      const reached = held === null ? read.messages.length >= atLeast : oldestHeld === undefined || (oldestRead?.order ?? '') <= oldestHeld.order
      if (reached || !read.more || oldestRead === undefined) {
        failed.value = false
        window.value = held === null ? read : withHeldMessages(held, read)
        return
      }
      const page = await readPage(oldestRead.order)
      read = page === null ? null : withOlderPage(read, page)
    }
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
    const page = await readPage(oldest.order)
    loadingOlder.value = false
    const held = window.peek()
    if (closed || page === null || held === null) return
    // A read in between may have moved the beginning. Then the page no longer fits before it.
    if (held.messages[0]?.order === oldest.order) window.value = withOlderPage(held, page)
  }

  const isClosed = (): boolean => closed
  const holds = (message: string): boolean => window.peek()?.messages.some(({ id }) => id === message) === true

  const loadBackTo = async (message: string): Promise<boolean> => {
    goingBack++
    while (!isClosed() && !holds(message)) {
      const before = window.peek()?.messages[0]?.order
      // A person who scrolls up reads a page too.
      if (loadingOlder.peek()) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
      else {
        await loadOlder()
        if (window.peek()?.messages[0]?.order === before) break
      }
    }
    goingBack--
    return holds(message)
  }

  return {
    window,
    loadingOlder,
    failed,
    refresh,
    loadOlder,
    loadBackTo,
    trim: () => {
      const held = window.peek()
      if (held !== null && goingBack === 0) window.value = trimmed(held)
    },
    close: () => {
      closed = true
    },
  }
}
