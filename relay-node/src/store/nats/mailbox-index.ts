/** What a relay knows of the records in one mailbox without their bodies: enough to count them and to recognise a repeated one. */

export interface IndexedRecord {
  /** Text of its dedupe value. */
  readonly dedupe: string
  readonly capability: number
  /** Of its body. */
  readonly bytes: number
  readonly expiresMs: number
  /** 0 while it is on its way to the servers. */
  cursor: number
  /** Resolves with the cursor, or with 0 where it was not stored. null: it is stored. */
  readonly stored: Promise<number> | null
}

export interface MailboxIndex {
  readonly size: () => number
  readonly bytes: () => number
  readonly under: (capability: number) => number
  readonly find: (dedupe: string) => IndexedRecord | undefined
  readonly add: (record: IndexedRecord) => void
  /** Does nothing where this very record is not there. */
  readonly remove: (record: IndexedRecord) => void
  readonly expired: (nowMs: number) => readonly IndexedRecord[]
  /** Stored ones, up to this cursor. */
  readonly upTo: (cursor: number) => readonly IndexedRecord[]
  /** When the first expires, of all or of those under a capability; Infinity where there is none. */
  readonly firstExpiryMs: (capability?: number) => number
}

export function createMailboxIndex(): MailboxIndex {
  const records = new Map<string, IndexedRecord>()
  const underCapability = new Map<number, number>()
  let bytes = 0
  const count = (record: IndexedRecord, by: 1 | -1): void => {
    bytes += by * record.bytes
    const left = (underCapability.get(record.capability) ?? 0) + by
    if (left > 0) underCapability.set(record.capability, left)
    else underCapability.delete(record.capability)
  }
  return {
    size: () => records.size,
    bytes: () => bytes,
    under: (capability) => underCapability.get(capability) ?? 0,
    find: (dedupe) => records.get(dedupe),
    add: (record) => {
      const before = records.get(record.dedupe)
      if (before !== undefined) count(before, -1)
      records.set(record.dedupe, record)
      count(record, 1)
    },
    remove: (record) => {
      if (records.get(record.dedupe) !== record) return
      records.delete(record.dedupe)
      count(record, -1)
    },
    expired: (nowMs) => [...records.values()].filter(({ expiresMs }) => expiresMs <= nowMs),
    upTo: (last) => [...records.values()].filter(({ cursor }) => cursor > 0 && cursor <= last),
    firstExpiryMs: (capability) => {
      let first = Infinity
      for (const record of records.values()) {
        if (capability === undefined || record.capability === capability) first = Math.min(first, record.expiresMs)
      }
      return first
    },
  }
}
