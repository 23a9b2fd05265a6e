/**
 * A text that the engine keeps during typing, because a popup closes whenever it loses the focus. Several pages may show
 * it. A page where a person has typed since it was last kept shows its own text. Others follow what the engine keeps.
 */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { Answer } from './answer.ts'

/** A typed text is kept when typing pauses for this long, ms, and at once when the page goes away. */
const PAUSE_MS = 250

export interface KeptField {
  readonly text: ReadonlySignal<string>
  /** Why it is not kept, if the person should know. */
  readonly error: ReadonlySignal<string | null>
  /** The person typed. */
  readonly write: (next: string) => void
  /** Lets the engine keep it now, if it does not yet. Resolves to whether it does. */
  readonly save: () => Promise<boolean>
  /** What the engine keeps may have changed. */
  readonly follow: () => void
  /** Empties the field at once, so that the person can continue to write, and restores the text if `use` is refused. */
  readonly take: (use: (text: string) => Promise<Answer>) => Promise<Answer>
}

interface KeptFieldOptions {
  /** What the engine keeps, as the page sees it; null if it does not see it now. */
  readonly kept: () => string | null
  readonly keep: (text: string) => Promise<Answer>
  /** Calls back once after `ms`. Returns a function that cancels it. */
  readonly later?: (ms: number, act: () => void) => () => void
}

const byTimer = (ms: number, act: () => void): (() => void) => {
  const timer = setTimeout(act, ms)
  return () => clearTimeout(timer)
}

export function keptField({ kept, keep, later = byTimer }: KeptFieldOptions): KeptField {
  const text = signal(kept() ?? '')
  const error = signal<string | null>(null)
  /** The text that the engine keeps, as far as this field set it; null: it keeps another, or it is not known. */
  let agreed: string | null = text.peek()
  /** Too long to be kept: not sent again until it changes. */
  let refused: string | null = null
  /** Whether the engine has the text of the last save. */
  let lastSave = Promise.resolve(true)
  /** Requests in progress: views may be older than their effects. */
  let asking = 0
  let cancel: (() => void) | null = null

  const stopWaiting = (): void => {
    cancel?.()
    cancel = null
  }
  const saveSoon = (): void => {
    cancel = later(PAUSE_MS, () => {
      cancel = null
      void save()
    })
  }
  const follow = (): void => {
    if (asking > 0) return
    const now = kept()
    if (text.peek() === agreed) {
      if (now !== null) text.value = agreed = now
    } else if (cancel === null && text.peek() !== refused) saveSoon()
  }

  const save = (): Promise<boolean> => {
    stopWaiting()
    const saving = text.peek()
    if (saving === refused) return Promise.resolve(false)
    if (saving !== agreed) lastSave = saveText(saving)
    return lastSave
  }

  const saveText = async (saving: string): Promise<boolean> => {
    agreed = saving
    asking++
    const answer = await keep(saving)
    asking--
    if (answer.ok) error.value = refused = null
    else {
      if (agreed === saving) agreed = null
      if (answer.code === 'draftTooLong') {
        refused = saving
        error.value = answer.sentence
      }
    }
    if (answer.ok) follow()
    return answer.ok
  }

  const take = async (use: (text: string) => Promise<Answer>): Promise<Answer> => {
    const taken = text.peek()
    // Until the end of this the engine keeps the taken text, which must not come back into the empty field.
    asking++
    // Kept first: the engine drops what it keeps only if that text was used.
    const isKept = save()
    text.value = agreed = ''
    const answer = await use(taken)
    if (!answer.ok) {
      agreed = (await isKept) ? taken : null
      text.value = text.peek() === '' ? taken : `${taken}\n${text.peek()}`
    }
    asking--
    if (answer.ok) follow()
    else if (text.peek() !== agreed && cancel === null) saveSoon()
    return answer
  }

  return {
    text,
    error,
    write: (next) => {
      text.value = next
      stopWaiting()
      saveSoon()
    },
    save,
    follow,
    take,
  }
}
