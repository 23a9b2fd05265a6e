/** Records in NATS: appending under quotas, reading, forgetting. What fails rejects with `StoreAway` or `NoRoom`. */
import { BLOB_SHARE, FULL_DISK_RETRY_MS, RESERVED_SHARE, type StoreCommand, type StoreResult } from '@sotto/mailbox'
import { type StoredRecord, decode, encode, toBase64url } from '@sotto/wire'
import type { DiskBudget } from './disk-budget.ts'
import type { Place } from './layout.ts'
import type { IndexedRecord, MailboxIndex } from './mailbox-index.ts'
import type { NatsLink } from './nats-link.ts'
import type { OpenMailboxes } from './open-mailboxes.ts'
import { NoRoom, StoreAway } from './store-faults.ts'
import { retentionOf, type StoredForm, storedForm } from './stored-forms.ts'

type Append = Extract<StoreCommand, { readonly kind: 'append' }>
type Read = Extract<StoreCommand, { readonly kind: 'read' }>

export interface NatsRecords {
  readonly append: (place: Place, command: Append, nowMs: number) => Promise<StoreResult>
  readonly read: (place: Place, command: Read, nowMs: number) => Promise<StoreResult>
  /** Erases what is stored up to this cursor. */
  readonly deleteUpTo: (place: Place, upTo: number) => Promise<void>
  readonly hasRecords: (place: Place) => Promise<boolean>
}

/** Messages that are erased at a time: each waits for a quorum. A guess. */
const ERASED_AT_ONCE = 32
/** A mailbox that seems full is counted again where this relay read it longer ago: others may have deleted there. A guess. */
const COUNTED_MS = 5_000
/** How often the servers may take a record for one that is gone before they are believed. */
const IDS_TRIED = 3

