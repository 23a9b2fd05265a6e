/** A page reads a file, a range at a time: what is in one chunk comes in one answer. */
import { chunkKeyOf, chunkPlace, chunksOf, hasBit, openChunk, readRecord, recordPlace } from '@sotto/blob'
import { toBase64url } from '@sotto/wire'
import type { EngineReply } from '../contract/pages.ts'
import { no, ok } from '../contract/replies.ts'
import type { Context } from '../state/context.ts'
import type { ChunkJob, FileKey } from '../state/tables/files.ts'
import { chunkLost, fileAt, hereOf, keyOf, layoutOf } from './file-rows.ts'
import { readChunk } from './jobs.ts'
import { isChunkOf } from './take-chunks.ts'

/** Answers at once where nothing of the range is here; else `openForPage` does. `fromByte` at the end of the file: nothing is left. */
export function readFile(context: Context, request: string, key: FileKey, fromByte: number, toByte: number): EngineReply | undefined {
  const row = fileAt(context, key)
  if (row === undefined) return no('unknownFile')
  if (!Number.isSafeInteger(fromByte) || !Number.isSafeInteger(toByte) || fromByte < 0 || toByte < fromByte) return no('badRequest')
  const layout = layoutOf(row)
  const chunk = chunksOf(layout, fromByte, toByte)?.first
  const place = chunk === undefined ? undefined : chunkPlace(layout, chunk)
  if (chunk === undefined || place === undefined) return ok({ bytes: '' })
  if (!hasBit(hereOf(context, key, row), chunk)) return no('fileNotHere')
  const { offset, length } = recordPlace(layout, chunk)
  const [from, to] = [fromByte - place.fileOffset, Math.min(toByte - place.fileOffset, place.fileBytes)]
  readChunk(context, { kind: 'open', file: key, stored: row.stored, chunk, from, to, request }, row.stored, offset, length)
  return undefined
}

export function openForPage(context: Context, job: Extract<ChunkJob, { readonly kind: 'open' }>, record: Uint8Array | null): void {
  context.effects.push({ kind: 'reply', request: job.request, reply: opened(context, job, record) })
}

function opened(
  context: Context,
  { file: key, stored, chunk, from, to }: Extract<ChunkJob, { readonly kind: 'open' }>,
  record: Uint8Array | null,
): EngineReply {
  const row = fileAt(context, key)
  if (row === undefined || row.stored !== stored) return no('unknownFile')
  const layout = layoutOf(row)
  const read = record === null ? undefined : readRecord(layout, chunk, record)
  if (read === undefined || !isChunkOf(context, row, layout, chunk, read.sealed, read.proof)) {
    chunkLost(context, key, row, chunk)
    return no('fileNotHere')
  }
  const { primitives } = context.provider
  const bytes = openChunk(primitives, chunkKeyOf(primitives, keyOf(row)), layout, chunk, read.sealed)
  // It is what its author sealed, and that is no file.
  return bytes === undefined ? no('fileDamaged') : ok({ bytes: toBase64url(bytes.subarray(from, to)) })
}
