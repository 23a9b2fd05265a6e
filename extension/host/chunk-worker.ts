/** Has the files with sealed chunks: browsers let a Worker alone write to a file in place. */
import { openOriginChunks } from '@sotto/storage'
import type { ChunkStorePort } from '@sotto/engine'
import type { ChunkReply, ChunkRequest } from './chunk-messages.ts'

let store: Promise<ChunkStorePort> | null = null

self.addEventListener('message', ({ data }: MessageEvent<ChunkRequest>) => {
  const { number } = data
  answer(data).then(
    // What was read is handed over, not copied.
    (value) => self.postMessage({ number, ok: true, value } satisfies ChunkReply, { transfer: value instanceof Uint8Array ? [value.buffer] : [] }),
    (fault: unknown) => self.postMessage({ number, ok: false, name: nameOf(fault) } satisfies ChunkReply),
  )
})

async function answer(request: ChunkRequest): Promise<unknown> {
  if (request.call === 'open') {
    store = openOriginChunks(request.folder)
    await store
    return
  }
  if (store === null) throw new Error('not opened')
  const opened = await store
  switch (request.call) {
    case 'write':
      return opened.write(...request.values)
    case 'read':
      return opened.read(...request.values)
    case 'remove':
      return opened.remove(...request.values)
    case 'list':
      return opened.list()
    case 'close':
      return opened.close()
  }
}

const nameOf = (fault: unknown): string => (fault instanceof Error || fault instanceof DOMException ? fault.name : 'Error')
