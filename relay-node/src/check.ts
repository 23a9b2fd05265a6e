/** `check`: whether a relay's folder is whole, told without changing it. */
import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { privateKeyFromProtobuf } from '@libp2p/crypto/keys'
import { DatabaseSync } from 'node:sqlite'
import { KEY_FILE, STORE_FILE } from './data-folder.ts'
import { SCHEMA_VERSION, schemaVersionOf } from './store/sqlite-schema.ts'

export interface Checked {
  /** Sentences; none: all is well. */
  readonly faults: readonly string[]
  readonly records: number
  readonly mailboxes: number
  readonly bytes: number
  readonly version: number
}

/** Faults of SQLite's own check that are named at most. */
const FAULTS_NAMED = 10

/** Rejects if the mailboxes cannot be opened at all, with a code that `startFault` has a sentence for. */
export async function checkFolder(folder: string): Promise<Checked> {
  const faults: string[] = []
  await readFile(join(folder, KEY_FILE))
    .then(privateKeyFromProtobuf)
    .catch(() => faults.push(`${KEY_FILE} is missing or is no key: the relay would be another one.`))
  const database = new DatabaseSync(join(folder, STORE_FILE), { readOnly: true })
  try {
    const integrity = database.prepare(`PRAGMA integrity_check(${FAULTS_NAMED})`).all() as { integrity_check: string }[]
    for (const { integrity_check: sentence } of integrity) if (sentence !== 'ok') faults.push(`${STORE_FILE}: ${sentence}`)
    const version = schemaVersionOf(database)
    if (version > SCHEMA_VERSION) faults.push(`${STORE_FILE} has version ${version}, and this relay knows ${SCHEMA_VERSION}.`)
    const miscounted = database
      .prepare(
        `SELECT count(*) AS mailboxes FROM (
           SELECT mailbox, capability, count(*) AS records, sum(length(body)) AS bytes FROM records GROUP BY mailbox, capability
           EXCEPT SELECT mailbox, capability, records, bytes FROM usage)`,
      )
      .get() as { mailboxes: number }
    if (miscounted.mailboxes > 0) faults.push(`The room used is counted wrongly in ${miscounted.mailboxes} mailboxes.`)
    const all = database.prepare('SELECT count(*) AS records, count(DISTINCT mailbox) AS mailboxes, coalesce(sum(length(body)), 0) AS bytes FROM records')
    return { faults, version, ...(all.get() as { records: number; mailboxes: number; bytes: number }) }
  } finally {
    database.close()
  }
}
