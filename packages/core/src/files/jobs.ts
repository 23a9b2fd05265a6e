/** What the store of chunks is asked for, and what for: its answers come as events, in any order. */
import type { Context } from '../state/context.ts'
import { CHUNK_JOB, CHUNK_JOBS, type ChunkJob } from '../state/tables/files.ts'

function nextJob(context: Context, what: ChunkJob): string {
  const number = (context.transaction.get(CHUNK_JOBS, 'self') ?? 0) + 1
  context.transaction.put(CHUNK_JOBS, ['self'], number)
  const job = String(number)
  context.transaction.put(CHUNK_JOB, [job], what)
  return job
}

export function writeChunk(context: Context, what: ChunkJob, file: string, offset: number, bytes: Uint8Array): void {
  context.effects.push({ kind: 'writeChunk', job: nextJob(context, what), file, offset, bytes })
}

export function readChunk(context: Context, what: ChunkJob, file: string, offset: number, length: number): void {
  context.effects.push({ kind: 'readChunk', job: nextJob(context, what), file, offset, length })
}

/** Everything that is stored of a file goes. */
export const removeChunks = (context: Context, file: string): void => void context.effects.push({ kind: 'removeChunks', file })

/** What a job was for; once. undefined: it is not wanted any more. */
export function endJob(context: Context, job: string): ChunkJob | undefined {
  const what = context.transaction.get(CHUNK_JOB, job)
  context.transaction.delete(CHUNK_JOB, job)
  return what
}
