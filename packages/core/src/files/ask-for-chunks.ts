/** How members are asked for chunks (PROTOCOL §14.13): for those first that the fewest have, so that no chunk depends on one member for long. */
import { hasBit, missingFrom } from '@sotto/blob'
import { drawBelow } from '@sotto/crypto/primitives'
import { LIMITS } from '@sotto/wire'
import { sendToPeer } from '../links/peer-streams.ts'
import type { Context } from '../state/context.ts'
import { sortable } from '../state/table.ts'
import { CHUNK_ASKED, COMING, type FileKey, type FileRow, SOURCE, type Source } from '../state/tables/files.ts'
import { PEER } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'
import { fileAt } from './file-rows.ts'
import { chunksWanted } from './frames/chunks-wanted.ts'
import { sharedEpoch } from './shared-epoch.ts'

export const chunkPart = (chunk: number): string => sortable(chunk)
export const chunkOf = (part: string | undefined): number => Number.parseInt(part ?? '', 36)

/** A chunk of a file came: its sources have room for others, of this file or another. */
export function askOn(context: Context, key: FileKey): void {
  if (askForChunks(context, key)) return
  for (const { key: other } of context.transaction.scan(COMING)) askForChunks(context, other as unknown as FileKey)
}

/** Asks each source of a file for as many chunks as it may be asked for at a time. Returns whether any was asked. */
export function askForChunks(context: Context, key: FileKey): boolean {
  const row = fileAt(context, key)
  const coming = context.transaction.get(COMING, ...key)
  if (row === undefined || coming === undefined || coming.checking !== null || coming.trouble !== null) return false
  // Where the disk is slower than the line, the line waits: else what waits for the disk grows with the file.
  if (beingWritten(context) >= LIMITS.chunksBeingWritten) {
    // Nobody says when what waits is given up: a file of it may be cancelled or deleted.
    setTimer(context, 'files', context.nowMs + LIMITS.chunksUnsavedMs, 'earliest')
    return false
  }
  const sources = context.transaction.scan(SOURCE, ...key).filter(({ value }) => value.held !== null)
  const [slow, quick] = [sources.filter(({ value }) => value.isSlow), sources.filter(({ value }) => !value.isSlow)]
  const askedQuick = quick.map((each) => askPeer(context, key, row, each, sources, []))
  // What the others have too they are asked for.
  const askedSlow = slow.map((each) => askPeer(context, key, row, each, sources, quick))
  return [...askedQuick, ...askedSlow].includes(true)
}

type Sources = readonly { readonly key: readonly string[]; readonly value: Source }[]

const haveIt = (sources: Sources, chunk: number): number => sources.filter(({ value }) => value.held !== null && hasBit(value.held, chunk)).length

/** `left`: what these have is left to them. */
function askPeer(context: Context, key: FileKey, row: FileRow, { key: name, value: source }: Sources[number], sources: Sources, left: Sources): boolean {
  const peer = name[3] ?? ''
  const epoch = sharedEpoch(context, key[0], peer)
  const link = context.transaction.get(PEER, peer)
  const coming = context.transaction.get(COMING, ...key)
  if (epoch === undefined || link === undefined || coming === undefined || source.held === null) return false
  const most = source.isSlow ? 1 : Math.min(source.window, link.path === 'relayed' ? LIMITS.chunksAskedRelayed : LIMITS.chunksAsked)
  const asked = askedOf(context, peer)
  if (asked.length >= most) return false
  const underWay = new Set(context.transaction.scan(CHUNK_ASKED, ...key).map(({ key: part }) => chunkOf(part[3])))
  const isTaken = (chunk: number): boolean => underWay.has(chunk) || haveIt(left, chunk) > 0
  const from = drawBelow(context.provider.random, 8 * coming.here.length)
  // With one source there is nothing to compare.
  const found = missingFrom(coming.here, source.held, from, sources.length > 1 ? LIMITS.chunksCompared : most - asked.length, isTaken)
  const rarest = found.map((chunk) => ({ chunk, by: haveIt(sources, chunk) })).toSorted((a, b) => a.by - b.by)
  const chunks = rarest.slice(0, most - asked.length).map(({ chunk }) => chunk)
  if (chunks.length === 0) return false
  for (const chunk of chunks) context.transaction.put(CHUNK_ASKED, [...key, chunkPart(chunk)], { peer, atMs: context.nowMs })
  // It has as long from now on as one that was asked for nothing before.
  const isFirst = !asked.some((each) => each.slice(0, 3).every((part, i) => part === key[i]))
  const heardMs = isFirst ? context.nowMs : source.heardMs
  if (isFirst) context.transaction.put(SOURCE, name, { ...source, heardMs })
  setTimer(context, 'files', heardMs + LIMITS.chunkLateMs, 'earliest')
  sendToPeer(context, peer, chunksWanted, { epoch, file: row.name, chunks: chunks.toSorted((a, b) => a - b) })
  return true
}

/**
 * A source that sent a chunk. Where chunks come later than its first ones did, they wait at its end, and it is asked for fewer at a time:
 * what waits there for several readers is mostly the same, and soon another has it.
 */
export function afterChunk(source: Source, askedMs: number | null, nowMs: number): Source {
  const heard = { ...source, heardMs: nowMs, isSlow: false }
  if (askedMs === null || askedMs > nowMs) return heard
  const tookMs = nowMs - askedMs
  const bestMs = Math.min(source.bestMs ?? tookMs, tookMs)
  const isQueued = tookMs > bestMs + LIMITS.chunkQueuedMs
  return { ...heard, bestMs, window: isQueued ? Math.max(1, source.window - 1) : Math.min(LIMITS.chunksAsked, source.window + 1) }
}

/** The chunks that a peer was asked for and has not sent, of all files. */
const askedOf = ({ transaction }: Pick<Context, 'transaction'>, peer: string): readonly (readonly string[])[] =>
  transaction.scan(CHUNK_ASKED).flatMap(({ key, value }) => (value.peer === peer ? [key] : []))

/** How many chunks of all files were sent and are not in the store yet. */
export const beingWritten = ({ transaction }: Pick<Context, 'transaction'>): number =>
  transaction.scan(CHUNK_ASKED).filter(({ value }) => value.peer === null).length
