import type { ErasableFile } from '@sotto/engine'
import { deleteOriginFile, readOriginFile } from '@sotto/storage'
import type { OverwriteReply, OverwriteRequest } from './erasable-messages.ts'

const startOwnWorker = (): Worker => new Worker(new URL('./erasable-worker.ts', import.meta.url), { type: 'module' })

/** A Worker that has nothing to do ends after this: one vanishing message often follows another, and a start takes longer than a write. */
const IDLE_MS = 10_000

/** A file in the browser's origin private file system, overwritten by a Worker (`erasable-worker.ts`). */
export function erasableFile(name: string, startWorker = startOwnWorker): ErasableFile {
  let worker: Worker | null = null
  let idle: ReturnType<typeof setTimeout> | undefined
  let last: Promise<unknown> = Promise.resolve()

  const end = (): void => {
    clearTimeout(idle)
    worker?.terminate()
    worker = null
  }

  const overwrite = async (request: OverwriteRequest): Promise<void> => {
    clearTimeout(idle)
    const running = (worker ??= startWorker())
    try {
      await overwriteIn(running, request)
      idle = setTimeout(end, IDLE_MS)
    } catch (error) {
      end()
      throw error
    }
  }

  return {
    read: () => readOriginFile(name),
    overwrite: (offset, bytes) => {
      const done = last.then(() => overwrite({ name, offset, bytes }))
      last = done.catch(() => undefined)
      return done
    },
    remove: () => deleteOriginFile(name),
  }
}

function overwriteIn(worker: Worker, request: OverwriteRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const listening = new AbortController()
    const { signal } = listening
    worker.addEventListener(
      'message',
      ({ data }: MessageEvent<OverwriteReply>) => {
        listening.abort()
        if (data.ok) resolve()
        else reject(new DOMException('the file cannot be overwritten', data.name))
      },
      { signal },
    )
    worker.addEventListener(
      'error',
      (event) => {
        event.preventDefault()
        listening.abort()
        reject(new Error('the worker that overwrites a file failed'))
      },
      { signal },
    )
    worker.postMessage(request)
  })
}
