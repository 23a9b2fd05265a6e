/** Tells the pages what they show now: once for all changes of one turn of the event loop. */
import type { EngineView } from '@sotto/core'
import type { EngineApi } from './api.ts'

export interface Announcer {
  /** Something changed: listeners hear of it soon. */
  readonly announce: () => void
  /** A listener hears what is so now, and each change after. */
  readonly subscribe: EngineApi['subscribe']
  /** Nobody hears anything any more. */
  readonly silence: () => void
}

export function createAnnouncer(view: () => EngineView): Announcer {
  const listeners = new Set<(view: EngineView) => void>()
  let isDue = false
  return {
    announce: () => {
      if (isDue) return
      isDue = true
      void Promise.resolve().then(() => {
        isDue = false
        const now = view()
        for (const listener of listeners) listener(now)
      })
    },
    subscribe: (listener) => {
      listeners.add(listener)
      listener(view())
      return () => listeners.delete(listener)
    },
    silence: () => listeners.clear(),
  }
}
