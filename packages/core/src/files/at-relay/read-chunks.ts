/**
 * A file that comes is looked for at the group's relays, where no member is connected that gives what lacks (PROTOCOL §14.37, §13.72). Every
 * record is held against the file's root before anything of it is kept: a relay, or who wrote there, can cost one chunk and no more.
 */
import { hasBit, openRelayRecord, recordPlace } from '@sotto/blob'
import { concat, LIMITS } from '@sotto/wire'
import { placesOf } from '../../links/group-relays.ts'
import { readMailbox } from '../../links/mailboxes.ts'
import { relayName } from '../../links/relay-links.ts'
import type { Context } from '../../state/context.ts'
import { CHUNK_ASKED, COMING, type Coming, type FileKey, type FileRow, READ_AT, READING, type Reading, SOURCE } from '../../state/tables/files.ts'
import { RELAY_LINK } from '../../state/tables/links.ts'
import { setTimer } from '../../state/timers.ts'
import { chunkPart } from '../ask-for-chunks.ts'
import { fileAt, keyOf, layoutOf } from '../file-rows.ts'
import { writeChunk } from '../jobs.ts'
import { isChunkOf } from '../take-chunks.ts'
import { keysAtRelay, mailboxName, readyRelay, recordKeyAt } from './file-mailbox.ts'
import { endReading, endReadingAt, saveAt } from './read-rows.ts'

/** Looks for the files that come at relays, as far as members do not give them. */
export function readAtRelays(context: Context): void {
  for (const { key } of context.transaction.scan(COMING)) readFileAtRelays(context, key as unknown as FileKey)
}

function readFileAtRelays(context: Context, key: FileKey): void {
  const row = fileAt(context, key)
  const coming = context.transaction.get(COMING, ...key)
  if (row === undefined || coming === undefined) return
  if (coming.checking !== null || coming.trouble !== null || comesFromMembers(context, key, coming)) {
    if (context.transaction.first(READING, ...key) === undefined) return
    endReading(context, key)
    return look(context)
  }
  const places = new Map(placesOf(context, key[0]).map((address) => [relayName(context, address), address]))
  for (const { key: name } of context.transaction.scan(READING, ...key)) if (!places.has(name[3] ?? '')) endReadingAt(context, key, name[3] ?? '', null)
  for (const [relay, address] of places) readAt(context, key, row, relay, address)
}

/** Whether a member that is connected gives some of what lacks. */
function comesFromMembers(context: Context, key: FileKey, { here }: Coming): boolean {
  return context.transaction
    .scan(SOURCE, ...key)
    .some(({ value: { held, isSlow } }) => !isSlow && held !== null && held.some((byte, i) => (byte & ~(here[i] ?? 0)) !== 0))
}

function readAt(context: Context, key: FileKey, row: FileRow, relay: string, address: string): void {
  const ready = readyRelay(context, relay)
  if (ready === undefined || ready.limits.blobBytes === 0 || context.transaction.get(READ_AT, ...key, relay)?.isFalse === true) return
  const reading = context.transaction.get(READING, ...key, relay)
  // Members have a moment to say that they have it.
  if (reading === undefined) rest(context, key, relay)
  else if (reading.sinceMs <= context.nowMs && reading.sinceMs + reading.waitMs > context.nowMs)
    setTimer(context, 'files', reading.sinceMs + reading.waitMs, 'earliest')
  else if (reading.state === 'reading') endQuiet(context, key, relay, reading)
  else if (context.transaction.scan(READING).filter(({ value }) => value.state === 'reading').length < LIMITS.filesReadAtOnce)
    begin(context, key, row, relay, address, reading)
}

const RESTING: Reading = {
  state: 'resting',
  sinceMs: 0,
  waitMs: LIMITS.relayAskedAfterMs,
  restMs: 0,
  mailbox: '',
  incarnation: null,
  cursor: 0,
  unkept: [],
  gives: false,
  useless: 0,
}

function rest(context: Context, key: FileKey, relay: string): void {
  context.transaction.put(READING, [...key, relay], { ...RESTING, sinceMs: context.nowMs })
  setTimer(context, 'files', context.nowMs + LIMITS.relayAskedAfterMs, 'earliest')
}

/** It gave nothing for a while: others have their turn, and it is asked again later, and ever later. */
function endQuiet(context: Context, key: FileKey, relay: string, { gives, restMs }: Reading): void {
  const nextMs = gives ? LIMITS.fileAskedAgainMs : Math.min(Math.max(LIMITS.fileAskedAgainMs, 2 * restMs), LIMITS.relayAskedMostMs)
  endReadingAt(context, key, relay, nextMs)
  setTimer(context, 'files', context.nowMs + nextMs, 'earliest')
  look(context)
}

