/** What is loaded after the first screen was drawn, or as soon as it is needed. */
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

export interface Later<T> {
  readonly load: () => void
  /** What is loaded, for a component; null until it is there. It is loaded if `isNeeded`. */
  readonly use: (isNeeded: boolean) => T | null
}

export function later<T extends object>(loading: () => Promise<T>): Later<T> {
  const loaded = signal<T | null>(null)
  let isLoading = false
  const load = (): void => {
    if (isLoading || loaded.peek() !== null) return
    isLoading = true
    void loading()
      .then(
        (there) => {
          loaded.value = there
        },
        // The next one who needs it tries again.
        () => {},
      )
      .finally(() => {
        isLoading = false
      })
  }
  return {
    load,
    use: (isNeeded) => {
      useEffect(() => {
        if (isNeeded) load()
      }, [isNeeded])
      return loaded.value
    },
  }
}
