/**
 * A text that the engine keeps while one types, since a popup closes whenever it loses the focus. Several pages may show
 * it: where one has typed since it was last kept, the field is one's own; else it follows what the engine keeps.
 */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { Answer } from './answer.ts'

/** What is typed is kept when typing pauses for this long, ms; and at once when the page goes away. */
const PAUSE_MS = 250

export interface KeptField {
  readonly text: ReadonlySignal<string>
  /** Why it is not kept, if the person should know. */
  readonly error: ReadonlySignal<string | null>
  /** The person typed. */
  readonly write: (next: string) => void
  /** Has the engine keep it now, if it does not yet. Resolves to whether it does. */
  readonly save: () => Promise<boolean>
  /** What the engine keeps may have changed. */
  readonly follow: () => void
  /** Empties the field at once, so that one can write on, and puts the text back where `use` is refused. */
  readonly take: (use: (text: string) => Promise<Answer>) => Promise<Answer>
}

interface KeptFieldOptions {
  /** What the engine keeps, as the page sees it; null where it does not see it now. */
  readonly kept: () => string | null
  readonly keep: (text: string) => Promise<Answer>
  /** Calls back once after so many ms. Returns how to cancel. */
  readonly later?: (ms: number, act: () => void) => () => void
}

const byTimer = (ms: number, act: () => void): (() => void) => {
  const timer = setTimeout(act, ms)
  return () => clearTimeout(timer)
}

export function keptField({ kept, keep, later = byTimer }: KeptFieldOptions): KeptField {
  const text = signal(kept() ?? '')
  const error = signal<string | null>(null)
  /** The text that the engine keeps, as far as this field had to do with it; null: it keeps another, or nobody knows. */
  let agreed: string | null = text.peek()
  /** Too long to be kept: not asked again until it changes. */
  let refused: string | null = null
  /** Whether the engine has what it was last asked to keep. */
  let lastSave = Promise.resolve(true)
  /** So many things are being asked: views may be of before them. */
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
    // Until the end of this: what is kept meanwhile is what was taken, and it must not come back into the empty field.
    asking++
    // Kept first: the engine lets go of what it keeps only where that is what was used.
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
