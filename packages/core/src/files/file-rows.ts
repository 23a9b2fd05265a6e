/** Rows of the files of messages: when they begin, change and end (PROTOCOL §14.11, §14.16). */
import { emptyBitmap, fileLayout, type FileLayout, fullBitmap, nameOfFile, withBit } from '@sotto/blob'
import { LIMITS, toHex } from '@sotto/wire'
import { isBlocked } from '../groups/blocked.ts'
import { touch } from '../groups/group-row.ts'
import type { Context } from '../state/context.ts'
import { textOf } from '../state/names.ts'
import { sortable } from '../state/table.ts'
import {
  CHUNK_ASKED,
  COMING,
  type Coming,
  FETCHED,
  FETCHED_AT_ONCE,
  FILE,
  FILE_NAMED,
  type FileKey,
  type FileRow,
  SOURCE,
  WANTED_BY,
} from '../state/tables/files.ts'
import { setTimer } from '../state/timers.ts'
import { beginLeaving, stopLeaving } from './at-relay/left-rows.ts'
import { endReading, forgetReading, readFromStart, saveReading } from './at-relay/read-rows.ts'
import { removeChunks } from './jobs.ts'

type Rows = Pick<Context, 'transaction'>

export const numberPart = (number: number): string => sortable(number)

export const fileAt = ({ transaction }: Rows, key: FileKey): FileRow | undefined => transaction.get(FILE, ...key)

/** The key of a file. Nothing else reads it of the row: one that is sealed there under its message's erasable key is opened here. */
export const keyOf = ({ key }: FileRow): Uint8Array => key

/** How a row's file is cut. Its size was checked before there was a row. */
export function layoutOf({ sizeBytes }: Pick<FileRow, 'sizeBytes'>): FileLayout {
  const layout = fileLayout(sizeBytes)
  if (layout === undefined) throw new RangeError(`a file of ${sizeBytes} bytes`)
  return layout
}

export const drawStored = (context: Context): string => toHex(context.provider.random(16))

/** The largest file that comes without being asked for. */
export const fetchedAtOnce = ({ transaction }: Rows): number => transaction.get(FETCHED_AT_ONCE, 'self') ?? LIMITS.fetchedAtOnceBytes

/** A file of a message is known from now on, and comes if it may unasked. Of one that is known nothing changes. */
export function addFile(context: Context, key: FileKey, row: Pick<FileRow, 'key' | 'root' | 'sizeBytes' | 'account'>): void {
  const [group] = key
  const layout = fileLayout(row.sizeBytes)
  if (layout === undefined || fileAt(context, key) !== undefined || filesOfMember(context, group, row.account) >= LIMITS.filesOfMember) return
  putFile(context, key, {
    ...row,
    stored: drawStored(context),
    name: nameOfFile(context.provider.primitives, row.key),
    isOwn: false,
    state: mayComeUnasked(context, group, row) ? 'coming' : 'waiting',
    here: emptyBitmap(layout.chunks),
  })
}

/** A file that was sealed here is part of a message. `vanishes`: with that. */
export function addOwnFile(context: Context, key: FileKey, row: Pick<FileRow, 'key' | 'root' | 'sizeBytes' | 'account' | 'stored'>, vanishes: boolean): void {
  putFile(context, key, { ...row, name: nameOfFile(context.provider.primitives, row.key), isOwn: true, state: 'whole', here: new Uint8Array() })
  beginLeaving(context, key, vanishes)
}

function putFile(context: Context, key: FileKey, row: FileRow): void {
  context.transaction.put(FILE, key, row)
  indexFile(context, key, row, null)
}

/** Builds what is derived of a row. `checking`: see `Coming`. */
export function indexFile(context: Context, key: FileKey, row: FileRow, checking: number | null): void {
  const [group, message, number] = key
  const named = context.transaction.get(FILE_NAMED, group, textOf(row.name))
  // Who sends a file's key again under another message takes nothing from the first.
  if (named === undefined) context.transaction.put(FILE_NAMED, [group, textOf(row.name)], [message, number])
  if (row.state === 'coming') beginComing(context, key, row, checking)
}

function beginComing(context: Context, key: FileKey, { here }: FileRow, checking: number | null): void {
  context.transaction.put(COMING, key, { here, unsaved: 0, savedMs: context.nowMs, trouble: null, checking })
  setTimer(context, 'files', context.nowMs, 'earliest')
}

function filesOfMember({ transaction }: Rows, group: string, account: Uint8Array): number {
  const of = textOf(account)
  return transaction.scan(FILE, group).filter(({ value }) => textOf(value.account) === of).length
}

/** Small files come by themselves, as long as one member does not send too many of them (PROTOCOL §14.15). */
function mayComeUnasked(context: Context, group: string, { sizeBytes, account }: Pick<FileRow, 'sizeBytes' | 'account'>): boolean {
  if (sizeBytes > fetchedAtOnce(context) || isBlocked(context, account)) return false
  const key = [group, textOf(account)]
  const before = context.transaction.get(FETCHED, ...key)
  const isOver = before === undefined || before.sinceMs + LIMITS.fetchedOfMemberMs <= context.nowMs || before.sinceMs > context.nowMs
  const share = isOver ? { sinceMs: context.nowMs, bytes: 0 } : before
  if (share.bytes + sizeBytes > LIMITS.fetchedOfMemberBytes) return false
  context.transaction.put(FETCHED, key, { ...share, bytes: share.bytes + sizeBytes })
  return true
}

