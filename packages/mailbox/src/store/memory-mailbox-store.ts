/** The mailbox store of tests and of the simulator. It loses nothing while it lives, and can be wiped. */
import { type MailboxId, type StoredRecord, toBase64url } from '@sotto/wire'
import {
  BLOB_SHARE,
  type Claim,
  FULL_DISK_RETRY_MS,
  type KeysLeft,
  type MailboxStore,
  NO_KEYS,
  RESERVED_SHARE,
  type StoreCommand,
  type StoreResult,
} from './mailbox-store.ts'

interface Kept extends Omit<StoredRecord, 'capability'> {
  readonly capability: number
  readonly dedupe: string
  readonly expiresMs: number
}

interface Published {
  shared: Uint8Array
  lastResort: Uint8Array
  expiresMs: number
  oneTime: KeyList
  oneTimeKem: KeyList
}

interface KeyList {
  readonly highestId: number
  readonly keys: readonly { readonly id: number; readonly key: Uint8Array }[]
}

const EMPTY_LIST: KeyList = { highestId: -1, keys: [] }

export interface MemoryMailboxStore extends MailboxStore {
  /** Loses everything and begins another life, like a relay whose disk was replaced. */
  readonly wipe: () => void
}

/** `mostBytes`: bodies in all mailboxes together, in effect the size of the disk. */
export function createMemoryMailboxStore(options: {
  readonly randomBytes: (lengthBytes: number) => Uint8Array
  readonly mostBytes?: number
}): MemoryMailboxStore {
  const mostBytes = options.mostBytes ?? Infinity
  const mailboxes = new Map<string, Kept[]>()
  const publications = new Map<string, Published>()
  let incarnation = options.randomBytes(16)
  let lastCursor = 0
  let usedBytes = 0

  /** The unexpired records of a mailbox. Expired ones are forgotten on the way. */
  const alive = (name: string, nowMs: number): Kept[] => retain(name, (record) => record.expiresMs > nowMs)

  const retain = (name: string, keep: (record: Kept) => boolean): Kept[] => {
    const records = mailboxes.get(name) ?? []
    const kept = records.filter(keep)
    for (const record of records) if (!keep(record)) usedBytes -= record.body.length
    if (kept.length === 0) mailboxes.delete(name)
    else mailboxes.set(name, kept)
    return kept
  }

  const publicationOf = (name: string, nowMs: number): Published | undefined => {
    const published = publications.get(name)
    if (published === undefined || published.expiresMs > nowMs) return published
    publications.delete(name)
    return undefined
  }

  const roomFor = (claim: Claim, isKnown: boolean): number => {
    if (claim === 'blob') return mostBytes * BLOB_SHARE
    return claim !== 'stranger' && isKnown ? mostBytes : mostBytes * (1 - RESERVED_SHARE)
  }

  const append = (command: Extract<StoreCommand, { kind: 'append' }>, nowMs: number): StoreResult => {
    const name = toBase64url(command.mailbox)
    const dedupe = toBase64url(command.dedupe)
    const records = alive(name, nowMs)
    const same = records.find((record) => record.dedupe === dedupe)
    if (same !== undefined) return { kind: 'appended', cursor: same.cursor, duplicate: true }
    const capability = records.filter((record) => record.capability === command.capability)
    const bytes = records.reduce((sum, record) => sum + record.body.length, command.body.length)
    const { most } = command
    if (records.length >= most.records || bytes > most.bytes || capability.length >= most.capabilityRecords) {
      const full = capability.length >= most.capabilityRecords ? capability : records
      const roomMs = Math.min(...full.map((record) => record.expiresMs)) - nowMs
      return { kind: 'refused', code: 'full', retryAfterMs: Math.min(roomMs, command.longestWaitMs) }
    }
    const isKnown = records.length > 0 || publicationOf(name, nowMs) !== undefined
    if (usedBytes + command.body.length > roomFor(command.claim, isKnown)) {
      return { kind: 'refused', code: 'diskFull', retryAfterMs: FULL_DISK_RETRY_MS }
    }
    usedBytes += command.body.length
    const cursor = ++lastCursor
    const { capability: number, body, expiresMs } = command
    mailboxes.set(name, [...records, { cursor, body: body.slice(), capability: number, dedupe, expiresMs }])
    return { kind: 'appended', cursor, duplicate: false }
  }

  const read = (command: Extract<StoreCommand, { kind: 'read' }>, nowMs: number): StoreResult => {
    const records: StoredRecord[] = []
    let bytes = 0
    for (const { cursor, capability, body } of alive(toBase64url(command.mailbox), nowMs)) {
      if (cursor <= command.after) continue
      bytes += body.length
      if (records.length >= command.mostRecords || (records.length > 0 && bytes > command.mostBytes)) {
        return { kind: 'records', records, more: true }
      }
      records.push({ cursor, capability: capability === 0 ? null : capability, body: body.slice() })
    }
    return { kind: 'records', records, more: false }
  }

  const publishKeys = (command: Extract<StoreCommand, { kind: 'publishKeys' }>, nowMs: number): StoreResult => {
    const name = toBase64url(command.mailbox)
    const before = publicationOf(name, nowMs)
    const { publication, replace, mostKeys } = command
    const isKnown = before !== undefined || alive(name, nowMs).length > 0
    if (!isKnown && usedBytes >= roomFor('granted', false)) return { kind: 'refused', code: 'diskFull', retryAfterMs: FULL_DISK_RETRY_MS }
    const joined = (list: KeyList, added: KeyList['keys']): KeyList => {
      const keys = replace ? [] : [...list.keys]
      let { highestId } = list
      for (const { id, key } of added) {
        if (id <= highestId || keys.length >= mostKeys) continue
        keys.push({ id, key: key.slice() })
        highestId = id
      }
      return { highestId, keys }
    }
    publications.set(name, {
      shared: publication.shared.slice(),
      lastResort: publication.lastResort.slice(),
      expiresMs: command.expiresMs,
      oneTime: joined(before?.oneTime ?? EMPTY_LIST, publication.oneTime),
      oneTimeKem: joined(before?.oneTimeKem ?? EMPTY_LIST, publication.oneTimeKem),
    })
    return { kind: 'keysLeft', left: countKeys(command.mailbox, nowMs) }
  }

  const fetchKeys = (command: Extract<StoreCommand, { kind: 'fetchKeys' }>, nowMs: number): StoreResult => {
    const published = publicationOf(toBase64url(command.mailbox), nowMs)
    if (published === undefined) return { kind: 'keys', keys: null, left: NO_KEYS }
    const pop = (list: KeyList): readonly [Uint8Array | null, KeyList] => {
      const [first, ...keys] = list.keys
      return first === undefined || !command.pop ? [null, list] : [first.key, { highestId: list.highestId, keys }]
    }
    const [oneTime, oneTimeLeft] = pop(published.oneTime)
    const [kem, kemLeft] = pop(published.oneTimeKem)
    published.oneTime = oneTimeLeft
    published.oneTimeKem = kemLeft
    const keys = { shared: published.shared, oneTime, kem: kem ?? published.lastResort }
    return { kind: 'keys', keys, left: countKeys(command.mailbox, nowMs) }
  }

  const countKeys = (mailbox: MailboxId, nowMs: number): KeysLeft => {
    const published = publicationOf(toBase64url(mailbox), nowMs)
    if (published === undefined) return NO_KEYS
    return { published: true, oneTime: published.oneTime.keys.length, oneTimeKem: published.oneTimeKem.keys.length }
  }

  const executeOne = (command: StoreCommand, nowMs: number): StoreResult => {
    switch (command.kind) {
      case 'append':
        return append(command, nowMs)
      case 'read':
        return read(command, nowMs)
      case 'acknowledge':
        retain(toBase64url(command.mailbox), (record) => record.cursor > command.upTo)
        return { kind: 'done' }
      case 'drop':
        retain(toBase64url(command.mailbox), () => false)
        publications.delete(toBase64url(command.mailbox))
        return { kind: 'done' }
      case 'publishKeys':
        return publishKeys(command, nowMs)
      case 'fetchKeys':
        return fetchKeys(command, nowMs)
      case 'countKeys':
        return { kind: 'keysLeft', left: countKeys(command.mailbox, nowMs) }
    }
  }

  return {
    incarnation: () => incarnation,
    execute: (commands, nowMs) => commands.map((command) => executeOne(command, nowMs)),
    expire: (nowMs, mostRecords) => {
      let left = mostRecords
      for (const name of mailboxes.keys()) {
        retain(name, (record) => record.expiresMs > nowMs || left-- <= 0)
      }
      for (const name of publications.keys()) {
        if (left > 0 && publications.has(name) && publicationOf(name, nowMs) === undefined) left--
      }
      return mostRecords - Math.max(0, left)
    },
    wipe: () => {
      mailboxes.clear()
      publications.clear()
      usedBytes = 0
      lastCursor = 0
      incarnation = options.randomBytes(16)
    },
    close: () => {},
  }
}
