/** Records in SQLite: appending under quotas, reading, forgetting. Every function runs inside the caller's transaction. */
import type { DatabaseSync } from 'node:sqlite'
import { BLOB_SHARE, FULL_DISK_RETRY_MS, RESERVED_SHARE, type StoreCommand, type StoreResult } from '@sotto/mailbox'
import type { MailboxId, StoredRecord } from '@sotto/wire'

type Append = Extract<StoreCommand, { readonly kind: 'append' }>
type Read = Extract<StoreCommand, { readonly kind: 'read' }>

export interface RecordTable {
  readonly append: (command: Append, nowMs: number) => StoreResult
  readonly read: (command: Read, nowMs: number) => StoreResult
  /** Whether only the reserved part of the disk is left. */
  readonly isReserveReached: () => boolean
  readonly hasRecords: (mailbox: MailboxId) => boolean
  readonly deleteUpTo: (mailbox: MailboxId, upTo: number) => void
  /** Forgets up to `most` expired records of any mailbox, and returns how many. */
  readonly expire: (nowMs: number, most: number) => number
}

interface Usage {
  readonly records: number
  readonly bytes: number
  readonly capabilityRecords: number
}

interface Doomed {
  readonly cursor: number
  readonly mailbox: Uint8Array
  readonly capability: number
  readonly bytes: number
}

