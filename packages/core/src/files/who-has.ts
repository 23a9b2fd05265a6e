/**
 * Members tell each other what they have of a file (PROTOCOL §14.12, §13.69, §13.71). Who proves on its connection that it is in the group's current
 * epoch and that it knows the file's key hears that; nobody else hears that the file is known here.
 */
import { countBits, hasBit, isBitmapOf, possessionProof } from '@sotto/blob'
import { LIMITS } from '@sotto/wire'
import { sendToPeer } from '../links/peer-streams.ts'
import type { Context } from '../state/context.ts'
import { CHUNK_ASKED, COMING, type FileKey, type FileRow, READING, SOURCE, type Source, WANTED_BY } from '../state/tables/files.ts'
import { PEER } from '../state/tables/links.ts'
import { setTimer } from '../state/timers.ts'
import { askForChunks, chunkOf } from './ask-for-chunks.ts'
import { fileAt, hereOf, keyOf, layoutOf } from './file-rows.ts'
import { type FileHeld, fileHeld } from './frames/file-held.ts'
import { type FileWanted, fileWanted } from './frames/file-wanted.ts'
import { namedFile, sharedEpoch } from './shared-epoch.ts'

/** Asks every member that is connected for the files that come, and those who have answered for chunks. */
export function askForFiles(context: Context): void {
  for (const { key } of context.transaction.scan(COMING)) askForFile(context, key as unknown as FileKey)
}

export function askForFile(context: Context, key: FileKey): void {
  // What lies here already is looked for first.
  if (context.transaction.get(COMING, ...key)?.checking !== null) return
  for (const { key: name } of context.transaction.scan(PEER)) {
    const [peer = ''] = name
    const source = context.transaction.get(SOURCE, ...key, peer)
    const isSilent = source?.held === null && !source.isFalse && source.heardMs + LIMITS.fileAskedAgainMs <= context.nowMs
    if (source === undefined || isSilent) ask(context, key, peer)
    // It may not have known the file yet, or not that this device is a member's.
    if (source === undefined || source.held === null) setTimer(context, 'files', context.nowMs + LIMITS.fileAskedAgainMs, 'earliest')
  }
  askForChunks(context, key)
}

function ask(context: Context, key: FileKey, peer: string): void {
  const row = fileAt(context, key)
  const epoch = sharedEpoch(context, key[0], peer)
  const link = context.transaction.get(PEER, peer)
  if (row === undefined || epoch === undefined || link === undefined || link.theirNonce === null) return
  const proof = possessionProof(context.provider.primitives, keyOf(row), link.ownNonce, link.theirNonce)
  context.transaction.put(SOURCE, [...key, peer], {
    held: null,
    heardMs: context.nowMs,
    window: LIMITS.chunksAskedFirst,
    bestMs: null,
    isSlow: false,
    isFalse: false,
  })
  sendToPeer(context, peer, fileWanted, { epoch, file: row.name, proof })
}

/** A peer wants a file: where it proves that it knows it, it hears what is here of it, and is asked for it if it comes here too. */
export function hearFileWanted(context: Context, peer: string, frame: FileWanted): void {
  const found = namedFile(context, frame)
  const link = context.transaction.get(PEER, peer)
  if (found === undefined || link === undefined || link.theirNonce === null || sharedEpoch(context, found.key[0], peer) === undefined) return
  const { key, row } = found
  const proof = possessionProof(context.provider.primitives, keyOf(row), link.theirNonce, link.ownNonce)
  if (!context.provider.primitives.equalConstantTime(frame.proof, proof)) return
  const before = context.transaction.get(WANTED_BY, ...key, peer)
  context.transaction.put(WANTED_BY, [...key, peer], { toldMs: before?.toldMs ?? 0, isDue: true, isWhole: false })
  tellDue(context)
  // It may not have known the file when it was asked.
  const source = context.transaction.get(SOURCE, ...key, peer)
  if (context.transaction.get(COMING, ...key)?.checking === null && (source === undefined || source.held === null)) ask(context, key, peer)
}

/** Tells those who want a file what is here of it now. */
export function tellHeld(context: Context, key: FileKey, row: FileRow, peer: string): void {
  const epoch = sharedEpoch(context, key[0], peer)
  // It is told once it has proved the epoch, when it asks again.
  if (epoch === undefined) return context.transaction.delete(WANTED_BY, ...key, peer)
  const isWhole = context.transaction.get(WANTED_BY, ...key, peer)?.isWhole === true
  context.transaction.put(WANTED_BY, [...key, peer], { toldMs: context.nowMs, isDue: false, isWhole })
  sendToPeer(context, peer, fileHeld, { epoch, file: row.name, chunks: hereOf(context, key, row) })
}

/** What peers are still to be told. */
export function tellDue(context: Context): void {
  for (const { key: name, value } of context.transaction.scan(WANTED_BY)) {
    if (!value.isDue) continue
    const [group = '', message = '', number = '', peer = ''] = name
    const key: FileKey = [group, message, number]
    const row = fileAt(context, key)
    const dueMs = value.toldMs + LIMITS.chunksToldMs
    if (row === undefined) context.transaction.delete(WANTED_BY, ...name)
    else if (dueMs > context.nowMs && value.toldMs <= context.nowMs) setTimer(context, 'files', dueMs, 'earliest')
    else tellHeld(context, key, row, peer)
  }
}

