/** Where one writes. The text is kept as a draft by the engine, since a popup closes whenever it loses the focus. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { ErrorLine, IconButton } from '../parts/controls.tsx'
import { useApp } from '../state/app.ts'
import { strings } from '../strings/index.ts'
import { roomFor } from './text-limit.ts'

/** A draft is saved when typing pauses for this long, ms; and at once when the page goes away. */
const DRAFT_PAUSE_MS = 250
const TALLEST_PX = 160

export function Composer({ group, draft }: { readonly group: string; readonly draft: string }) {
  const app = useApp()
  const [text, setText] = useState(draft)
  const [error, setError] = useState<string | null>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  /** What the engine was last told, and what it is to be told next. */
  const saved = useRef(draft)
  const typed = useRef(draft)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const room = roomFor(text)

  const saveDraft = () => {
    clearTimeout(timer.current)
    if (typed.current === saved.current) return
    saved.current = typed.current
    void app.request({ kind: 'setDraft', group, text: typed.current })
  }

  const write = (next: string) => {
    setText(next)
    typed.current = next
    clearTimeout(timer.current)
    timer.current = setTimeout(saveDraft, DRAFT_PAUSE_MS)
  }

  useEffect(() => {
    addEventListener('pagehide', saveDraft)
    document.addEventListener('visibilitychange', saveDraft)
    return () => {
      removeEventListener('pagehide', saveDraft)
      document.removeEventListener('visibilitychange', saveDraft)
      saveDraft()
    }
  }, [])

  useLayoutEffect(() => {
    const element = field.current
    if (element === null) return
    element.style.height = 'auto'
    element.style.height = `${Math.min(TALLEST_PX, element.scrollHeight)}px`
  }, [text])

  const send = async () => {
    // What was typed, not what was drawn: a second Enter can come before the field is drawn empty.
    const sending = typed.current
    if (sending.trim() === '' || roomFor(sending).kind === 'over') return
    setError(null)
    // The field is free at once, so that one can write on; the draft goes only when the engine has the message.
    setText('')
    typed.current = ''
    clearTimeout(timer.current)
    const answer = await app.request({ kind: 'send', group, text: sending })
    if (answer.ok) {
      if (typed.current === '') saveDraft()
      return
    }
    setError(answer.sentence)
    const kept = typed.current === '' ? sending : `${sending}\n${typed.current}`
    setText(kept)
    typed.current = kept
    saveDraft()
  }

  return (
    <div class="composer-place">
      <ErrorLine error={error} />
      {room.kind === 'plenty' ? null : (
        <p class={`room room-${room.kind}`} role="status" id="composer-room">
          {room.kind === 'over' ? strings.textTooLongBy(room.count) : strings.textLeft(room.count)}
        </p>
      )}
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
          field.current?.focus()
        }}
      >
        <textarea
          ref={field}
          class="composer-text"
          rows={1}
          dir="auto"
          aria-label={strings.message}
          aria-invalid={room.kind === 'over' || undefined}
          aria-describedby={room.kind === 'plenty' ? undefined : 'composer-room'}
          placeholder={strings.messagePlaceholder}
          value={text}
          data-autofocus=""
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={(event) => {
            // While an input method composes, Enter accepts its suggestion.
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
            event.preventDefault()
            void send()
          }}
        />
        <IconButton type="submit" look="primary" name={strings.send} icon="send" disabled={text.trim() === '' || room.kind === 'over'} />
      </form>
    </div>
  )
}
