/** The focus stays in the conversation when the message that has it goes: it vanished, or was deleted. */
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Row } from './rows.ts'

const keyWithFocus = (list: HTMLElement | null): string | null => {
  const active = document.activeElement
  return list === null || active === null || !list.contains(active) ? null : (active.closest<HTMLElement>('li[data-key]')?.dataset['key'] ?? null)
}

/** The key of the message that takes the place of one that is gone: the next one that is still there, else the one before. null: there is none. */
export function heirOf(before: readonly Row[], now: readonly Row[], gone: string): string | null {
  const at = before.findIndex(({ key }) => key === gone)
  if (at < 0) return null
  const left = new Set(now.flatMap((row) => (row.kind === 'message' ? [row.key] : [])))
  const isLeft = ({ key }: Row): boolean => left.has(key)
  return before.slice(at + 1).find(isLeft)?.key ?? before.slice(0, at).findLast(isLeft)?.key ?? null
}

export function useKeptFocus(list: RefObject<HTMLElement | null>, rows: readonly Row[]): void {
  const before = useRef(rows)
  // While this is drawn, what is gone is still in the page.
  const key = keyWithFocus(list.current)
  useLayoutEffect(() => {
    const earlier = before.current
    before.current = rows
    if (key === null || rows.some((row) => row.key === key) || document.activeElement !== document.body) return
    const heir = heirOf(earlier, rows, key)
    const next = heir === null ? null : [...(list.current?.querySelectorAll<HTMLElement>('li[data-key]') ?? [])].find(({ dataset }) => dataset['key'] === heir)
    ;(next?.querySelector<HTMLElement>('article') ?? list.current)?.focus({ preventScroll: true })
  })
}
