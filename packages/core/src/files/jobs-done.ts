/** What the store of chunks did goes to what it was done for. */
import type { Context } from '../state/context.ts'
import { chunkToLeave } from './at-relay/leave-chunks.ts'
import { attachmentFailed, chunkSealed, proofStored } from './attach.ts'
import { chunkLookedFor } from './check-chunks.ts'
import { endJob } from './jobs.ts'
import { openForPage } from './read-file.ts'
import { serveChunk } from './serve-chunks.ts'
import { chunkKept } from './take-chunks.ts'
import { chunkNotKept } from './trouble.ts'

/** `full` and `failed`: nothing was written. */
export function chunkWritten(context: Context, job: string, how: 'done' | 'full' | 'failed'): void {
  const what = endJob(context, job)
  switch (what?.kind) {
    case 'seal':
      return how === 'done'
        ? chunkSealed(context, what.group, what.stored, what.request)
        : attachmentFailed(context, what.group, what.stored, what.request, how)
    case 'prove':
      return how === 'done' ? proofStored(context, what.group, what.stored) : attachmentFailed(context, what.group, what.stored, null, how)
    case 'keep':
      return how === 'done' ? chunkKept(context, what.file, what.stored, what.chunk) : chunkNotKept(context, what.file, what.stored, what.chunk, how)
    default:
  }
}

/** null: there is nothing, or it could not be read. */
export function chunkRead(context: Context, job: string, bytes: Uint8Array | null): void {
  const what = endJob(context, job)
  switch (what?.kind) {
    case 'glance':
    case 'check':
      return chunkLookedFor(context, what, bytes)
    case 'serve':
      return serveChunk(context, what, bytes)
    case 'leave':
      return chunkToLeave(context, what, bytes)
    case 'open':
      return openForPage(context, what, bytes)
    default:
  }
}
