/** Chunks go to members who proved that they know the file, and in the group's current epoch alone (PROTOCOL §14.12). */
import { hasBit, readRecord, recordPlace } from '@sotto/blob'
import { type EpochId, LIMITS } from '@sotto/wire'
import { sendToPeer } from '../links/peer-streams.ts'
import type { Context } from '../state/context.ts'
import { CHUNK_JOB, type ChunkJob, type FileKey, WANTED_BY } from '../state/tables/files.ts'
import { chunkLost, fileAt, hereOf, layoutOf } from './file-rows.ts'
import { chunk as chunkFrame } from './frames/chunk.ts'
import type { ChunksWanted } from './frames/chunks-wanted.ts'
import { readChunk } from './jobs.ts'
import { namedFile, sharedEpoch } from './shared-epoch.ts'
import { isChunkOf } from './take-chunks.ts'
import { tellHeld } from './who-has.ts'

/** The epoch in which a peer is served a file: it has proved that one, and that it knows the file. */
const servedIn = (context: Context, key: FileKey, peer: string): EpochId | undefined =>
  context.transaction.get(WANTED_BY, ...key, peer) === undefined ? undefined : sharedEpoch(context, key[0], peer)

/** A peer asks for chunks: those that are here are read for it, a few at a time. Who asks for more gets less. */
export function hearChunksWanted(context: Context, peer: string, frame: ChunksWanted): void {
  const found = namedFile(context, frame)
  if (found === undefined || servedIn(context, found.key, peer) === undefined) return
  const { key, row } = found
  const here = hereOf(context, key, row)
  const layout = layoutOf(row)
  let underWay = context.transaction.scan(CHUNK_JOB).filter(({ value }) => value.kind === 'serve' && value.peer === peer).length
  let lacks = false
  for (const chunk of frame.chunks) {
    if (chunk >= layout.chunks || !hasBit(here, chunk)) {
      lacks = true
      continue
    }
    if (underWay++ >= LIMITS.chunksAsked) break
    const { offset, length } = recordPlace(layout, chunk)
    readChunk(context, { kind: 'serve', file: key, stored: row.stored, chunk, peer }, row.stored, offset, length)
  }
  if (lacks) tellHeld(context, key, row, peer)
}

/** A chunk was read for a peer. What it may have is asked again, as it may have been removed meanwhile. */
export function serveChunk(
  context: Context,
  { file: key, stored, chunk, peer }: Extract<ChunkJob, { readonly kind: 'serve' }>,
  record: Uint8Array | null,
): void {
  const row = fileAt(context, key)
  const epoch = servedIn(context, key, peer)
  if (row === undefined || row.stored !== stored || epoch === undefined) return
  const layout = layoutOf(row)
  const read = record === null ? undefined : readRecord(layout, chunk, record)
  // A disk that changed a chunk must not make this device one that sends false ones.
  if (read === undefined || !isChunkOf(context, row, layout, chunk, read.sealed, read.proof)) {
    chunkLost(context, key, row, chunk)
    const now = fileAt(context, key)
    if (now !== undefined) tellHeld(context, key, now, peer)
    return
  }
  sendToPeer(context, peer, chunkFrame, { epoch, file: row.name, number: chunk, sealed: read.sealed, proof: [...read.proof] })
}
