/**
 * An author leaves its files at the group's relays, for members who are away (PROTOCOL §14.35, §14.36): one chunk after the other, read from the
 * store when there is room for it on the line, and none while a message or a letter of this device is on its way to that relay.
 */
import { readRecord, recordPlace, relayBytes, sealRelayRecord } from '@sotto/blob'
import { equalBytes, LIMITS, type RefusalCode, type ServedLimits } from '@sotto/wire'
import { touch } from '../../groups/group-row.ts'
import { byReach } from '../../links/group-relays.ts'
import { runClient } from '../../links/relay-client.ts'
import { relayName } from '../../links/relay-links.ts'
import { wantedFor } from '../../links/wanted-relays.ts'
import type { Context } from '../../state/context.ts'
import {
  CHUNK_JOBS,
  CHUNK_LEAVING,
  type ChunkJob,
  type FileKey,
  type FileRow,
  LEAVING,
  LEFT,
  type Left,
  type LeftAt,
  NO_ROOM_FOR_FILES,
} from '../../state/tables/files.ts'
import { IN_FLIGHT } from '../../state/tables/links.ts'
import { setTimer } from '../../state/timers.ts'
import { chunkLost, fileAt, keyOf, layoutOf } from '../file-rows.ts'
import { readChunk } from '../jobs.ts'
import { isChunkOf } from '../take-chunks.ts'
import { keysAtRelay, mailboxName, readyRelay, recordKeyAt, toWrite } from './file-mailbox.ts'
import { leaveAt, putLeftAt, stopLeaving, takenAt } from './left-rows.ts'

/** Reads the next chunks for each relay that takes some. Runs at the end of each step. */
export function leaveChunks(context: Context): void {
  if (context.transaction.first(LEAVING) === undefined) return
  const since = (key: readonly string[]): number => context.transaction.get(LEFT, ...key)?.sinceMs ?? 0
  const oldestFirst = context.transaction.scan(LEAVING).toSorted((a, b) => since(a.key) - since(b.key))
  for (const { key } of oldestFirst) leaveFile(context, key as unknown as FileKey)
}

function leaveFile(context: Context, key: FileKey): void {
  const row = fileAt(context, key)
  const left = context.transaction.get(LEFT, ...key)
  if (row === undefined || left === undefined) return stopLeaving(context, key)
  // The person took it off the disk, or that lost some of it: it may be whole again.
  if (row.state !== 'whole') return isOver(context, left) ? done(context, key) : undefined
  const target = isOver(context, left) ? null : nextRelay(context, key, row, left)
  if (target === null) return done(context, key)
  if (target === undefined) return
  const { name, at } = target
  const before = context.transaction.get(LEAVING, ...key)
  if (before?.relay !== name) {
    if (before !== undefined) saveTaken(context, key)
    leaveAt(context, key, name, at.taken)
  }
  // Messages and letters go first.
  if (context.transaction.first(IN_FLIGHT, name) !== undefined) return
  readNext(context, key, row, name, at)
}

/** What no relay took in the time for which one would have kept it is not left any more. */
const isOver = (context: Context, left: Left): boolean => left.sinceMs + LIMITS.blobRetentionMs <= context.nowMs

function done(context: Context, key: FileKey): void {
  saveTaken(context, key)
  stopLeaving(context, key)
  touch(context, key[0])
}

/** The relay that a file is left at now; null: at no more; `undefined`: at none before something changes. */
function nextRelay(context: Context, key: FileKey, row: FileRow, before: Left): { readonly name: string; readonly at: LeftAt } | null | undefined {
  let left = before
  let waits = false
  for (const address of byReach(context, wantedFor(context, key[0], 'member') ?? [])) {
    if (left.at.filter(({ state }) => state === 'left').length >= LIMITS.relaysOfFile) return null
    const name = relayName(context, address)
    const relay = readyRelay(context, name)
    const known = left.at.find((each) => each.address === address)
    if (known !== undefined && known.state !== 'leaving') continue
    if (known === undefined && left.at.length >= LIMITS.relays) continue
    if (relay === undefined || isFullNow(context, name)) {
      waits = true
      continue
    }
    const isSameStore = known?.incarnation !== undefined && known.incarnation !== null && equalBytes(known.incarnation, relay.incarnation)
    if (known !== undefined && isSameStore) return { name, at: known }
    const { keys, appendSeed } = keysAtRelay(context, { key: keyOf(row) }, address)
    const state = mayBeLeft(relay.limits, row, left) ? 'leaving' : 'refused'
    const at: LeftAt = { address, incarnation: relay.incarnation, keys, appendSeed, taken: 0, state }
    left = putLeftAt(context, key, left, at)
    if (state === 'leaving') return { name, at }
    touch(context, key[0])
  }
  return waits ? undefined : null
}

