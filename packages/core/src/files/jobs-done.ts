/** What the store of chunks did goes to what it was done for. */
import type { Context } from '../state/context.ts'
import type { ChunkJob } from '../state/tables/files.ts'
import { chunkToLeave } from './at-relay/leave-chunks.ts'
import { attachmentFailed, chunkSealed, proofStored } from './attach.ts'
import { chunkLookedFor } from './check-chunks.ts'
import { endJob } from './jobs.ts'
import { chunkToPassOn, couldNotPassOn, passOnFurther } from './pass-on.ts'
import { openForPage } from './read-file.ts'
import { serveChunk } from './serve-chunks.ts'
import { chunkKept } from './take-chunks.ts'
import { chunkNotKept } from './trouble.ts'

/** `full` and `failed`: nothing was written. */
export function chunkWritten(context: Context, job: string, how: 'done' | 'full' | 'failed'): void {
  const what = endJob(context, job)
  switch (what?.kind) {
    case 'seal':
    case 'prove':
      return partWritten(context, what, how)
    case 'keep':
      return how === 'done' ? chunkKept(context, what.file, what.stored, what.chunk) : chunkNotKept(context, what.file, what.stored, what.chunk, how)
    default:
  }
}

/** Of a file that is attached or passed on. */
function partWritten(context: Context, what: Extract<ChunkJob, { readonly kind: 'seal' | 'prove' }>, how: 'done' | 'full' | 'failed'): void {
  const { group, stored } = what
  if (how !== 'done') {
    if (!couldNotPassOn(context, group, stored, how)) attachmentFailed(context, group, stored, what.kind === 'seal' ? what.request : null, how)
    return
  }
  if (what.kind === 'seal') chunkSealed(context, group, stored, what.request)
  else proofStored(context, group, stored)
  passOnFurther(context, group, stored)
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
    case 'copy':
      return chunkToPassOn(context, what, bytes)
    case 'open':
      return openForPage(context, what, bytes)
    default:
  }
}
