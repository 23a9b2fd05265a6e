import { type ChunkStorePort, StorageFull, type StoredFile } from '@sotto/engine'
import { deleteOriginFolder, type DexieVaultOptions } from '@sotto/storage'
import type { ChunkReply, ChunkRequest } from './chunk-messages.ts'

const startOwnWorker = (): Worker => new Worker(new URL('./chunk-worker.ts', import.meta.url), { type: 'module' })

/** The chunks of files in a folder of the browser's origin private file system, which a Worker has as long as the store is open. */
export const chunksIn = (folder: string, startWorker = startOwnWorker): DexieVaultOptions['chunks'] => ({
  open: () => openChunks(folder, startWorker()),
  remove: () => deleteOriginFolder(folder),
})

type WithoutNumber<R> = R extends ChunkRequest ? Omit<R, 'number'> : never

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (fault: unknown) => void
}

async function openChunks(folder: string, worker: Worker): Promise<ChunkStorePort> {
  const waiting = new Map<number, Waiting>()
  let last = 0
  let ended: Error | null = null

  /** The Worker goes, and so does what waits for it. */
  const end = (fault: Error): void => {
    ended = fault
    worker.terminate()
    for (const { reject } of waiting.values()) reject(fault)
    waiting.clear()
  }
  worker.addEventListener('message', ({ data }: MessageEvent<ChunkReply>) => {
    const asked = waiting.get(data.number)
    waiting.delete(data.number)
    if (data.ok) asked?.resolve(data.value)
    else asked?.reject(errorNamed(data.name))
  })
  worker.addEventListener('error', (event) => {
    event.preventDefault()
    end(new Error('the worker that has the files failed'))
  })
  const ask = (request: WithoutNumber<ChunkRequest>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (ended !== null) return reject(ended)
      const number = ++last
      waiting.set(number, { resolve, reject })
      worker.postMessage({ ...request, number } as ChunkRequest)
    })

  let closing: Promise<void> | null = null
  const close = async (): Promise<void> => {
    if (ended !== null) return
    // Its files are free at once then, and not when the browser has cleared away what a Worker had.
    await ask({ call: 'close' }).catch(() => undefined)
    end(new RangeError('the chunk store is closed'))
  }

  await ask({ call: 'open', folder }).catch((fault: unknown) => {
    end(new Error('never opened'))
    throw fault
  })
  return {
    write: async (...values) => void (await ask({ call: 'write', values })),
    read: async (...values) => (await ask({ call: 'read', values })) as Uint8Array | undefined,
    remove: async (...values) => void (await ask({ call: 'remove', values })),
    list: async () => (await ask({ call: 'list', values: [] })) as readonly StoredFile[],
    close: () => (closing ??= close()),
  }
}

function errorNamed(name: string): Error {
  if (name === 'StorageFull') return new StorageFull('the browser gives no more room')
  if (name === 'RangeError') return new RangeError('refused by the chunk store')
  return new DOMException('the chunk store failed', name)
}