/** @param hasKeys whether prekeys are published under a mailbox */
export function createNatsRecords(options: {
  readonly link: NatsLink
  readonly mailboxes: OpenMailboxes
  readonly disk: DiskBudget
  readonly hasKeys: (place: Place, nowMs: number) => Promise<boolean>
}): NatsRecords {
  const { link, mailboxes, disk, hasKeys } = options

  /** After a write that may have failed half-way nothing is known of the mailbox. */
  const orForget = async <T>(place: Place, work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (fault) {
      mailboxes.forget(place)
      throw fault
    }
  }

  const erase = async (place: Place, records: readonly { readonly cursor: number; readonly bytes: number }[]): Promise<void> => {
    for (let from = 0; from < records.length; from += ERASED_AT_ONCE) {
      const some = records.slice(from, from + ERASED_AT_ONCE)
      await Promise.all(
        some.map(async ({ cursor, bytes }) => {
          if (await link.erase(place.stream, cursor)) disk.giveBack(bytes)
        }),
      )
    }
  }

  /** Takes them off the index at once, so that their room can be used, and then off the disks. */
  const forgetRecords = async (place: Place, index: MailboxIndex, records: readonly IndexedRecord[]): Promise<void> => {
    for (const record of records) index.remove(record)
    await erase(
      place,
      records.filter(({ cursor }) => cursor > 0),
    )
  }

  const isFull = (index: MailboxIndex, { most, capability, body }: Append): boolean =>
    index.size() >= most.records || index.bytes() + body.length > most.bytes || index.under(capability) >= most.capabilityRecords

  const refuseFull = (index: MailboxIndex, { most, capability, longestWaitMs }: Append, nowMs: number): StoreResult => {
    const isOfCapability = index.under(capability) >= most.capabilityRecords
    const roomMs = index.firstExpiryMs(isOfCapability ? capability : undefined) - nowMs
    return { kind: 'refused', code: 'full', retryAfterMs: Math.min(Math.max(0, roomMs), longestWaitMs) }
  }

  /** Resolves with the cursor, and whether it was there already. */
  const publish = async (place: Place, form: StoredForm, nowMs: number): Promise<{ readonly cursor: number; readonly duplicate: boolean }> => {
    const data = encode(storedForm, form)
    let id = toBase64url(form.dedupe)
    for (let tried = 0; tried < IDS_TRIED; tried++) {
      const { cursor, isDuplicate } = await link.publish(place.records, data, id)
      if (!isDuplicate) return { cursor, duplicate: false }
      // The servers know an id for longer than the record may have been there.
      const kept = await link.atOfLeader(place.stream, cursor)
      const there = kept === null || kept.subject !== place.records ? undefined : decode(storedForm, kept.data)
      if (there !== undefined && there.expiresMs > nowMs) return { cursor, duplicate: true }
      id = `${id}.${cursor}`
    }
    throw new StoreAway('a record is taken for one that is gone')
  }

  const append = async (place: Place, command: Append, nowMs: number): Promise<StoreResult> => {
    const { capability, claim, body, expiresMs } = command
    const dedupe = toBase64url(command.dedupe)
    const form: StoredForm = { expiresMs, capability, retention: retentionOf(claim), dedupe: command.dedupe, body }
    const bytes = body.length
    let index = await mailboxes.indexOf(place)
    const same = index.find(dedupe)
    if (same !== undefined && same.expiresMs > nowMs) {
      const cursor = same.stored === null ? same.cursor : await same.stored
      if (cursor === 0) throw new StoreAway('the same record was not stored')
      return { kind: 'appended', cursor, duplicate: true }
    }
    const gone: IndexedRecord[] = same === undefined ? [] : [same]
    if (isFull(index, command)) gone.push(...index.expired(nowMs))
    if (gone.length > 0) await orForget(place, forgetRecords(place, index, gone))
    if (isFull(index, command)) {
      index = await mailboxes.indexOf(place, COUNTED_MS)
      if (isFull(index, command)) return refuseFull(index, command, nowMs)
    }
    const mayUseReserve = disk.isReserveReached(bytes) && claim !== 'stranger' && claim !== 'blob' && (index.size() > 0 || (await hasKeys(place, nowMs)))
    if (!disk.take(bytes, claim === 'blob' ? BLOB_SHARE : mayUseReserve ? 1 : 1 - RESERVED_SHARE))
      return { kind: 'refused', code: 'diskFull', retryAfterMs: FULL_DISK_RETRY_MS }

    // From here to the publication nothing waits, so that cursors follow the order of commands.
    const published = publish(place, form, nowMs)
    const stored = published.then(
      ({ cursor }) => cursor,
      () => 0,
    )
    const record: IndexedRecord = { dedupe, capability, bytes, expiresMs, cursor: 0, stored }
    index.add(record)
    try {
      const { cursor, duplicate } = await published
      record.cursor = cursor
      if (duplicate) disk.giveBack(bytes)
      mailboxes.onStored(place, cursor)
      return { kind: 'appended', cursor, duplicate }
    } catch (fault) {
      disk.giveBack(bytes)
      index.remove(record)
      // It may have been stored all the same.
      if (!(fault instanceof NoRoom)) mailboxes.forget(place)
      throw fault
    }
  }

  const read = async (place: Place, { after, mostRecords, mostBytes }: Read, nowMs: number): Promise<StoreResult> => {
    const records: StoredRecord[] = []
    let bytes = 0
    for (let kept = await link.next(place.stream, place.records, after + 1); kept !== null;) {
      const form = decode(storedForm, kept.data)
      if (form !== undefined && form.expiresMs > nowMs) {
        bytes += form.body.length
        if (records.length >= mostRecords || (records.length > 0 && bytes > mostBytes)) return { kind: 'records', records, more: true }
        records.push({ cursor: kept.cursor, capability: form.capability === 0 ? null : form.capability, body: form.body })
      }
      kept = await link.next(place.stream, place.records, kept.cursor + 1)
    }
    return { kind: 'records', records, more: false }
  }

  return {
    append,
    read,
    deleteUpTo: async (place, upTo) => {
      const index = await mailboxes.indexOf(place)
      await orForget(place, forgetRecords(place, index, index.upTo(upTo)))
      mailboxes.sayGone(place, upTo)
    },
    hasRecords: async (place) => (await link.nextOfLeader(place.stream, place.records, 1)) !== null,
  }
}
