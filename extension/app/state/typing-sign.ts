/** Tells the engine that the person types, again and again while it does, and that it stopped. */
import { showsSomething } from '@sotto/wire/visible-text'
import type { Answer } from './answer.ts'

/** Told at most this often, ms: what others see of it lasts 5 seconds. */
const EVERY_MS = 3_000

export interface TypingSign {
  /** The text that the field has after a key. */
  readonly typed: (text: string) => void
  /** The text was sent, or the field was left. */
  readonly ended: () => void
}

export function typingSign(tell: (isTyping: boolean) => Promise<Answer>, nowMs: () => number = () => performance.now()): TypingSign {
  let toldMs: number | null = null
  const ended = (): void => {
    if (toldMs === null) return
    toldMs = null
    void tell(false)
  }
  return {
    typed: (text) => {
      if (!showsSomething(text)) return ended()
      if (toldMs !== null && nowMs() - toldMs < EVERY_MS) return
      toldMs = nowMs()
      void tell(true)
    },
    ended,
  }
}
