import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect } from 'preact/hooks'
import { groupOf, useApp } from '../state/app.ts'

/** The cursor's place is kept when it rests for this long, ms, and at once when the page goes away. */
const PAUSE_MS = 300

/** Lets the engine keep where the cursor is in a draft, and puts it there again on arrival. */
export function useKeptSelection(group: string, field: RefObject<HTMLTextAreaElement | null>): void {
  const app = useApp()

  useLayoutEffect(() => {
    const kept = groupOf(app, group)?.draftSelection ?? null
    const element = field.current
    if (element === null || element.value === '') return
    const end = element.value.length
    // Without a kept one, writing goes on at the end.
    element.setSelectionRange(Math.min(kept?.start ?? end, end), Math.min(kept?.end ?? end, end))
  }, [])

  useEffect(() => {
    const element = field.current
    if (element === null) return
    let timer = 0
    let last = ''
    const save = (): void => {
      clearTimeout(timer)
      const { value, selectionStart: start, selectionEnd: end } = element
      const place = value === '' ? '' : `${start} ${end}`
      if (place === last) return
      last = place
      // The place in a draft goes with it.
      if (place !== '') void app.request({ kind: 'keepSelection', group, start, end })
    }
    const saveSoon = (): void => {
      if (document.activeElement !== element) return
      clearTimeout(timer)
      timer = window.setTimeout(save, PAUSE_MS)
    }
    document.addEventListener('selectionchange', saveSoon)
    // Not every browser tells of the cursor in a field by that.
    element.addEventListener('keyup', saveSoon)
    element.addEventListener('pointerup', saveSoon)
    addEventListener('pagehide', save)
    document.addEventListener('visibilitychange', save)
    return () => {
      document.removeEventListener('selectionchange', saveSoon)
      removeEventListener('pagehide', save)
      document.removeEventListener('visibilitychange', save)
      save()
    }
  }, [])
}
