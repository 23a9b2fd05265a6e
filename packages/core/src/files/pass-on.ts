/**
 * A message is passed on with its files (PROTOCOL §14.19). Each is opened chunk by chunk and sealed again under a key of its own for each group, as no
 * key is used in two; one chunk at a time on the whole device, whatever is chosen. It goes on after a stop, from the beginning and under
 * another key where a file was not done; and the message is said once all of its files are in the store.
 */
import { chunkKeyOf, fileLayout, openChunk, readRecord, recordPlace } from '@sotto/blob'
import { LIMITS } from '@sotto/wire'
import type { EngineReply } from '../contract/pages.ts'
import { no } from '../contract/replies.ts'
import { touch } from '../groups/group-row.ts'
import { type Context, tell } from '../state/context.ts'
import { nextNumber } from '../state/local-numbers.ts'
import { sortable } from '../state/table.ts'
import { ATTACHED, type Attached, type ChunkJob, type FileKey, PASSING_ON, SEALING, type ShownFile } from '../state/tables/files.ts'
import { beginSealing, endAttachment, sealedAttachment, sealPiece } from './attach.ts'
import { chunkLost, drawStored, fileAt, keyOf } from './file-rows.ts'
import { readChunk } from './jobs.ts'
import { isChunkOf } from './take-chunks.ts'

export interface FileToPassOn {
  readonly key: FileKey
  /** As its message shows it. Its size is the row's. */
  readonly shown: Omit<ShownFile, 'sizeBytes'>
}

type Trouble = 'gone' | 'full' | 'failed'

/** Why these cannot be passed on to these groups; null: they can. */
export function wrongToPassOn(context: Context, groups: Iterable<string>, files: readonly FileToPassOn[]): EngineReply | null {
  const rows = files.map(({ key }) => fileAt(context, key))
  if (files.length > LIMITS.filesInMessage) return no('tooManyFiles', { limit: LIMITS.filesInMessage })
  if (rows.includes(undefined)) return no('unknownFile')
  if (rows.some((row) => row?.state !== 'whole')) return no('fileNotHere')
  for (const group of groups) {
    const others = context.transaction.scan(ATTACHED, group).filter(({ value }) => value.passedOn !== null).length
    if (others + files.length > LIMITS.attachmentsOfGroup) return no('tooManyFiles', { limit: LIMITS.filesInMessage })
  }
  return null
}

/** Begins to pass a message on to a group. Nothing is wrong with it. */
export function beginPassingOn(context: Context, group: string, said: string, files: readonly FileToPassOn[]): void {
  const as = sortable(nextNumber(context))
  context.transaction.put(PASSING_ON, [group, as], { text: said, files: files.length, trouble: null })
  for (const [place, { key, shown }] of files.entries()) {
    const [from, message, number] = key
    const sizeBytes = fileAt(context, key)?.sizeBytes ?? 0
    context.transaction.put(ATTACHED, [group, drawStored(context)], {
      place,
      shown: { ...shown, sizeBytes },
      sealed: null,
      passedOn: { as, group: from, message, number },
    })
  }
  passOnNext(context)
}

/** Those of one message, in their order. */
const filesPassedOn = ({ transaction }: Pick<Context, 'transaction'>, group: string, as: string) =>
  transaction
    .scan(ATTACHED, group)
    .filter(({ value }) => value.passedOn?.as === as)
    .toSorted((one, other) => one.value.place - other.value.place)

/** Begins with the next file, where none is under way. */
export function passOnNext(context: Context): void {
  const waiting = context.transaction.scan(ATTACHED).filter(({ value }) => value.passedOn !== null && value.sealed === null)
  if (waiting.some(({ key }) => context.transaction.get(SEALING, ...key) !== undefined)) return
  const placeOf = ({ passedOn, place }: Attached): string => `${passedOn?.as} ${sortable(place)}`
  const [next] = waiting.toSorted((one, other) => (placeOf(one.value) < placeOf(other.value) ? -1 : 1))
  const [group = '', stored = ''] = next?.key ?? []
  const layout = next === undefined ? undefined : fileLayout(next.value.shown.sizeBytes)
  if (layout === undefined) return
  beginSealing(context, group, stored, layout)
  passOnFurther(context, group, stored)
}

const sourceOf = (context: Context, { group, message, number }: { readonly group: string; readonly message: string; readonly number: string }) => {
  const key: FileKey = [group, message, number]
  return { key, row: fileAt(context, key) }
}

