/** The button beside a message that offers a few emoji. */
import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { IconButton } from '../parts/controls.tsx'
import { strings } from '../strings/index.ts'
import { pickerPlace } from './picker-place.ts'
import { OFFERED_EMOJI, type Reaction, emojiAfterPress } from './reacting.ts'

interface ReactButtonProps {
  readonly name: string
  readonly reactions: readonly Reaction[]
  readonly element: RefObject<HTMLButtonElement | null>
  readonly onEmoji: (emoji: string | null) => void
}

/** What takes the focus itself when it is clicked. */
const TAKES_FOCUS = 'a, button, input, textarea'

/** How many emoji a key moves by; null for a key that does not move. */
function stepOf(key: string): number | null {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return 1
    case 'ArrowLeft':
    case 'ArrowUp':
      return -1
    default:
      return null
  }
}

export function ReactButton({ name, reactions, element, onEmoji }: ReactButtonProps) {
  const [open, setOpen] = useState(false)
  const place = useRef<HTMLSpanElement>(null)
  const close = (): void => {
    element.current?.focus({ preventScroll: true })
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

  return (
    <span
      ref={place}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return
        // Chromium would close the popup with it.
        event.preventDefault()
        event.stopPropagation()
        close()
      }}
      onFocusOut={({ relatedTarget }) => {
        if (relatedTarget instanceof Node && !place.current?.contains(relatedTarget)) setOpen(false)
      }}
    >
      <IconButton name={name} icon="react" expanded={open} element={element} onClick={() => (open ? close() : setOpen(true))} />
      {open ? (
        <Picker
          reactions={reactions}
          button={element}
          onEmoji={(emoji) => {
            onEmoji(emoji)
            close()
          }}
        />
      ) : null}
    </span>
  )
}

interface PickerProps {
  readonly reactions: readonly Reaction[]
  readonly button: RefObject<HTMLButtonElement | null>
  readonly onEmoji: (emoji: string | null) => void
}

/** One stop for the Tab key; arrows move between the emoji. Above everything, so that no edge of the list cuts it. */
function Picker({ reactions, button, onEmoji }: PickerProps) {
  const picker = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      OFFERED_EMOJI.findIndex((emoji) => emojiAfterPress(reactions, emoji) === null),
    ),
  )
  const focus = (index: number): void => {
    setAt(index)
    picker.current?.querySelectorAll('button')[index]?.focus()
  }
  useLayoutEffect(() => {
    const element = picker.current
    if (element === null || button.current === null) return
    element.showPopover()
    const { left, top } = pickerPlace(button.current.getBoundingClientRect(), element.getBoundingClientRect(), { width: innerWidth, height: innerHeight })
    element.style.left = `${left}px`
    element.style.top = `${top}px`
    focus(at)
  }, [])
  return (
    <div
      ref={picker}
      class="reaction-picker"
      popover="manual"
      role="toolbar"
      aria-label={strings.reactions}
      onKeyDown={(event) => {
        const step = stepOf(event.key)
        if (step === null) return
        event.preventDefault()
        focus((at + step + OFFERED_EMOJI.length) % OFFERED_EMOJI.length)
      }}
    >
      {OFFERED_EMOJI.map((emoji, index) => {
        const asked = emojiAfterPress(reactions, emoji)
        return (
          <button key={emoji} type="button" tabIndex={index === at ? 0 : -1} aria-pressed={asked === null} onClick={() => onEmoji(asked)}>
            {emoji}
          </button>
        )
      })}
    </div>
  )
}
