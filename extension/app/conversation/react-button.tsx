/** The button beside a message that offers a few emoji, and all others. */
import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { LaterEmojiPicker } from '../emoji/later-picker.tsx'
import { IconButton } from '../parts/controls.tsx'
import { Icon } from '../parts/icons.tsx'
import { popupPlace } from '../parts/popup-place.ts'
import { usePopup } from '../parts/use-popup.ts'
import { strings } from '../strings/index.ts'
import { OFFERED_EMOJI, type Reaction, emojiAfterPress } from './reacting.ts'

interface ReactButtonProps {
  readonly name: string
  readonly reactions: readonly Reaction[]
  readonly element: RefObject<HTMLButtonElement | null>
  readonly onEmoji: (emoji: string | null) => void
}

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
  const popup = usePopup(element)
  const [isAll, setAll] = useState(false)
  useEffect(() => {
    if (!popup.open) setAll(false)
  }, [popup.open])
  return (
    <span {...popup.around}>
      <IconButton name={name} icon="react" expanded={popup.open} element={element} onClick={popup.toggle} />
      {popup.open && isAll ? (
        <LaterEmojiPicker
          button={element}
          onEmoji={(emoji) => {
            onEmoji(emojiAfterPress(reactions, emoji))
            popup.close()
          }}
        />
      ) : null}
      {popup.open && !isAll ? (
        <Picker
          reactions={reactions}
          button={element}
          onEmoji={(emoji) => {
            onEmoji(emoji)
            popup.close()
          }}
          onOthers={() => setAll(true)}
        />
      ) : null}
    </span>
  )
}

interface PickerProps {
  readonly reactions: readonly Reaction[]
  readonly button: RefObject<HTMLButtonElement | null>
  readonly onEmoji: (emoji: string | null) => void
  readonly onOthers: () => void
}

/** The last one opens all others. */
const STOPS = OFFERED_EMOJI.length + 1

/** One stop for the Tab key; arrows move between the emoji. Above everything, so that no edge of the list cuts it. */
function Picker({ reactions, button, onEmoji, onOthers }: PickerProps) {
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
    const { left, top } = popupPlace(button.current.getBoundingClientRect(), element.getBoundingClientRect(), { width: innerWidth, height: innerHeight })
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
        focus((at + step + STOPS) % STOPS)
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
      <button
        type="button"
        class="other-emoji"
        tabIndex={at === OFFERED_EMOJI.length ? 0 : -1}
        aria-label={strings.otherEmoji}
        title={strings.otherEmoji}
        onClick={onOthers}
      >
        <Icon name="plus" />
      </button>
    </div>
  )
}
