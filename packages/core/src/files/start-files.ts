/** Files after a start: what was coming comes on, and what nothing names is removed (PROTOCOL §14.17). */
import type { Context } from '../state/context.ts'
import { COMING, FILE, type FileKey } from '../state/tables/files.ts'
import { takeUpLeaving } from './at-relay/left-rows.ts'
import { checkAttached, lookForAttached } from './attach.ts'
import { checkAll } from './check-chunks.ts'
import { indexFile } from './file-rows.ts'
import { sweepStore } from './forget-files.ts'
import { passOnNext, takeUpPassingOn } from './pass-on.ts'
import { askForFiles } from './who-has.ts'

/** `isUnclean`: the last chunks may be in the store, and not in the rows. */
export function startFiles(context: Context, isUnclean: boolean): void {
  for (const { key, value } of context.transaction.scan(FILE)) indexFile(context, key as unknown as FileKey, value, isUnclean ? 0 : null)
  takeUpLeaving(context)
  takeUpPassingOn(context)
  lookForAttached(context)
  context.effects.push({ kind: 'listChunks' })
}

/** The store says what it has; null: it cannot. */
export function chunksListed(context: Context, files: readonly { readonly file: string; readonly bytes: number }[] | null): void {
  hearStored(context, files)
  passOnNext(context)
}

function hearStored(context: Context, files: readonly { readonly file: string; readonly bytes: number }[] | null): void {
  if (files !== null) {
    const bytesStored = new Map(files.map(({ file, bytes }) => [file, bytes]))
    checkAttached(context, bytesStored)
    sweepStore(context, [...bytesStored.keys()])
    return checkAll(context, bytesStored)
  }
  for (const { key, value } of context.transaction.scan(COMING)) context.transaction.put(COMING, key, { ...value, checking: null })
  askForFiles(context)
}