/** Whether a relay keeps files so long, and one that vanishes for no longer than the rules allow. */
const mayBeLeft = ({ blobBytes, blobKeepSeconds }: ServedLimits, row: FileRow, { vanishes }: Left): boolean =>
  row.sizeBytes <= blobBytes && relayBytes(layoutOf(row)) <= blobBytes && !(vanishes && blobKeepSeconds * 1000 > LIMITS.blobRetentionMs)

/** Whether a relay said that it has no room for files, a short while ago. */
function isFullNow(context: Context, name: string): boolean {
  const full = context.transaction.get(NO_ROOM_FOR_FILES, name)
  if (full === undefined || full.sinceMs + full.waitMs <= context.nowMs || full.sinceMs > context.nowMs) return false
  setTimer(context, 'files', full.sinceMs + full.waitMs, 'earliest')
  return true
}

function readNext(context: Context, key: FileKey, row: FileRow, relay: string, at: LeftAt): void {
  const layout = layoutOf(row)
  const mailbox = mailboxName(context, at.keys)
  let underWay = context.transaction.scan(CHUNK_LEAVING, relay).length
  for (;;) {
    const leaving = context.transaction.get(LEAVING, ...key)
    if (leaving === undefined || leaving.next >= layout.chunks || underWay >= LIMITS.chunksLeaving) return
    const chunk = leaving.next
    if (leaving.early.includes(chunk)) {
      context.transaction.put(LEAVING, key, { ...leaving, next: chunk + 1 })
      continue
    }
    const token = `chunk-${(context.transaction.get(CHUNK_JOBS, 'self') ?? 0) + 1}`
    const { offset, length } = recordPlace(layout, chunk)
    context.transaction.put(CHUNK_LEAVING, [relay, token], { file: key, mailbox, chunk, isSent: false })
    context.transaction.put(LEAVING, key, { ...leaving, next: chunk + 1 })
    readChunk(context, { kind: 'leave', file: key, stored: row.stored, chunk, relay, token }, row.stored, offset, length)
    underWay++
  }
}

/** A chunk was read for a relay. It may not be wanted there any more. */
export function chunkToLeave(
  context: Context,
  { file: key, stored, chunk, relay, token }: Extract<ChunkJob, { readonly kind: 'leave' }>,
  record: Uint8Array | null,
): void {
  const asked = context.transaction.get(CHUNK_LEAVING, relay, token)
  if (asked === undefined) return
  context.transaction.delete(CHUNK_LEAVING, relay, token)
  const row = fileAt(context, key)
  const at = leftHere(context, key, relay)
  if (row === undefined || row.stored !== stored || at === undefined || context.transaction.get(LEAVING, ...key)?.relay !== relay) return
  const layout = layoutOf(row)
  const read = record === null ? undefined : readRecord(layout, chunk, record)
  if (record === null || read === undefined || !isChunkOf(context, row, layout, chunk, read.sealed, read.proof)) {
    chunkLost(context, key, row, chunk)
    return fromTaken(context, key)
  }
  if (readyRelay(context, relay) === undefined) return fromTaken(context, key)
  const body = sealRelayRecord(context.provider.primitives, recordKeyAt(context, { key: keyOf(row) }, at.address), layout, chunk, record)
  context.transaction.put(CHUNK_LEAVING, [relay, token], { ...asked, isSent: true })
  runClient(context, relay, (client) => context.mailbox.append(client, { token, credentials: toWrite(at), body, class: 'stored' }, context.nowMs))
}

const leftHere = (context: Context, key: FileKey, relay: string): LeftAt | undefined =>
  context.transaction.get(LEFT, ...key)?.at.find(({ address }) => relayName(context, address) === relay)

/** What the relay did not acknowledge is read for it again. */
function fromTaken(context: Context, key: FileKey): void {
  const leaving = context.transaction.get(LEAVING, ...key)
  if (leaving !== undefined) context.transaction.put(LEAVING, key, { ...leaving, next: leaving.taken })
}

