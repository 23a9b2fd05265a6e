/**
 * Row keys are replaced while the engine runs: some seconds after a start, then as they grow old, and soon after something vanished
 * (PROTOCOL §9.12, §9.29).
 */
import { LIMITS } from '@sotto/wire'
import { type ClockPort, StorageFull, type StoragePort } from './ports.ts'
import type { OpenVault } from './vault/vault.ts'

/** The start itself, and the first look at a conversation, come first. */
const AFTER_START_MS = 10_000
/** How often the age of the key is looked at. */
const EVERY_MS = 60 * 60_000
/** What vanishes together waits for one another. */
const TOGETHER_MS = 1_000

export interface RowKeyRenewal {
  /** Something that rows said is to open no more. `done` is called once it does not; not if the engine stops before. */
  readonly soon: (done: () => void) => void
  /** Waits for the write that is under way. */
  readonly stop: () => Promise<void>
}

/** Begins now, ends with `stop`. A disk without room is no fault: it is tried again. */
export function keepRowKeysNew(options: {
  readonly vault: Pick<OpenVault, 'rowKeys'>
  readonly storage: Pick<StoragePort, 'renewRows'>
  readonly clock: ClockPort
  readonly report: (fault: unknown) => void
}): RowKeyRenewal {
  const { vault, storage, clock } = options
  let isStopped = false
  let cancel = (): void => {}
  let running: Promise<void> | null = null
  let waiting: (() => void)[] = []
  let lastMs = Number.NEGATIVE_INFINITY

  /** False: the engine stops. */
  const replaceKey = async (isDue: boolean): Promise<boolean> => {
    if (!(await vault.rowKeys.begin({ isDue }))) return true
    lastMs = clock.nowMs()
    if (isStopped || !(await storage.renewRows()) || isStopped) return false
    await vault.rowKeys.finish()
    return true
  }

  const renew = async (): Promise<void> => {
    const asked = waiting
    // What an interruption left is finished first: the key that it began with may be older than what vanished.
    if (!(await replaceKey(false)) || (asked.length > 0 && !(await replaceKey(true)))) return
    waiting = waiting.filter((each) => !asked.includes(each))
    for (const done of asked) done()
  }

  const wakeAt = (atMs: number): void => {
    cancel()
    if (isStopped || running !== null) return
    cancel = clock.wakeAt(atMs, () => {
      running = renew()
        .catch((fault: unknown) => {
          if (!(fault instanceof StorageFull)) options.report(fault)
        })
        .then(() => {
          running = null
          plan()
        })
    })
  }
  /** A clock that was put back does not make it wait for longer. */
  const plan = (): void => {
    const nowMs = clock.nowMs()
    wakeAt(waiting.length > 0 ? Math.min(nowMs + LIMITS.rowsRenewedMs, Math.max(nowMs + TOGETHER_MS, lastMs + LIMITS.rowsRenewedMs)) : nowMs + EVERY_MS)
  }

  wakeAt(clock.nowMs() + AFTER_START_MS)
  return {
    soon: (done) => {
      waiting.push(done)
      plan()
    },
    stop: async () => {
      isStopped = true
      cancel()
      await running
    },
  }
}
