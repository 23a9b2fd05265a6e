/** Chunks that come are held against the file's root before anything of them is kept (PROTOCOL §14.14, §13.70): one that is none ends its source. */
import { chunkHashing, countBits, type FileLayout, hasBit, isProven, recordPlace } from '@sotto/blob'
import { concat, LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { CHUNK_ASKED, COMING, type FileKey, type FileRow, SOURCE } from '../state/tables/files.ts'
import { afterChunk, askOn, beingWritten, chunkPart } from './ask-for-chunks.ts'
import { chunkCame, fileAt, layoutOf } from './file-rows.ts'
import type { Chunk } from './frames/chunk.ts'
import { keptHere } from './at-relay/read-rows.ts'
import { writeChunk } from './jobs.ts'
import { namedFile } from './shared-epoch.ts'
import { endSource, tellWhole } from './who-has.ts'

/** Whether this is a chunk of the file. */
export function isChunkOf(context: Context, row: FileRow, layout: FileLayout, chunk: number, sealed: Uint8Array, proof: readonly Uint8Array[]): boolean {
  const hashing = chunkHashing(context.provider.primitives)
  return (
    chunk < layout.chunks &&
    sealed.length === recordPlace(layout, chunk).sealedBytes &&
    isProven(hashing, row.root, { count: layout.chunks, index: chunk }, hashing.leaf(sealed), proof)
  )
}

/** A peer sends a chunk. Also one that it was not asked for, or not any more, if it lacks here. */
export function takeChunk(context: Context, peer: string, frame: Chunk): void {
  const found = namedFile(context, frame)
  if (found === undefined) return
  const { key, row } = found
  const { number: chunk, sealed, proof } = frame
  const source = context.transaction.get(SOURCE, ...key, peer)
  const coming = context.transaction.get(COMING, ...key)
  if (source === undefined || source.isFalse || coming === undefined || coming.checking !== null) return
  const layout = layoutOf(row)
  const part = chunkPart(chunk)
  const asked = context.transaction.get(CHUNK_ASKED, ...key, part)
  if (asked?.peer === null || (chunk < layout.chunks && hasBit(coming.here, chunk))) return
  if (!isChunkOf(context, row, layout, chunk, sealed, proof)) return endSource(context, key, peer, source)
  context.transaction.put(SOURCE, [...key, peer], afterChunk(source, asked?.peer === peer ? asked.atMs : null, context.nowMs))
  context.transaction.put(CHUNK_ASKED, [...key, part], { peer: null, atMs: context.nowMs })
  writeChunk(context, { kind: 'keep', file: key, stored: row.stored, chunk }, row.stored, recordPlace(layout, chunk).offset, concat(sealed, ...proof))
  askOn(context, key)
}

/** A chunk that came is in the store. */
export function chunkKept(context: Context, key: FileKey, stored: string, chunk: number): void {
  const row = fileAt(context, key)
  if (row === undefined || row.stored !== stored) return
  context.transaction.delete(CHUNK_ASKED, ...key, chunkPart(chunk))
  keptHere(context, key, chunk)
  const answered = context.transaction.scan(SOURCE, ...key).filter(({ value }) => value.held !== null && countBits(value.held) > 0)
  chunkCame(context, key, row, chunk)
  const now = fileAt(context, key)
  if (now?.state === 'whole')
    tellWhole(
      context,
      key,
      now,
      answered.map(({ key: name }) => name[3] ?? ''),
    )
  // Others were asked for when it came, unless too many waited for the disk then.
  if (beingWritten(context) === LIMITS.chunksBeingWritten - 1) askOn(context, key)
}
