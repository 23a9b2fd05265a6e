import type { ErasableFile } from '@sotto/engine'
import { deleteOriginFile, readOriginFile } from '@sotto/storage'
import type { OverwriteReply, OverwriteRequest } from './secrets-messages.ts'

const startOwnWorker = (): Worker => new Worker(new URL('./secrets-worker.ts', import.meta.url), { type: 'module' })

/** A file in the browser's origin private file system, overwritten by a Worker (`secrets-worker.ts`) that ends afterwards. */
export const secretsFile = (name: string, startWorker = startOwnWorker): ErasableFile => ({
  read: () => readOriginFile(name),
  overwrite: (offset, bytes) => overwriteIn(startWorker(), { name, offset, bytes }),
  remove: () => deleteOriginFile(name),
})

function overwriteIn(worker: Worker, request: OverwriteRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (drain: () => void): void => {
      worker.terminate()
      drain()
    }
    worker.addEventListener('message', ({ data }: MessageEvent<OverwriteReply>) =>
      end(() => (data.ok ? resolve() : reject(new DOMException('the file cannot be overwritten', data.name)))),
    )
    worker.addEventListener('error', (event) => {
      event.preventDefault()
      end(() => reject(new Error('the worker that overwrites a file failed')))
    })
    worker.postMessage(request)
  })
}
