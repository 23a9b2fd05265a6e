/**
 * The thread that writes. It owns the SQLite store, executes batches of commands, and forgets expired records in small
 * steps between batches (an expiry in the sockets' thread would stall them).
 */
import { webcrypto } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import type { StoreCommand } from '@sotto/mailbox'
import { openSqliteMailboxStore } from './sqlite-mailbox-store.ts'
import type { StoreThreadData, ToStoreThread } from './store-thread.ts'

/** Records forgotten in one step: a few milliseconds. */
const EXPIRE_RECORDS = 200

const port = parentPort
if (port === null) throw new Error('the store runs in a worker thread')
const { path, mostBytes } = workerData as StoreThreadData
const store = openSqliteMailboxStore({
  path,
  mostBytes,
  randomBytes: (lengthBytes) => webcrypto.getRandomValues(new Uint8Array(lengthBytes)),
})

port.on('message', (message: ToStoreThread) => {
  switch (message.kind) {
    case 'execute': {
      const commands: readonly StoreCommand[] = message.commands
      port.postMessage({ kind: 'executed', results: store.execute(commands, message.nowMs) })
      return
    }
    case 'expire':
      store.expire(message.nowMs, EXPIRE_RECORDS)
      return
    case 'close':
      store.close()
      port.postMessage({ kind: 'closed' })
      port.close()
  }
})
port.postMessage({ kind: 'opened', incarnation: store.incarnation(), lastKnownMs: store.lastKnownMs() })
