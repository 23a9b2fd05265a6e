import { useState } from 'preact/hooks'
import type { Answer } from './answer.ts'

/** A request to the engine by a button: running or not, and what went wrong last. */
export interface Action {
  readonly busy: boolean
  readonly error: string | null
  /** Shows `error` without a request; null clears it. */
  readonly fail: (error: string | null) => void
  /** Does nothing while another is running. Resolves to null then, and if it was refused. */
  readonly run: (ask: () => Promise<Answer>) => Promise<(Answer & { readonly ok: true })['value'] | null>
}

export function useAction(): Action {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  return {
    busy,
    error,
    fail: setError,
    run: async (ask) => {
      if (busy) return null
      setBusy(true)
      setError(null)
      const answer = await ask()
      setBusy(false)
      if (answer.ok) return answer.value
      setError(answer.sentence)
      return null
    },
  }
}
