/** The button in the composer that opens all emoji. */
import { useRef } from 'preact/hooks'
import { IconButton } from '../parts/controls.tsx'
import { usePopup } from '../parts/use-popup.ts'
import { strings } from '../strings/index.ts'
import { LaterEmojiPicker } from './later-picker.tsx'

export function EmojiButton({ onEmoji }: { readonly onEmoji: (emoji: string) => void }) {
  const button = useRef<HTMLButtonElement>(null)
  const popup = usePopup(button)
  return (
    <span {...popup.around}>
      <IconButton name={strings.emoji} icon="react" expanded={popup.open} element={button} onClick={popup.toggle} />
      {popup.open ? (
        <LaterEmojiPicker
          button={button}
          onEmoji={(emoji) => {
            popup.close()
            onEmoji(emoji)
          }}
        />
      ) : null}
    </span>
  )
}