/** Something of a file is in the store: the next chunk is read, or the file is done. Of one that a page gave nothing follows. */
export function passOnFurther(context: Context, group: string, stored: string): void {
  const passedOn = context.transaction.get(ATTACHED, group, stored)?.passedOn
  if (passedOn == null) return
  const sealing = context.transaction.get(SEALING, group, stored)
  if (sealing === undefined) return isDone(context, group, passedOn.as)
  if (sealing.isGiven) return
  const { row } = sourceOf(context, passedOn)
  if (row?.state !== 'whole') return passingOnFailed(context, group, passedOn.as, 'gone')
  const { offset, length } = recordPlace(sealing.layout, sealing.next)
  readChunk(context, { kind: 'copy', group, stored, chunk: sealing.next }, row.stored, offset, length)
}

/** A chunk was read of the file that is passed on. */
export function chunkToPassOn(context: Context, { group, stored, chunk }: Extract<ChunkJob, { readonly kind: 'copy' }>, record: Uint8Array | null): void {
  const passedOn = context.transaction.get(ATTACHED, group, stored)?.passedOn
  const sealing = context.transaction.get(SEALING, group, stored)
  if (passedOn == null || sealing?.next !== chunk) return
  const { key, row } = sourceOf(context, passedOn)
  if (row?.state !== 'whole') return passingOnFailed(context, group, passedOn.as, 'gone')
  const read = record === null ? undefined : readRecord(sealing.layout, chunk, record)
  if (read === undefined || !isChunkOf(context, row, sealing.layout, chunk, read.sealed, read.proof)) {
    chunkLost(context, key, row, chunk)
    return passingOnFailed(context, group, passedOn.as, 'gone')
  }
  const { primitives } = context.provider
  const bytes = openChunk(primitives, chunkKeyOf(primitives, keyOf(row)), sealing.layout, chunk, read.sealed)
  // What its author sealed is no file.
  if (bytes === undefined) return passingOnFailed(context, group, passedOn.as, 'failed')
  sealPiece(context, group, stored, bytes, null)
}

function isDone(context: Context, group: string, as: string): void {
  if (filesPassedOn(context, group, as).every(({ value }) => value.sealed !== null)) tell(context, { kind: 'sealedToPassOn', group, as })
  passOnNext(context)
}

/** A message is said now that all of its files are sealed. They wait in their rows until it has them. */
export function takePassedOn(context: Context, group: string, as: string) {
  const row = context.transaction.get(PASSING_ON, group, as)
  const files = filesPassedOn(context, group, as).flatMap(({ key }) => sealedAttachment(context, group, key[1] ?? '') ?? [])
  if (row === undefined || files.length < row.files) return undefined
  context.transaction.delete(PASSING_ON, group, as)
  return { text: row.text, files }
}

/** It cannot be passed on: nothing of its files stays, and the person is told. */
function passingOnFailed(context: Context, group: string, as: string, trouble: Trouble): void {
  const row = context.transaction.get(PASSING_ON, group, as)
  if (row !== undefined) context.transaction.put(PASSING_ON, [group, as], { ...row, trouble })
  for (const { key } of filesPassedOn(context, group, as)) endAttachment(context, group, key[1] ?? '')
  touch(context, group)
  passOnNext(context)
}

/** A chunk could not be written. Returns whether it was one of a file that is passed on. */
export function couldNotPassOn(context: Context, group: string, stored: string, why: 'full' | 'failed'): boolean {
  const passedOn = context.transaction.get(ATTACHED, group, stored)?.passedOn
  if (passedOn == null) return false
  passingOnFailed(context, group, passedOn.as, why)
  return true
}

/** The person does not want it any more, or has seen that it could not be. Returns whether there was one. */
export function endPassingOn(context: Context, group: string, as: string): boolean {
  if (context.transaction.get(PASSING_ON, group, as) === undefined) return false
  for (const { key } of filesPassedOn(context, group, as)) endAttachment(context, group, key[1] ?? '')
  context.transaction.delete(PASSING_ON, group, as)
  touch(context, group)
  passOnNext(context)
  return true
}

/** At a start: what was not done is begun again, in another place of the store and, as all that is sealed, under another key. */
export function takeUpPassingOn(context: Context): void {
  for (const { key, value } of context.transaction.scan(ATTACHED)) {
    const [group = ''] = key
    if (value.passedOn === null || value.sealed !== null) continue
    context.transaction.delete(ATTACHED, ...key)
    context.transaction.put(ATTACHED, [group, drawStored(context)], value)
  }
}
