/**
 * After a kill chunks may lie in the store that the row does not name, as the row is written for some at a time: they are looked for, and
 * held against the root, so that a kill costs no chunk that was written whole (PROTOCOL §14.17).
 */
import { hasBit, readRecord, recordPlace } from '@sotto/blob'
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { CHUNK_JOB, type ChunkJob, COMING, type FileKey } from '../state/tables/files.ts'
import { chunkCame, fileAt, layoutOf } from './file-rows.ts'
import { readChunk } from './jobs.ts'
import { isChunkOf } from './take-chunks.ts'
import { askForFile } from './who-has.ts'

/** Where nothing was written there are zeros, which no sealed chunk begins with. */
const GLANCE_BYTES = 16

/** `bytesStored`: by their names in the store, how long files are; what is behind that was never written. */
export function checkAll(context: Context, bytesStored: ReadonlyMap<string, number>): void {
  for (const { key, value } of context.transaction.scan(COMING)) {
    const name = key as unknown as FileKey
    const row = fileAt(context, name)
    if (row === undefined || value.checking === null) continue
    if (bytesStored.has(row.stored)) checkOn(context, name)
    else done(context, name)
  }
}

/** Looks at the next chunks that the row does not name. */
function checkOn(context: Context, key: FileKey): void {
  const row = fileAt(context, key)
  const coming = context.transaction.get(COMING, ...key)
  if (row === undefined || coming === undefined || coming.checking === null) return
  const layout = layoutOf(row)
  let underWay = lookedFor(context, key)
  let next = coming.checking
  for (; next < layout.chunks && underWay < LIMITS.chunksChecked; next++) {
    if (hasBit(coming.here, next)) continue
    underWay++
    readChunk(context, { kind: 'glance', file: key, stored: row.stored, chunk: next }, row.stored, recordPlace(layout, next).offset, GLANCE_BYTES)
  }
  context.transaction.put(COMING, key, { ...coming, checking: next })
  if (next >= layout.chunks && underWay === 0) done(context, key)
}

const lookedFor = ({ transaction }: Pick<Context, 'transaction'>, key: FileKey): number =>
  transaction.scan(CHUNK_JOB).filter(({ value }) => (value.kind === 'glance' || value.kind === 'check') && value.file.every((part, i) => part === key[i]))
    .length

function done(context: Context, key: FileKey): void {
  const coming = context.transaction.get(COMING, ...key)
  if (coming === undefined) return
  context.transaction.put(COMING, key, { ...coming, checking: null })
  askForFile(context, key)
}

type Looking = Extract<ChunkJob, { readonly kind: 'glance' | 'check' }>

export function chunkLookedFor(context: Context, { kind, file: key, stored, chunk }: Looking, bytes: Uint8Array | null): void {
  const row = fileAt(context, key)
  if (row === undefined || row.stored !== stored || context.transaction.get(COMING, ...key) === undefined) return
  const layout = layoutOf(row)
  if (kind === 'glance') {
    if (bytes?.some((byte) => byte !== 0) === true) {
      const { offset, length } = recordPlace(layout, chunk)
      return readChunk(context, { kind: 'check', file: key, stored, chunk }, stored, offset, length)
    }
  } else {
    const read = bytes === null ? undefined : readRecord(layout, chunk, bytes)
    if (read !== undefined && isChunkOf(context, row, layout, chunk, read.sealed, read.proof)) chunkCame(context, key, row, chunk)
  }
  checkOn(context, key)
}