/** @param hasKeys whether prekeys are published under a mailbox */
export function createRecordTable(database: DatabaseSync, hasKeys: (mailbox: MailboxId, nowMs: number) => boolean): RecordTable {
  const findSame = database.prepare('SELECT cursor, expiresMs FROM records WHERE dedupe = ?')
  const insert = database.prepare('INSERT INTO records (mailbox, capability, expiresMs, dedupe, body) VALUES (?, ?, ?, ?, ?)')
  const remove = database.prepare('DELETE FROM records WHERE cursor = ?')
  const select = database.prepare('SELECT cursor, capability, body FROM records WHERE mailbox = ? AND cursor > ? AND expiresMs > ? ORDER BY cursor LIMIT ?')
  const usageOf = database.prepare(
    `SELECT coalesce(sum(records), 0) AS records, coalesce(sum(bytes), 0) AS bytes,
            coalesce(sum(CASE WHEN capability = ? THEN records END), 0) AS capabilityRecords
     FROM usage WHERE mailbox = ?`,
  )
  const anyUsage = database.prepare('SELECT 1 FROM usage WHERE mailbox = ? LIMIT 1')
  const addUsage = database.prepare(
    `INSERT INTO usage (mailbox, capability, records, bytes) VALUES (?, ?, 1, ?)
     ON CONFLICT DO UPDATE SET records = records + 1, bytes = bytes + excluded.bytes`,
  )
  const subtractUsage = database.prepare('UPDATE usage SET records = records - 1, bytes = bytes - ? WHERE mailbox = ? AND capability = ?')
  const forgetUsage = database.prepare('DELETE FROM usage WHERE mailbox = ? AND capability = ? AND records <= 0')
  const DOOMED = 'SELECT cursor, mailbox, capability, length(body) AS bytes FROM records'
  const acknowledged = database.prepare(`${DOOMED} WHERE mailbox = ? AND cursor <= ?`)
  const expiredIn = database.prepare(`${DOOMED} WHERE mailbox = ? AND expiresMs <= ?`)
  const expired = database.prepare(`${DOOMED} WHERE expiresMs <= ? ORDER BY expiresMs LIMIT ?`)
  const doomedOne = database.prepare(`${DOOMED} WHERE cursor = ?`)
  const firstExpiry = database.prepare('SELECT min(expiresMs) AS atMs FROM records WHERE mailbox = ?')
  const firstExpiryUnderCapability = database.prepare('SELECT min(expiresMs) AS atMs FROM records WHERE mailbox = ? AND capability = ?')
  const pages = database.prepare('SELECT page_count AS pages FROM pragma_page_count')
  const freePages = database.prepare('SELECT freelist_count AS pages FROM pragma_freelist_count')
  const mostPages = database.prepare('SELECT max_page_count AS pages FROM pragma_max_page_count')
  const pageCount = (statement: typeof pages): number => (statement.get() as { pages: number }).pages

  const forget = (records: readonly Doomed[]): void => {
    for (const { cursor, mailbox, capability, bytes } of records) {
      remove.run(cursor)
      subtractUsage.run(bytes, mailbox, capability)
      forgetUsage.run(mailbox, capability)
    }
  }

  const readUsage = (command: Append): Usage => usageOf.get(command.capability, command.mailbox) as unknown as Usage

  const isFull = (usage: Usage, { most, body }: Append): boolean =>
    usage.records >= most.records || usage.bytes + body.length > most.bytes || usage.capabilityRecords >= most.capabilityRecords

  const refuseFull = (command: Append, usage: Usage, nowMs: number): StoreResult => {
    const { mailbox, capability } = command
    const isOfCapability = usage.capabilityRecords >= command.most.capabilityRecords
    const row = (isOfCapability ? firstExpiryUnderCapability.get(mailbox, capability) : firstExpiry.get(mailbox)) as { atMs: number | null }
    const roomMs = (row.atMs ?? nowMs) - nowMs
    return { kind: 'refused', code: 'full', retryAfterMs: Math.min(roomMs, command.longestWaitMs) }
  }

  const isFilledTo = (share: number): boolean => pageCount(pages) - pageCount(freePages) > pageCount(mostPages) * share
  const isReserveReached = (): boolean => isFilledTo(1 - RESERVED_SHARE)

  return {
    append: (command, nowMs) => {
      const { mailbox, capability, body, dedupe, expiresMs, claim } = command
      const same = findSame.get(dedupe) as { cursor: number; expiresMs: number } | undefined
      if (same !== undefined && same.expiresMs > nowMs) return { kind: 'appended', cursor: same.cursor, duplicate: true }
      if (same !== undefined) forget(doomedOne.all(same.cursor) as unknown as Doomed[])

      let usage = readUsage(command)
      if (isFull(usage, command)) {
        forget(expiredIn.all(mailbox, nowMs) as unknown as Doomed[])
        usage = readUsage(command)
      }
      if (isFull(usage, command)) return refuseFull(command, usage, nowMs)
      const mayUseReserve = claim !== 'stranger' && (usage.records > 0 || hasKeys(mailbox, nowMs))
      if (claim === 'blob' ? isFilledTo(BLOB_SHARE) : !mayUseReserve && isReserveReached()) {
        return { kind: 'refused', code: 'diskFull', retryAfterMs: FULL_DISK_RETRY_MS }
      }
      const cursor = Number(insert.run(mailbox, capability, expiresMs, dedupe, body).lastInsertRowid)
      addUsage.run(mailbox, capability, body.length)
      return { kind: 'appended', cursor, duplicate: false }
    },

    read: ({ mailbox, after, mostRecords, mostBytes }, nowMs) => {
      const records: StoredRecord[] = []
      let bytes = 0
      const found = select.iterate(mailbox, after, nowMs, mostRecords + 1) as unknown as IterableIterator<{
        cursor: number
        capability: number
        body: Uint8Array
      }>
      for (const { cursor, capability, body } of found) {
        bytes += body.length
        if (records.length >= mostRecords || (records.length > 0 && bytes > mostBytes)) {
          return { kind: 'records', records, more: true }
        }
        records.push({ cursor, capability: capability === 0 ? null : capability, body })
      }
      return { kind: 'records', records, more: false }
    },

    isReserveReached,

    hasRecords: (mailbox) => anyUsage.get(mailbox) !== undefined,

    deleteUpTo: (mailbox, upTo) => forget(acknowledged.all(mailbox, upTo) as unknown as Doomed[]),

    expire: (nowMs, most) => {
      const records = expired.all(nowMs, most) as unknown as Doomed[]
      forget(records)
      return records.length
    },
  }
}
