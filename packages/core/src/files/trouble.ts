/** What could not be written: it is said, nothing half-done is left, and it is tried again (PROTOCOL §14.18). */
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { CHUNK_ASKED, COMING, type FileKey } from '../state/tables/files.ts'
import { setTimer } from '../state/timers.ts'
import { endReading } from './at-relay/read-rows.ts'
import { chunkPart } from './ask-for-chunks.ts'
import { fileAt } from './file-rows.ts'

/** A chunk that came was not kept. */
export function chunkNotKept(context: Context, key: FileKey, stored: string, chunk: number, why: 'full' | 'failed'): void {
  if (fileAt(context, key)?.stored !== stored) return
  context.transaction.delete(CHUNK_ASKED, ...key, chunkPart(chunk))
  const coming = context.transaction.get(COMING, ...key)
  if (coming === undefined) return
  endReading(context, key)
  context.transaction.put(COMING, key, { ...coming, trouble: { why, atMs: context.nowMs } })
  setTimer(context, 'files', context.nowMs + LIMITS.chunkFullAgainMs, 'earliest')
}
