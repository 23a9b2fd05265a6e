/** Who types. Its place is always there, so that nothing moves when a person begins. */
import type { GroupView } from '@sotto/engine/api'
import { useEffect, useRef, useState } from 'preact/hooks'
import { ShownText } from '../parts/shown-text.tsx'
import { strings } from '../strings/index.ts'
import { shownName } from '../strings/shown-names.ts'
import { typingText } from './typing-text.ts'

/** It is read out at most this often, however often people begin and stop, ms. */
const AGAIN_MS = 30_000

export function TypingBar({ typing }: { readonly typing: GroupView['typing'] }) {
  const text = typingText(strings, shownName, typing)
  const saidMs = useRef(-Infinity)
  const [spoken, setSpoken] = useState('')
  const isAnybody = text !== ''
  useEffect(() => {
    if (!isAnybody) return setSpoken('')
    const nowMs = performance.now()
    if (nowMs - saidMs.current < AGAIN_MS) return
    saidMs.current = nowMs
    setSpoken(text)
  }, [isAnybody])
  return (
    <div class="typing-bar">
      <p aria-hidden="true">
        {isAnybody ? (
          <>
            <span class="typing-dots">
              <i />
              <i />
              <i />
            </span>
            <ShownText text={text} />
          </>
        ) : null}
      </p>
      <p class="visually-hidden" role="status" aria-label={strings.typingLabel}>
        {spoken}
      </p>
    </div>
  )
}
