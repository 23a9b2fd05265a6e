/** What is loaded after the first screen was drawn, or as soon as it is needed. */
import { type ReadonlySignal, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

export interface Later<T> {
  readonly load: () => void
  /** What is loaded, once it is; never where it cannot be (`hasFailed`). */
  readonly get: () => Promise<T>
  /** What is loaded, for a component; null until it is there. It is loaded if `isNeeded`. */
  readonly use: (isNeeded: boolean) => T | null
  /** The last try failed, and no other is under way. A screen that needs it says so (`CouldNotLoad`). */
  readonly hasFailed: ReadonlySignal<boolean>
}

export function later<T extends object>(loading: () => Promise<T>): Later<T> {
  const loaded = signal<T | null>(null)
  const hasFailed = signal(false)
  let isLoading = false
  const load = (): void => {
    if (isLoading || loaded.peek() !== null) return
    isLoading = true
    void loading()
      .then(
        (there) => {
          loaded.value = there
          hasFailed.value = false
        },
        // The next one who needs it tries again.
        () => {
          hasFailed.value = true
        },
      )
      .finally(() => {
        isLoading = false
      })
  }
  return {
    load,
    get: () =>
      new Promise((resolve) => {
        load()
        const stop = loaded.subscribe((there) => {
          if (there === null) return
          resolve(there)
          queueMicrotask(() => stop())
        })
      }),
    hasFailed,
    use: (isNeeded) => {
      useEffect(() => {
        if (isNeeded) load()
      }, [isNeeded])
      return loaded.value
    },
  }
}
