/** What is due of files: a look at slow peers, a disk that was full, chunks that the row does not name yet, and what peers are to be told. */
import { LIMITS } from '@sotto/wire'
import type { Context } from '../state/context.ts'
import { CHUNK_ASKED, COMING, type FileKey, SOURCE } from '../state/tables/files.ts'
import { setTimer } from '../state/timers.ts'
import { readAtRelays } from './at-relay/read-chunks.ts'
import { fileAt, saveHere } from './file-rows.ts'
import { askForFiles, releaseAsked, tellDue } from './who-has.ts'

export function filesDue(context: Context): void {
  for (const { key } of context.transaction.scan(COMING)) {
    const name = key as unknown as FileKey
    tryDiskAgain(context, name)
    passSlowPeers(context, name)
    saveIfLong(context, name)
  }
  tellDue(context)
  askForFiles(context)
  readAtRelays(context)
}

function tryDiskAgain(context: Context, key: FileKey): void {
  const coming = context.transaction.get(COMING, ...key)
  if (coming === undefined || coming.trouble === null) return
  const againMs = coming.trouble.atMs + LIMITS.chunkFullAgainMs
  if (againMs > context.nowMs && coming.trouble.atMs <= context.nowMs) setTimer(context, 'files', againMs, 'earliest')
  else context.transaction.put(COMING, key, { ...coming, trouble: null })
}

/** What peers did not send in time is asked of others as well. */
function passSlowPeers(context: Context, key: FileKey): void {
  for (const { key: name, value } of context.transaction.scan(SOURCE, ...key)) {
    const peer = name[3] ?? ''
    if (!context.transaction.scan(CHUNK_ASKED, ...key).some((asked) => asked.value.peer === peer)) continue
    const lateMs = value.heardMs + LIMITS.chunkLateMs
    if (lateMs > context.nowMs && value.heardMs <= context.nowMs) {
      setTimer(context, 'files', lateMs, 'earliest')
      continue
    }
    context.transaction.put(SOURCE, name, { ...value, isSlow: true })
    releaseAsked(context, key, peer)
  }
}

function saveIfLong(context: Context, key: FileKey): void {
  const coming = context.transaction.get(COMING, ...key)
  const row = fileAt(context, key)
  if (coming === undefined || row === undefined || coming.unsaved === 0) return
  const dueMs = coming.savedMs + LIMITS.chunksUnsavedMs
  if (dueMs > context.nowMs && coming.savedMs <= context.nowMs) setTimer(context, 'files', dueMs, 'earliest')
  else saveHere(context, key, row, coming)
}