/** Another file may have its turn. */
const look = (context: Context): void => setTimer(context, 'files', context.nowMs, 'earliest')

function begin(context: Context, key: FileKey, row: FileRow, relay: string, address: string, resting: Reading): void {
  saveAt(context, [...key, relay], resting)
  const { keys, readSeed } = keysAtRelay(context, { key: keyOf(row) }, address)
  const from = context.transaction.get(READ_AT, ...key, relay)
  context.transaction.put(READING, [...key, relay], {
    ...RESTING,
    state: 'reading',
    sinceMs: context.nowMs,
    waitMs: LIMITS.chunkLateMs,
    restMs: resting.restMs,
    mailbox: mailboxName(context, keys),
    cursor: from?.cursor ?? 0,
    incarnation: from?.incarnation ?? null,
  })
  setTimer(context, 'files', context.nowMs + LIMITS.chunkLateMs, 'earliest')
  readMailbox(context, address, { keys, readSeed, appendSeed: null, grant: null }, { kind: 'file', file: key }, from ?? null)
}

/** A record of a file's mailbox came. */
export function chunkFromRelay(context: Context, relay: string, key: FileKey, cursor: number, body: Uint8Array): void {
  const row = fileAt(context, key)
  const coming = context.transaction.get(COMING, ...key)
  const before = context.transaction.get(READING, ...key, relay)
  const link = context.transaction.get(RELAY_LINK, relay)
  if (row === undefined || coming === undefined || before?.state !== 'reading' || link === undefined || link.incarnation === null) return
  const layout = layoutOf(row)
  const opened = openRelayRecord(context.provider.primitives, recordKeyAt(context, { key: keyOf(row) }, link.address), layout, body)
  if (opened === undefined || !isChunkOf(context, row, layout, opened.chunk, opened.sealed, opened.proof))
    return leaveAlone(context, key, relay, link.incarnation)
  const { chunk, sealed, proof } = opened
  const isAnotherStore = before.incarnation !== null && before.incarnation.some((byte, i) => byte !== link.incarnation?.[i])
  const reading: Reading = { ...before, incarnation: link.incarnation, cursor, unkept: isAnotherStore ? [] : before.unkept }
  const isBeingWritten = context.transaction.get(CHUNK_ASKED, ...key, chunkPart(chunk))?.peer === null
  if (hasBit(coming.here, chunk) || isBeingWritten) {
    // In a mailbox each chunk is once: who gives them again and again gives nothing.
    if (reading.useless >= layout.chunks) return leaveAlone(context, key, relay, link.incarnation)
    const unkept = isBeingWritten ? [...reading.unkept, { cursor, chunk }] : reading.unkept
    return context.transaction.put(READING, [...key, relay], { ...reading, unkept, useless: reading.useless + 1 })
  }
  context.transaction.put(READING, [...key, relay], { ...reading, sinceMs: context.nowMs, gives: true, unkept: [...reading.unkept, { cursor, chunk }] })
  context.transaction.put(CHUNK_ASKED, [...key, chunkPart(chunk)], { peer: null, atMs: context.nowMs })
  writeChunk(context, { kind: 'keep', file: key, stored: row.stored, chunk }, row.stored, recordPlace(layout, chunk).offset, concat(sealed, ...proof))
  // The disk does not keep up: what waits for it in memory has a bound.
  if (reading.unkept.length + 1 >= LIMITS.chunksUnsaved) {
    endReadingAt(context, key, relay, LIMITS.relayAskedAfterMs)
    setTimer(context, 'files', context.nowMs + LIMITS.relayAskedAfterMs, 'earliest')
  }
}

/** What it gave is no chunk of the file: it is not asked for this one again. */
function leaveAlone(context: Context, key: FileKey, relay: string, incarnation: Uint8Array): void {
  endReadingAt(context, key, relay, null)
  context.transaction.put(READ_AT, [...key, relay], { incarnation, cursor: 0, isFalse: true })
  look(context)
}

/** Whether a relay gives a file now. */
export const comesFromRelay = ({ transaction }: Pick<Context, 'transaction'>, key: FileKey): boolean =>
  transaction.scan(READING, ...key).some(({ value }) => value.state === 'reading' && value.gives)
