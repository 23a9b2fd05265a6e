/**
 * The store, seen from the thread of the sockets. The commands of one turn of the event loop, and all that come while a
 * batch is being written, go together in the next batch: one flush of the disk acknowledges them all.
 */
import { Worker } from 'node:worker_threads'
import type { StoreCommand, StoreResult } from '@sotto/mailbox'
import type { RelayClock } from '../relay-clock.ts'
import type { RelayStore } from './relay-store.ts'

export interface StoreThreadData {
  readonly path: string
  readonly mostBytes: number
}

export interface StoreThreadOptions extends StoreThreadData {
  /** Makes the clock that the store goes by, from when it was last written to (null: it is new). */
  readonly clockFrom: (lastKnownMs: number | null) => RelayClock
  /** Called once if the thread fails after it opened its file. */
  readonly onFailed: (error: unknown) => void
}

/** How often the thread looks for what has expired, when it has nothing else to do. */
const EXPIRE_EVERY_MS = 1_000

export type ToStoreThread =
  | { readonly kind: 'execute'; readonly commands: readonly StoreCommand[]; readonly nowMs: number }
  | { readonly kind: 'expire'; readonly nowMs: number }
  | { readonly kind: 'close' }

type FromStoreThread =
  | { readonly kind: 'opened'; readonly incarnation: Uint8Array; readonly lastKnownMs: number | null }
  | { readonly kind: 'executed'; readonly results: readonly StoreResult[] }
  | { readonly kind: 'closed' }

interface Waiting {
  readonly command: StoreCommand
  readonly done: (result: StoreResult) => void
}

/** Rejects if the file cannot be opened. */
export async function startStoreThread({ clockFrom, onFailed, ...data }: StoreThreadOptions): Promise<RelayStore> {
  const worker = new Worker(new URL('store-worker.ts', import.meta.url), { workerData: data satisfies StoreThreadData })
  let waiting: Waiting[] = []
  let inFlight: readonly Waiting[] | null = null
  let isScheduled = false
  const opened = Promise.withResolvers<Extract<FromStoreThread, { readonly kind: 'opened' }>>()
  const closed = Promise.withResolvers<void>()
  let isClosing = false
  let expiry: NodeJS.Timeout | undefined
  let isOpen = false

  const flush = (): void => {
    isScheduled = false
    if (inFlight !== null) return
    if (waiting.length > 0) {
      inFlight = waiting
      waiting = []
      const message: ToStoreThread = { kind: 'execute', commands: inFlight.map(({ command }) => command), nowMs: clock.now() }
      worker.postMessage(message)
    } else if (isClosing) {
      const message: ToStoreThread = { kind: 'close' }
      worker.postMessage(message)
    }
  }

  worker.on('message', (message: FromStoreThread) => {
    switch (message.kind) {
      case 'opened':
        isOpen = true
        opened.resolve(message)
        return
      case 'executed': {
        const batch = inFlight ?? []
        inFlight = null
        flush()
        for (const [i, { done }] of batch.entries()) {
          const result = message.results[i]
          if (result !== undefined) done(result)
        }
        return
      }
      case 'closed':
        closed.resolve()
    }
  })
  const fail = (error: unknown): void => {
    clearInterval(expiry)
    opened.reject(error)
    if (isOpen && !isClosing) onFailed(error)
    closed.resolve()
  }
  worker.once('error', fail)
  worker.once('exit', () => closed.resolve())

  const { incarnation, lastKnownMs } = await opened.promise
  const clock = clockFrom(lastKnownMs)
  expiry = setInterval(() => {
    const message: ToStoreThread = { kind: 'expire', nowMs: clock.now() }
    worker.postMessage(message)
  }, EXPIRE_EVERY_MS)
  return {
    ...clock,
    incarnation,
    isThere: () => true,
    shared: null,
    execute: (command, done) => {
      if (isClosing) return
      waiting.push({ command, done })
      if (isScheduled || inFlight !== null) return
      isScheduled = true
      setImmediate(flush)
    },
    close: async () => {
      if (!isClosing) {
        isClosing = true
        clearInterval(expiry)
        flush()
      }
      await closed.promise
    },
  }
}
