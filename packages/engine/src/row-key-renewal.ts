/** Row keys are replaced while the engine runs: some seconds after a start, and then as they grow old (PROTOCOL §9). */
import { type ClockPort, StorageFull, type StoragePort } from './ports.ts'
import type { OpenVault } from './vault/vault.ts'

/** The start itself, and the first look at a conversation, come first. */
const AFTER_START_MS = 10_000
/** How often the age of the key is looked at. */
const EVERY_MS = 60 * 60_000

export interface RowKeyRenewal {
  /** Waits for the write that is under way. */
  readonly stop: () => Promise<void>
}

/** Begins now, ends with `stop`. A disk without room is no fault: it is tried again. */
export function keepRowKeysNew(options: {
  readonly vault: OpenVault
  readonly storage: StoragePort
  readonly clock: ClockPort
  readonly report: (fault: unknown) => void
}): RowKeyRenewal {
  const { vault, storage, clock } = options
  let isStopped = false
  let cancel = (): void => {}
  let running: Promise<void> = Promise.resolve()
  const renew = async (): Promise<void> => {
    if (!(await vault.rowKeys.begin())) return
    if (!isStopped && (await storage.renewRows()) && !isStopped) await vault.rowKeys.finish()
  }
  const wakeIn = (afterMs: number): void => {
    if (isStopped) return
    cancel = clock.wakeAt(clock.nowMs() + afterMs, () => {
      running = renew()
        .catch((fault: unknown) => {
          if (!(fault instanceof StorageFull)) options.report(fault)
        })
        .then(() => wakeIn(EVERY_MS))
    })
  }
  wakeIn(AFTER_START_MS)
  return {
    stop: async () => {
      isStopped = true
      cancel()
      await running
    },
  }
}
