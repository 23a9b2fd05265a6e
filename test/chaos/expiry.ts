/** A day of a relay's store in a minute: records come all the time and expire after an hour, and neither its file nor its memory grows. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { MailboxId } from '@sotto/wire'
import { openSqliteMailboxStore } from '../../relay-node/src/store/sqlite-mailbox-store.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'

export interface ExpiryReport {
  readonly records: number
  /** At the end of the third hour, when as much expires as comes, and of the last. */
  readonly fileBytesEarly: number
  readonly fileBytesLate: number
  /** What is in use once the garbage is collected. */
  readonly memoryBytesEarly: number
  readonly memoryBytesLate: number
  /** Late over early. */
  readonly fileGrowth: number
  readonly memoryGrowth: number
}

const HOURS = 24
const MINUTES = 60
const MINUTE_MS = 60_000
const RECORDS_A_MINUTE = 100
const BODY_BYTES = 1_024
const KEPT_MS = MINUTES * MINUTE_MS
/** As the relay's thread does once a second, while it has nothing else to do. */
const STEPS_A_MINUTE = 60
const RECORDS_A_STEP = 200
const EARLY_HOUR = 3

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

export function liveThroughADay(): ExpiryReport {
  const folder = makeTemporaryFolder('chaos-expiry')
  const store = openSqliteMailboxStore({ path: join(folder.path, 'mailboxes.sqlite'), mostBytes: 2 ** 30, randomBytes: random })
  const mailboxes = Array.from({ length: 50 }, () => random(32) as MailboxId)
  const sizes = (): { readonly file: number; readonly memory: number } => {
    // Twice: what the first run only marks the second gives back.
    collectGarbage()
    collectGarbage()
    const file = ['', '-wal'].reduce((sum, end) => sum + (statSync(join(folder.path, `mailboxes.sqlite${end}`), { throwIfNoEntry: false })?.size ?? 0), 0)
    const { heapUsed, external } = process.memoryUsage()
    return { file, memory: heapUsed + external }
  }
  let records = 0
  let early = sizes()
  try {
    for (let minute = 0; minute < HOURS * MINUTES; minute++) {
      const nowMs = minute * MINUTE_MS
      const results = store.execute(
        Array.from({ length: RECORDS_A_MINUTE }, (_, i) => ({
          kind: 'append',
          mailbox: mailboxes[(minute + i) % mailboxes.length] ?? (random(32) as MailboxId),
          capability: 0,
          claim: 'group',
          body: random(BODY_BYTES),
          dedupe: random(32),
          expiresMs: nowMs + KEPT_MS,
          most: { records: 4_096, bytes: 8 * 1024 ** 2, capabilityRecords: 4_096 },
          longestWaitMs: 1_000,
        })),
        nowMs,
      )
      records += results.filter(({ kind }) => kind === 'appended').length
      for (let step = 0; step < STEPS_A_MINUTE; step++) if (store.expire(nowMs + (step * MINUTE_MS) / STEPS_A_MINUTE, RECORDS_A_STEP) === 0 && step > 2) break
      if (minute + 1 === EARLY_HOUR * MINUTES) early = sizes()
      if ((minute + 1) % (6 * MINUTES) === 0) console.log(`  hour ${(minute + 1) / MINUTES}: ${Math.round(sizes().file / 1024)} KiB on the disk`)
    }
    const late = sizes()
    return {
      records,
      fileBytesEarly: early.file,
      fileBytesLate: late.file,
      memoryBytesEarly: early.memory,
      memoryBytesLate: late.memory,
      fileGrowth: round(late.file / early.file),
      memoryGrowth: round(late.memory / early.memory),
    }
  } finally {
    store.close()
    folder.remove()
  }
}

const round = (ratio: number): number => Math.round(ratio * 100) / 100
