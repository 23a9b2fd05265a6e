/**
 * Tells the pages what they show now: once for all changes of one turn of the event loop, and what follows soon after no oftener than a
 * screen is drawn, as making a view takes longer than most of what changes it.
 */
import type { EngineView } from '@sotto/core'
import type { EngineApi } from './api.ts'
import type { ClockPort } from './ports.ts'

/** Between two views of changes that no request asked for, ms. */
const DRAWN_EVERY_MS = 16

export interface Announcer {
  /** Something changed that a request asked for: listeners hear of it in this turn. */
  readonly announce: () => void
  /** Something changed: listeners hear of it in this turn, or with others if they just heard of something. */
  readonly announceSoon: () => void
  /** Nothing waits any longer: a page that asked for something sees what came of it. */
  readonly hurry: () => void
  /** A listener hears what is so now, and each change after. */
  readonly subscribe: EngineApi['subscribe']
  /** Nobody hears anything any more. */
  readonly silence: () => void
}

export function createAnnouncer(view: () => EngineView, clock: ClockPort): Announcer {
  const listeners = new Set<(view: EngineView) => void>()
  let isDue = false
  let toldMs = Number.NEGATIVE_INFINITY
  let cancelLater: (() => void) | null = null

  const notLater = (): void => {
    cancelLater?.()
    cancelLater = null
  }
  const announce = (): void => {
    notLater()
    if (isDue) return
    isDue = true
    void Promise.resolve().then(() => {
      isDue = false
      toldMs = clock.nowMs()
      if (listeners.size === 0) return
      const now = view()
      for (const listener of listeners) listener(now)
    })
  }
  return {
    announce,
    announceSoon: () => {
      if (isDue || cancelLater !== null) return
      const nowMs = clock.nowMs()
      // A clock that was set back keeps no view waiting.
      if (nowMs >= toldMs && nowMs < toldMs + DRAWN_EVERY_MS) cancelLater = clock.wakeAt(toldMs + DRAWN_EVERY_MS, announce)
      else announce()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      listener(view())
      return () => listeners.delete(listener)
    },
    hurry: () => {
      if (cancelLater !== null) announce()
    },
    silence: () => {
      notLater()
      listeners.clear()
    },
  }
}
