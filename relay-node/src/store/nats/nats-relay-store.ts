/** The store on NATS as a relay has it: with a clock, and with its own timers. */
import type { StoreNotice } from '@sotto/mailbox'
import type { RelayClock } from '../../relay-clock.ts'
import type { RelayStore } from '../relay-store.ts'
import { type NatsMailboxStoreOptions, openNatsMailboxStore } from './nats-mailbox-store.ts'

/** How often the time is written down, which also tells whether the servers take anything. A guess. */
const BEAT_MS = 2_000
/** How often it looks for what has expired, and how much is erased in one step: each waits for a quorum. Guesses. */
const EXPIRE_EVERY_MS = 1_000
const EXPIRE_MESSAGES = 200

export interface NatsRelayStoreOptions extends Omit<NatsMailboxStoreOptions, 'onNotice' | 'onUp'> {
  /** Makes the clock that the store goes by, from the latest time that a relay has written down (null: the store is new). */
  readonly clockFrom: (lastKnownMs: number | null) => RelayClock
  /** The servers take nothing any more, or again. */
  readonly onThere: (isThere: boolean) => void
}

/** Rejects with `CannotOpen`. */
export async function startNatsRelayStore({ clockFrom, onThere, ...options }: NatsRelayStoreOptions): Promise<RelayStore> {
  let listener: (notice: StoreNotice) => void = () => {}
  let isThere = true
  let isClosing = false
  const setThere = (there: boolean): void => {
    if (there === isThere || isClosing) return
    isThere = there
    onThere(there)
  }
  const store = await openNatsMailboxStore({
    ...options,
    onNotice: (notice) => {
      if (!isClosing) listener(notice)
    },
    // It is there again when something was written.
    onUp: (isUp) => {
      if (!isUp) setThere(false)
    },
  })
  const clock = clockFrom(store.lastKnownMs())

  /** One at a time: a slow answer is not asked for again meanwhile. */
  const every = (ms: number, work: () => Promise<unknown>): NodeJS.Timeout => {
    let isBusy = false
    return setInterval(() => {
      if (isBusy) return
      isBusy = true
      void work()
        .catch(options.onFailed)
        .finally(() => {
          isBusy = false
        })
    }, ms)
  }
  const timers = [
    every(BEAT_MS, async () => setThere(await store.beat(clock.now()))),
    every(EXPIRE_EVERY_MS, async () => {
      if (isThere) await store.expire(clock.now(), EXPIRE_MESSAGES)
    }),
  ]
  await store.beat(clock.now())

  return {
    ...clock,
    incarnation: store.incarnation(),
    isThere: () => isThere,
    execute: (command, done) => {
      if (isClosing) return
      store.executeOne(command, clock.now()).then((result) => {
        if (!isClosing) done(result)
      }, options.onFailed)
    },
    shared: {
      watch: store.watch,
      tell: store.tell,
      listen: (listen) => {
        listener = listen
      },
    },
    close: async () => {
      isClosing = true
      for (const timer of timers) clearInterval(timer)
      await store.close()
    },
  }
}
