import type { VaultPort } from '@sotto/engine'
import type { StretchReply, StretchRequest } from './stretch-messages.ts'

/**
 * Argon2id (RFC 9106) of a passphrase, 32 bytes, in a Worker that ends afterwards, so that its 64 MiB and its copy of the
 * passphrase go too. Rejects if the Worker cannot run or has no memory (a fault).
 */
export const stretchInWorker: VaultPort['stretch'] = (passphrase, salt, cost) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./argon2-worker.ts', import.meta.url), { type: 'module' })
    const end = (drain: () => void): void => {
      worker.terminate()
      drain()
    }
    worker.addEventListener('message', ({ data }: MessageEvent<StretchReply>) => end(() => resolve(data.stretched)))
    worker.addEventListener('error', (event) => {
      event.preventDefault()
      end(() => reject(new Error('the worker that stretches the passphrase failed')))
    })
    const request: StretchRequest = { passphrase, salt, cost }
    worker.postMessage(request)
  })