/** A peer says what it has of a file that it was asked for. */
export function hearFileHeld(context: Context, peer: string, frame: FileHeld): void {
  const found = namedFile(context, frame)
  if (found === undefined) return
  const { key, row } = found
  const wanted = context.transaction.get(WANTED_BY, ...key, peer)
  if (wanted !== undefined) context.transaction.put(WANTED_BY, [...key, peer], { ...wanted, isWhole: isAll(frame.chunks, row) })
  const source = context.transaction.get(SOURCE, ...key, peer)
  if (source === undefined || source.isFalse) return
  if (!isBitmapOf(frame.chunks, layoutOf(row).chunks)) return endSource(context, key, peer, source)
  context.transaction.put(SOURCE, [...key, peer], { ...source, held: frame.chunks })
  for (const { key: asked, value } of context.transaction.scan(CHUNK_ASKED, ...key)) {
    if (value.peer === peer && !hasBit(frame.chunks, chunkOf(asked[3]))) context.transaction.delete(CHUNK_ASKED, ...asked)
  }
  // Where a relay gives it, that need not any more.
  if (context.transaction.first(READING, ...key) !== undefined) setTimer(context, 'files', context.nowMs, 'earliest')
  askForChunks(context, key)
}

const isAll = (held: Uint8Array, row: FileRow): boolean => {
  const { chunks } = layoutOf(row)
  return isBitmapOf(held, chunks) && countBits(held) === chunks
}

/** All of a file is here: those that were asked for it and had some hear that, once, so that their people can see who has it (PROTOCOL §14.20). */
export function tellWhole(context: Context, key: FileKey, row: FileRow, peers: readonly string[]): void {
  for (const peer of peers) {
    const epoch = sharedEpoch(context, key[0], peer)
    // Who wants it too is told as ever.
    if (epoch === undefined || context.transaction.get(WANTED_BY, ...key, peer) !== undefined) continue
    sendToPeer(context, peer, fileHeld, { epoch, file: row.name, chunks: hereOf(context, key, row) })
  }
}

/** Peers that have all of a file, as they say, and those that fetch it: as far as they were asked or asked here, and are connected. */
export function whoHas({ transaction }: Pick<Context, 'transaction'>, key: FileKey, row: FileRow): ReadonlyMap<string, 'has' | 'fetches'> {
  const peers = new Map<string, 'has' | 'fetches'>()
  for (const { key: name, value } of transaction.scan(WANTED_BY, ...key)) peers.set(name[3] ?? '', value.isWhole ? 'has' : 'fetches')
  for (const { key: name, value } of transaction.scan(SOURCE, ...key)) if (value.held !== null && isAll(value.held, row)) peers.set(name[3] ?? '', 'has')
  return peers
}

/** A peer said what cannot be: it is not asked for this file again, and others are asked for what it was to send. */
export function endSource(context: Context, key: FileKey, peer: string, source: Source): void {
  context.transaction.put(SOURCE, [...key, peer], { ...source, held: null, isFalse: true })
  releaseAsked(context, key, peer)
  askForChunks(context, key)
}

/** What a peer was asked for is asked of others. */
export function releaseAsked(context: Context, key: readonly string[], peer: string): void {
  for (const { key: asked, value } of context.transaction.scan(CHUNK_ASKED, ...key)) if (value.peer === peer) context.transaction.delete(CHUNK_ASKED, ...asked)
}

/** A peer is gone, or is there again: what it said and proved was of that connection. */
export function forgetPeer(context: Context, peer: string): void {
  const { transaction } = context
  for (const { key } of transaction.scan(SOURCE)) if (key[3] === peer) transaction.delete(SOURCE, ...key)
  for (const { key } of transaction.scan(WANTED_BY)) if (key[3] === peer) transaction.delete(WANTED_BY, ...key)
  releaseAsked(context, [], peer)
  if (transaction.first(COMING) !== undefined) setTimer(context, 'files', context.nowMs, 'earliest')
}

/** A peer proved another current epoch of a group: it is asked again, as what was asked before may not have been heard. */
export function peerProved(context: Context, peer: string, group: string): void {
  for (const { key, value } of context.transaction.scan(SOURCE, group)) {
    if (key[3] !== peer || value.isFalse) continue
    context.transaction.delete(SOURCE, ...key)
    releaseAsked(context, key.slice(0, 3), peer)
  }
  if (context.transaction.first(COMING, group) !== undefined) setTimer(context, 'files', context.nowMs, 'earliest')
}

/** How many connected members have any of a file. */
export const sourcesOf = ({ transaction }: Pick<Context, 'transaction'>, key: FileKey): number =>
  transaction.scan(SOURCE, ...key).filter(({ value }) => value.held?.some((byte) => byte !== 0) === true).length