/** A relay has a chunk on its disk. */
export function chunkLeft(context: Context, relay: string, token: string): void {
  const asked = context.transaction.get(CHUNK_LEAVING, relay, token)
  if (asked === undefined) return
  context.transaction.delete(CHUNK_LEAVING, relay, token)
  // One that took a short chunk has no room yet for what it refused before.
  if (!isFullNow(context, relay)) context.transaction.delete(NO_ROOM_FOR_FILES, relay)
  const { file: key, chunk } = asked
  const leaving = context.transaction.get(LEAVING, ...key)
  const row = fileAt(context, key)
  if (leaving?.relay !== relay || row === undefined || chunk < leaving.taken) return
  const early = new Set([...leaving.early, chunk])
  let { taken } = leaving
  while (early.delete(taken)) taken++
  const unsaved = leaving.unsaved + taken - leaving.taken
  context.transaction.put(LEAVING, key, { ...leaving, taken, early: [...early], next: Math.max(leaving.next, taken), unsaved })
  if (taken >= layoutOf(row).chunks) endAt(context, key, relay, 'left')
  else if (unsaved >= LIMITS.chunksUnsaved) saveTaken(context, key)
}

/** Nothing more of it is left at this relay. */
function endAt(context: Context, key: FileKey, relay: string, state: 'left' | 'refused'): void {
  saveTaken(context, key)
  const [left, at] = [context.transaction.get(LEFT, ...key), leftHere(context, key, relay)]
  if (left !== undefined && at !== undefined) putLeftAt(context, key, left, { ...at, state })
  leaveAt(context, key, null)
  touch(context, key[0])
}

/** Refusals that waiting does not change: the file is too large there. */
const FOR_GOOD: ReadonlySet<RefusalCode> = new Set(['full', 'tooBig', 'notLadder', 'notAllowed', 'badSignature'])

/** A relay did not take a chunk: not at all, or not now. */
export function chunkRefused(context: Context, relay: string, token: string, code: RefusalCode, retryAfterMs: number): void {
  const asked = context.transaction.get(CHUNK_LEAVING, relay, token)
  if (asked === undefined) return
  context.transaction.delete(CHUNK_LEAVING, relay, token)
  const isHere = context.transaction.get(LEAVING, ...asked.file)?.relay === relay
  if (FOR_GOOD.has(code)) return isHere ? endAt(context, asked.file, relay, 'refused') : undefined
  if (!isFullNow(context, relay)) {
    const full = context.transaction.get(NO_ROOM_FOR_FILES, relay)
    const waitMs = Math.min(Math.max(retryAfterMs, full === undefined ? LIMITS.relayFullAgainMs : 2 * full.waitMs), LIMITS.refusedRetryMostMs)
    context.transaction.put(NO_ROOM_FOR_FILES, [relay], { sinceMs: context.nowMs, waitMs })
    setTimer(context, 'files', context.nowMs + waitMs, 'earliest')
  }
  if (isHere) fromTaken(context, asked.file)
}

/** A relay is connected: what was on its way is sent again, and what its store has lost is left there again. */
export function leaveAgainAt(context: Context, relay: string): void {
  for (const { key } of context.transaction.scan(CHUNK_LEAVING, relay)) context.transaction.delete(CHUNK_LEAVING, ...key)
  for (const { key, value } of context.transaction.scan(LEAVING))
    if (value.relay === relay) context.transaction.put(LEAVING, key, { ...value, next: value.taken, early: [] })
  const incarnation = readyRelay(context, relay)?.incarnation
  if (incarnation === undefined) return
  for (const { key: name, value } of context.transaction.scan(LEFT)) {
    const key = name as unknown as FileKey
    const at = value.at.find(({ address }) => relayName(context, address) === relay)
    const isLost = at !== undefined && at.state !== 'refused' && at.incarnation !== null && !equalBytes(at.incarnation, incarnation)
    if (at === undefined || !isLost || isOver(context, value) || fileAt(context, key) === undefined) continue
    putLeftAt(context, key, { ...value, isDone: false }, { ...at, incarnation, taken: 0, state: 'leaving' })
    leaveAt(context, key, null)
  }
}

/** The disk knows how much a relay has of a file. */
function saveTaken(context: Context, key: FileKey): void {
  const leaving = context.transaction.get(LEAVING, ...key)
  const left = context.transaction.get(LEFT, ...key)
  if (leaving === undefined || left === undefined || leaving.relay === null || leaving.unsaved === 0) return
  const at = leftHere(context, key, leaving.relay)
  if (at !== undefined && takenAt(left, at.address) !== leaving.taken) putLeftAt(context, key, left, { ...at, taken: leaving.taken })
  context.transaction.put(LEAVING, key, { ...leaving, unsaved: 0 })
}

/** Before a stop: so that nothing is sent again after it. */
export function saveAllTaken(context: Context): void {
  for (const { key } of context.transaction.scan(LEAVING)) saveTaken(context, key as unknown as FileKey)
}
