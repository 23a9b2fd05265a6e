/** Something small that a button opens above everything: it closes with Escape, with a press elsewhere, and when what is under it moves. */
import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

/** What takes the focus itself when it is clicked. */
const TAKES_FOCUS = 'a, button, input, textarea'

interface Popup {
  readonly open: boolean
  readonly toggle: () => void
  /** Closes it, and the button has the focus. */
  readonly close: () => void
  /** For the element around button and popup. */
  readonly around: {
    readonly ref: RefObject<HTMLSpanElement | null>
    readonly onKeyDown: (event: KeyboardEvent) => void
    readonly onFocusOut: (event: FocusEvent) => void
  }
}

export function usePopup(button: RefObject<HTMLButtonElement | null>): Popup {
  const [open, setOpen] = useState(false)
  const place = useRef<HTMLSpanElement>(null)
  const close = (): void => {
    button.current?.focus({ preventScroll: true })
    setOpen(false)
  }

  useEffect(() => {
    if (!open) return
    const isOutside = (target: EventTarget | null): boolean => !(target instanceof Node && place.current?.contains(target))
    const onMouseDown = (event: MouseEvent) => {
      if (!isOutside(event.target)) return
      if (event.target instanceof Element && event.target.closest(TAKES_FOCUS) !== null) return setOpen(false)
      // The list under it would take the focus.
      event.preventDefault()
      close()
    }
    const onScrolledByHand = (event: Event) => {
      if (isOutside(event.target)) close()
    }
    document.addEventListener('mousedown', onMouseDown, true)
    document.addEventListener('wheel', onScrolledByHand, { passive: true })
    document.addEventListener('touchmove', onScrolledByHand, { passive: true })
    addEventListener('resize', close)
    return () => {
      document.removeEventListener('mousedown', onMouseDown, true)
      document.removeEventListener('wheel', onScrolledByHand)
      document.removeEventListener('touchmove', onScrolledByHand)
      removeEventListener('resize', close)
    }
  }, [open])

  return {
    open,
    toggle: () => (open ? close() : setOpen(true)),
    close,
    around: {
      ref: place,
      onKeyDown: (event) => {
        if (event.key !== 'Escape' || !open) return
        // Chromium would close the popup with it.
        event.preventDefault()
        event.stopPropagation()
        close()
      },
      onFocusOut: ({ relatedTarget }) => {
        if (relatedTarget instanceof Node && !place.current?.contains(relatedTarget)) setOpen(false)
      },
    },
  }
}
