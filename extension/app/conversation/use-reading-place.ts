import type { ReadingPlace } from '@sotto/engine/api'
import { useEffect, useRef } from 'preact/hooks'
import { useApp } from '../state/app.ts'

/** A place is kept when scrolling pauses for this long, ms, and at once when the page goes away. */
const PAUSE_MS = 300

const isSame = (one: ReadingPlace | null, other: ReadingPlace | null): boolean => one?.message === other?.message && one?.hiddenPx === other?.hiddenPx

/** Lets the engine keep where a conversation is scrolled to. Returns what to call with each place; null is the end. */
export function useReadingPlace(group: string, kept: ReadingPlace | null): (place: ReadingPlace | null) => void {
  const app = useApp()
  const state = useRef({ kept, now: kept, timer: 0 })

  const save = (): void => {
    const { current } = state
    clearTimeout(current.timer)
    if (isSame(current.kept, current.now)) return
    current.kept = current.now
    void app.request({ kind: 'keepReadingPlace', group, place: current.now })
  }

  useEffect(() => {
    addEventListener('pagehide', save)
    document.addEventListener('visibilitychange', save)
    return () => {
      removeEventListener('pagehide', save)
      document.removeEventListener('visibilitychange', save)
      save()
    }
  }, [])

  return (place) => {
    const { current } = state
    if (isSame(current.now, place)) return
    current.now = place
    clearTimeout(current.timer)
    current.timer = window.setTimeout(save, PAUSE_MS)
  }
}