/** The chunks that are here. */
export const hereOf = ({ transaction }: Rows, key: FileKey, row: FileRow): Uint8Array =>
  row.state === 'whole' ? fullBitmap(layoutOf(row).chunks) : (transaction.get(COMING, ...key)?.here ?? row.here)

/** A file of a message changed its state. What was on its way for it is not waited for any more. */
export function enterState(context: Context, key: FileKey, row: FileRow, state: 'whole' | 'coming' | 'paused'): void {
  const here = state === 'whole' ? new Uint8Array() : hereOf(context, key, row)
  endComing(context, key)
  if (state === 'whole') forgetReading(context, key)
  const next = { ...row, state, here }
  context.transaction.put(FILE, key, next)
  if (state === 'coming') beginComing(context, key, next, null)
  touch(context, key[0])
}

/** The person does not want a file here: its room is free again. It has another place in the store if it comes once more. */
export function cancelFile(context: Context, key: FileKey, row: FileRow): void {
  endComing(context, key)
  readFromStart(context, key)
  context.transaction.deleteAll(WANTED_BY, ...key)
  removeChunks(context, row.stored)
  context.transaction.put(FILE, key, { ...row, state: 'cancelled', here: emptyBitmap(layoutOf(row).chunks), stored: drawStored(context) })
  touch(context, key[0])
}

function endComing(context: Context, key: FileKey): void {
  endReading(context, key)
  context.transaction.delete(COMING, ...key)
  for (const table of [SOURCE, CHUNK_ASKED]) context.transaction.deleteAll(table, ...key)
}

/** A file of a message ends here, with all that is stored of it. */
export function forgetFile(context: Context, key: FileKey, row: FileRow): void {
  const [group, message, number] = key
  endComing(context, key)
  forgetReading(context, key)
  stopLeaving(context, key)
  context.transaction.deleteAll(WANTED_BY, ...key)
  const named = context.transaction.get(FILE_NAMED, group, textOf(row.name))
  if (named?.[0] === message && named[1] === number) context.transaction.delete(FILE_NAMED, group, textOf(row.name))
  context.transaction.delete(FILE, ...key)
  removeChunks(context, row.stored)
}

/** The disk knows of all chunks that are here. */
export function saveHere(context: Context, key: FileKey, row: FileRow, coming: Coming): void {
  context.transaction.put(FILE, key, { ...row, here: coming.here })
  context.transaction.put(COMING, key, { ...coming, unsaved: 0, savedMs: context.nowMs })
  saveReading(context, key)
}

/** Before a stop: so nothing is looked for in the store after it. */
export function saveAllHere(context: Context): void {
  for (const { key, value } of context.transaction.scan(COMING)) {
    const name = key as unknown as FileKey
    const row = fileAt(context, name)
    if (row !== undefined && value.unsaved > 0) saveHere(context, name, row, value)
  }
}

/** A chunk that was here is not, or is another: the disk lost it. It comes again, from those who have it. */
export function chunkLost(context: Context, key: FileKey, row: FileRow, chunk: number): void {
  const before = hereOf(context, key, row)
  const here = before.slice()
  readFromStart(context, key)
  here[chunk >> 3] = (here[chunk >> 3] ?? 0) & ~(0x80 >> (chunk & 7))
  const coming = context.transaction.get(COMING, ...key)
  if (coming !== undefined) return saveHere(context, key, row, { ...coming, here })
  const next: FileRow = { ...row, state: row.state === 'whole' ? 'coming' : row.state, here }
  context.transaction.put(FILE, key, next)
  if (next.state === 'coming') beginComing(context, key, next, null)
  touch(context, key[0])
}

/** A chunk is here, and the file is whole if it was the last one that lacked. */
export function chunkCame(context: Context, key: FileKey, row: FileRow, chunk: number): void {
  const coming = context.transaction.get(COMING, ...key)
  // It was paused meanwhile.
  if (coming === undefined) {
    if (row.state === 'paused') context.transaction.put(FILE, key, { ...row, here: withBit(row.here, chunk) })
    return
  }
  const now: Coming = {
    ...coming,
    here: withBit(coming.here, chunk),
    unsaved: coming.unsaved + 1,
    savedMs: coming.unsaved === 0 ? context.nowMs : coming.savedMs,
    trouble: null,
  }
  context.transaction.put(COMING, key, now)
  tellLater(context, key)
  if (isFull(now.here, layoutOf(row).chunks)) enterState(context, key, row, 'whole')
  else if (now.unsaved >= LIMITS.chunksUnsaved) saveHere(context, key, row, now)
  else setTimer(context, 'files', now.savedMs + LIMITS.chunksUnsavedMs, 'earliest')
}

const isFull = (here: Uint8Array, chunks: number): boolean => {
  const full = fullBitmap(chunks)
  return here.every((byte, i) => byte === full[i])
}

/** Those who want the file hear of what came, a little later. */
function tellLater(context: Context, key: FileKey): void {
  for (const { key: peer, value } of context.transaction.scan(WANTED_BY, ...key)) {
    if (!value.isDue) context.transaction.put(WANTED_BY, peer, { ...value, isDue: true })
    setTimer(context, 'files', value.toldMs + LIMITS.chunksToldMs, 'earliest')
  }
}

/** The keys of a message's files, in their order. */
export const filesOf = ({ transaction }: Rows, group: string, message: string): readonly { readonly key: FileKey; readonly row: FileRow }[] =>
  transaction.scan(FILE, group, message).map(({ key, value }) => ({ key: key as unknown as FileKey, row: value }))
