/** Prekeys in SQLite: published by an inbox's owner, handed out once each. Runs inside the caller's transaction. */
import type { DatabaseSync } from 'node:sqlite'
import { type KeysLeft, NO_KEYS, type StoreCommand, type StoreResult } from '@sotto/mailbox'
import type { MailboxId } from '@sotto/wire'

export interface KeyTable {
  readonly publish: (command: Extract<StoreCommand, { readonly kind: 'publishKeys' }>, nowMs: number) => StoreResult
  readonly fetch: (command: Extract<StoreCommand, { readonly kind: 'fetchKeys' }>, nowMs: number) => StoreResult
  readonly isPublished: (mailbox: MailboxId, nowMs: number) => boolean
  readonly count: (mailbox: MailboxId, nowMs: number) => KeysLeft
  readonly drop: (mailbox: Uint8Array) => void
  /** Forgets up to `most` expired publications, and returns how many. */
  readonly expire: (nowMs: number, most: number) => number
}

interface Publication {
  readonly shared: Uint8Array
  readonly lastResort: Uint8Array
  readonly highestOneTime: number
  readonly highestOneTimeKem: number
}

/** The column that distinguishes the two lists of one-time keys. */
const CLASSIC = 0
const KEM = 1

export function createKeyTable(database: DatabaseSync): KeyTable {
  const find = database.prepare('SELECT shared, lastResort, highestOneTime, highestOneTimeKem FROM publications WHERE mailbox = ? AND expiresMs > ?')
  const put = database.prepare(
    `INSERT OR REPLACE INTO publications (mailbox, shared, lastResort, expiresMs, highestOneTime, highestOneTimeKem)
     VALUES (?, ?, ?, ?, ?, ?)`,
  )
  const remove = database.prepare('DELETE FROM publications WHERE mailbox = ?')
  const expired = database.prepare('SELECT mailbox FROM publications WHERE expiresMs <= ? LIMIT ?')
  const addKey = database.prepare('INSERT INTO oneTimeKeys (mailbox, kem, id, key) VALUES (?, ?, ?, ?)')
  const pop = database.prepare(
    `DELETE FROM oneTimeKeys WHERE mailbox = ?1 AND kem = ?2
       AND id = (SELECT min(id) FROM oneTimeKeys WHERE mailbox = ?1 AND kem = ?2) RETURNING key`,
  )
  const removeKeys = database.prepare('DELETE FROM oneTimeKeys WHERE mailbox = ?')
  const countKind = database.prepare('SELECT count(*) AS keys FROM oneTimeKeys WHERE mailbox = ? AND kem = ?')

  const findPublication = (mailbox: MailboxId, nowMs: number): Publication | undefined => find.get(mailbox, nowMs) as unknown as Publication | undefined

  const countOf = (mailbox: MailboxId, kem: number): number => (countKind.get(mailbox, kem) as { keys: number }).keys

  const count = (mailbox: MailboxId, nowMs: number): KeysLeft =>
    findPublication(mailbox, nowMs) === undefined ? NO_KEYS : { published: true, oneTime: countOf(mailbox, CLASSIC), oneTimeKem: countOf(mailbox, KEM) }

  const drop = (mailbox: Uint8Array): void => {
    removeKeys.run(mailbox)
    remove.run(mailbox)
  }

  return {
    publish: ({ mailbox, replace, publication, expiresMs, mostKeys }, nowMs) => {
      const before = findPublication(mailbox, nowMs)
      if (before === undefined || replace) removeKeys.run(mailbox)
      const add = (kem: number, highestBefore: number, keys: typeof publication.oneTime): number => {
        let room = mostKeys - countOf(mailbox, kem)
        let highest = highestBefore
        for (const { id, key } of keys) {
          if (id <= highest || room <= 0) continue
          addKey.run(mailbox, kem, id, key)
          highest = id
          room -= 1
        }
        return highest
      }
      const highestOneTime = add(CLASSIC, before?.highestOneTime ?? -1, publication.oneTime)
      const highestOneTimeKem = add(KEM, before?.highestOneTimeKem ?? -1, publication.oneTimeKem)
      put.run(mailbox, publication.shared, publication.lastResort, expiresMs, highestOneTime, highestOneTimeKem)
      return { kind: 'keysLeft', left: count(mailbox, nowMs) }
    },

    fetch: (command, nowMs) => {
      const { mailbox } = command
      const found = findPublication(mailbox, nowMs)
      if (found === undefined) return { kind: 'keys', keys: null, left: NO_KEYS }
      const popOf = (kem: number): Uint8Array | null => {
        if (!command.pop) return null
        const row = pop.get(mailbox, kem) as { key: Uint8Array } | undefined
        return row?.key ?? null
      }
      const oneTime = popOf(CLASSIC)
      const kem = popOf(KEM) ?? found.lastResort
      return { kind: 'keys', keys: { shared: found.shared, oneTime, kem }, left: count(mailbox, nowMs) }
    },

    isPublished: (mailbox, nowMs) => findPublication(mailbox, nowMs) !== undefined,
    count,
    drop,

    expire: (nowMs, most) => {
      const mailboxes = expired.all(nowMs, most) as unknown as readonly { readonly mailbox: Uint8Array }[]
      for (const { mailbox } of mailboxes) drop(mailbox)
      return mailboxes.length
    },
  }
}
