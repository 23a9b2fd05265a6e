/** What a mailbox server accepts, and under which conditions. */
import { LIMITS, type MailboxRequest, isLadderLength, mailboxDedupeInput } from '@sotto/wire'
import type { Claim, StoreCommand } from '../store/mailbox-store.ts'
import { BUDGET_RETRY_MS, type Budgets } from './budgets.ts'
import type { Handle } from './connections.ts'
import type { Desk } from './desk.ts'
import type { Pushes } from './pushes.ts'
import type { Rooms } from './rooms.ts'
import { keepMsOf, retentionClassOf } from './retention.ts'
import { createShares, type Filled } from './shares.ts'

type Append = Extract<MailboxRequest, { readonly kind: 'append' }>

export interface Appends {
  readonly append: (handle: Handle, request: Append, nowMs: number) => void
  readonly forgetConnection: (connection: number) => void
}

/** A full inbox or rendezvous is worth another try after this, if nothing was said of room before: its owner empties it. A guess. */
const OWNER_RETRY_MS = 5 * 60_000

/** A file has as many records as if its chunks were half as large: more are no file. */
const LEAST_OF_CHUNK_BYTES = LIMITS.blobChunkBytes / 2

const NOTHING: Filled = { records: 0, bytes: 0 }

export function createAppends(desk: Desk, { pushes, budgets, rooms }: { readonly pushes: Pushes; readonly budgets: Budgets; readonly rooms: Rooms }): Appends {
  const { limits, primitives } = desk
  const shares = createShares(limits)

  const claimOf = (handle: Handle): Claim => {
    switch (handle.kind) {
      case 'group':
        return 'group'
      case 'inbox':
        return handle.capability === 0 ? 'stranger' : 'granted'
      case 'rendezvous':
        return 'stranger'
      case 'blob':
        return 'blob'
    }
  }

  /** How much may wait behind this handle, where its client has `own` there, and when a full mailbox is worth another try at the latest. */
  const roomOf = (handle: Handle, own: Filled): Pick<Extract<StoreCommand, { kind: 'append' }>, 'most' | 'longestWaitMs'> => {
    switch (handle.kind) {
      case 'group': {
        const { groupMailboxRecords, groupMailboxBytes, freeBesideShare, retentionMs } = limits
        // A multiple of what it has there already has to stay free.
        const records = groupMailboxRecords - freeBesideShare * own.records
        const bytes = groupMailboxBytes - freeBesideShare * own.bytes
        return { most: { records, bytes, capabilityRecords: records }, longestWaitMs: retentionMs }
      }
      case 'inbox': {
        const most = { records: limits.inboxRecords, bytes: Number.MAX_SAFE_INTEGER, capabilityRecords: handle.capabilityRecords }
        return { most, longestWaitMs: OWNER_RETRY_MS }
      }
      case 'rendezvous': {
        const { rendezvousRecords: records } = limits
        return { most: { records, bytes: Number.MAX_SAFE_INTEGER, capabilityRecords: records }, longestWaitMs: OWNER_RETRY_MS }
      }
      case 'blob': {
        const { blobMailboxBytes: bytes, blobRetentionMs } = limits
        const records = Math.ceil(bytes / LEAST_OF_CHUNK_BYTES)
        return { most: { records, bytes, capabilityRecords: records }, longestWaitMs: blobRetentionMs }
      }
    }
  }

  const signal = (handle: Handle, { request, body }: Append): void => {
    const claim = claimOf(handle)
    if (claim === 'stranger' || claim === 'blob') {
      desk.refuse(handle.connection, request, 'notAllowed')
      return
    }
    desk.count('signalled')
    pushes.signal(handle, body)
    desk.tell(handle.mailbox, { kind: 'signal', body })
    desk.say(handle.connection, { kind: 'done', request })
  }

  const store = (handle: Handle, { request, body }: Append, nowMs: number): void => {
    const { connection, mailbox, name, capability } = handle
    const giveBackShare = (): void => {
      if (handle.kind === 'group') shares.giveBack(name, connection.id, connection.address, body.length)
    }
    const what = handle.kind === 'blob' ? 'blobs' : 'letters'
    const keptMs = budgets.takeKept(connection, body.length, nowMs, what)
    if (keptMs > 0) {
      desk.refuse(connection, request, 'share', Math.min(keptMs, BUDGET_RETRY_MS))
      return
    }
    const own = handle.kind === 'group' ? shares.take(name, connection.id, connection.address, body.length, nowMs) : NOTHING
    const { most, longestWaitMs } = roomOf(handle, own)
    const dedupe = primitives.sha256(mailboxDedupeInput(mailbox, body))
    const expiresMs = nowMs + keepMsOf(limits, retentionClassOf(handle.kind, capability, 'stored'))
    const claim = claimOf(handle)
    const command = { kind: 'append', mailbox, capability, claim, body, dedupe, expiresMs, most, longestWaitMs } as const
    desk.store(connection, request, command, (result, storedMs) => {
      const isNew = result.kind === 'appended' && !result.duplicate
      if (!isNew) {
        giveBackShare()
        budgets.giveBackKept(connection, body.length, storedMs, what)
      }
      if (result.kind === 'refused' && result.code === 'full') {
        // Of what its owner empties only a time is told, after which it is worth another try.
        const isExpiry = handle.kind === 'group' || handle.kind === 'blob' || result.retryAfterMs < longestWaitMs
        rooms.wait(handle, isExpiry ? storedMs + result.retryAfterMs : Infinity)
      }
      if (result.kind !== 'appended') return
      desk.count(isNew ? 'appended' : 'duplicate')
      desk.say(connection, { kind: 'appended', request, cursor: result.cursor })
      // A shared store tells of it, in order with what other relays append.
      if (isNew && !desk.isShared) pushes.onAppended(mailbox, { cursor: result.cursor, previous: 0, capability: capability === 0 ? null : capability, body })
    })
  }

  return {
    append: (handle, request, nowMs) => {
      const { connection } = handle
      const isStranger = claimOf(handle) === 'stranger' && handle.kind === 'inbox'
      const mostBytes = isStranger ? limits.strangerRecordBytes : limits.recordBytes
      const isBlob = handle.kind === 'blob'
      const waitMs = (isBlob ? budgets.takeBlobAppend : budgets.takeAppend)(connection, nowMs)
      if (waitMs > 0) desk.refuse(connection, request.request, 'rate', waitMs)
      else if (!handle.mayAppend || (isBlob && limits.blobMailboxBytes === 0)) desk.refuse(connection, request.request, 'notAllowed')
      else if (handle.untilMs <= nowMs) desk.refuse(connection, request.request, 'expired')
      else if (request.body.length > mostBytes) desk.refuse(connection, request.request, 'tooBig')
      else if (!isLadderLength(request.body.length)) desk.refuse(connection, request.request, 'notLadder')
      else if (request.class === 'signal') signal(handle, request)
      else store(handle, request, nowMs)
    },
    forgetConnection: shares.forgetConnection,
  }
}
