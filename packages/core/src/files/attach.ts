/**
 * A file is attached: the page hands it over piece by piece, each a chunk's worth, and each is sealed, hashed and in the store before it is
 * answered (PROTOCOL §14.11). What is whole waits for its message as a draft's text does; what is not, a stop takes, and its row says so.
 */
import {
  CHUNK_BYTES,
  chunkHashing,
  chunkKeyOf,
  chunkPlace,
  FILE_KEY_BYTES,
  type FileLayout,
  fileLayout,
  proofIn,
  recordPlace,
  rootIn,
  sealChunk,
  storedBytes,
  treeLevels,
} from '@sotto/blob'
import { equalBytes, fileNameFrom, fromBase64url, LIMITS, mediaTypeFrom } from '@sotto/wire'
import type { EngineReply, RejectionCode, WrittenPicture } from '../contract/pages.ts'
import { no, ok } from '../contract/replies.ts'
import { touch } from '../groups/group-row.ts'
import type { Context } from '../state/context.ts'
import { sortable } from '../state/table.ts'
import { ATTACHED, type Attached, LEAVES, SEALING, type Sealing, type ShownFile, TO_LOOK_FOR } from '../state/tables/files.ts'
import { drawStored } from './file-rows.ts'
import { removeChunks, writeChunk } from './jobs.ts'
import { pictureFrom } from './shown-file.ts'

const HASH_BYTES = 32
/** Leaf hashes in one row. */
const LEAVES_IN_ROW = 256
/** Writes of an attachment's end that are on their way at once. A guess. */
const WRITES_AT_ONCE = 16

export interface FileToAttach {
  readonly name: string
  readonly mediaType: string
  readonly sizeBytes: number
  readonly picture?: WrittenPicture | null
}

/** Begins to attach a file to the next message of a group. */
export function beginAttachment(context: Context, group: string, what: FileToAttach): EngineReply {
  const layout = fileLayout(what.sizeBytes)
  if (layout === undefined) return what.sizeBytes > LIMITS.fileBytes ? no('fileTooLarge', { limit: LIMITS.fileBytes }) : no('badRequest')
  const others = context.transaction.scan(ATTACHED, group).filter(({ value }) => value.passedOn === null)
  if (others.length >= LIMITS.attachmentsOfGroup) return no('tooManyFiles', { limit: LIMITS.filesInMessage })
  const picture = writtenPicture(what.picture ?? null)
  if (picture === undefined) return no('badRequest')
  const stored = drawStored(context)
  context.transaction.put(ATTACHED, [group, stored], {
    place: Math.max(-1, ...others.map(({ value }) => value.place)) + 1,
    shown: { name: fileNameFrom(what.name), mediaType: mediaTypeFrom(what.mediaType), sizeBytes: what.sizeBytes, picture },
    sealed: null,
    passedOn: null,
  })
  beginSealing(context, group, stored, layout)
  return ok({ file: stored, pieceBytes: CHUNK_BYTES, pieces: Math.max(1, Math.ceil(what.sizeBytes / CHUNK_BYTES)) })
}

/** A file is sealed from now on, under a key that nothing else has. */
export function beginSealing(context: Context, group: string, stored: string, layout: FileLayout): void {
  const key = context.provider.random(FILE_KEY_BYTES)
  context.transaction.put(SEALING, [group, stored], {
    key,
    chunkKey: chunkKeyOf(context.provider.primitives, key),
    layout,
    next: 0,
    done: 0,
    tree: null,
    isGiven: false,
    finishing: null,
  })
}

/** undefined: the page says what cannot be. */
export function writtenPicture(said: WrittenPicture | null): ShownFile['picture'] | undefined {
  if (said === null) return null
  const thumbnail = fromBase64url(said.thumbnail)
  return thumbnail === undefined ? undefined : (pictureFrom({ width: said.width, height: said.height, thumbnail }) ?? undefined)
}

/** The next piece: `CHUNK_BYTES` of the file, or what is left of it. Answered once it is in the store; the last one, once everything is. */
export function takePiece(context: Context, request: string, group: string, stored: string, piece: number, said: string): EngineReply | undefined {
  const sealing = context.transaction.get(SEALING, group, stored)
  const bytes = fromBase64url(said)
  // It is whole; or it was taken away, or lost at a stop.
  if (sealing === undefined) return no(sealedAttachment(context, group, stored) === undefined ? 'unknownFile' : 'badRequest')
  const place = chunkPlace(sealing.layout, piece)
  // One key seals one content: what is sealed is never sealed again.
  if (sealing.isGiven || piece !== sealing.next || bytes === undefined || place?.fileBytes !== bytes.length) return no('badRequest')
  sealPiece(context, group, stored, bytes, request)
  return undefined
}

/** Seals the next piece of a file. `request`: a page's, which is answered when it is in the store; for the last one, when everything is. */
export function sealPiece(context: Context, group: string, stored: string, bytes: Uint8Array, request: string | null): void {
  const sealing = context.transaction.get(SEALING, group, stored)
  const place = sealing === undefined ? undefined : chunkPlace(sealing.layout, sealing.next)
  if (sealing === undefined || place === undefined) return
  const isLast = place.fileOffset + place.fileBytes >= sealing.layout.sizeBytes
  sealNext(context, group, stored, isLast ? null : request, bytes)
  if (!isLast) return
  change(context, group, stored, { isGiven: true, finishing: request })
  sealZeros(context, group, stored)
}

function change(context: Context, group: string, stored: string, what: Partial<Sealing>): Sealing | undefined {
  const sealing = context.transaction.get(SEALING, group, stored)
  if (sealing === undefined) return undefined
  const next = { ...sealing, ...what }
  context.transaction.put(SEALING, [group, stored], next)
  return next
}

/** Seals a chunk and writes it. `request`: the page's, answered when it is in the store. */
function sealNext(context: Context, group: string, stored: string, request: string | null, bytes: Uint8Array): void {
  const sealing = context.transaction.get(SEALING, group, stored)
  if (sealing === undefined) return
  const { layout, next, chunkKey } = sealing
  const sealed = sealChunk(context.provider.primitives, chunkKey, layout, next, bytes)
  keepLeaf(context, group, stored, next, chunkHashing(context.provider.primitives).leaf(sealed))
  change(context, group, stored, { next: next + 1 })
  writeChunk(context, { kind: 'seal', group, stored, request }, stored, recordPlace(layout, next).offset, sealed)
}

function keepLeaf(context: Context, group: string, stored: string, index: number, hash: Uint8Array): void {
  const key = [group, stored, sortable(Math.floor(index / LEAVES_IN_ROW))]
  const before = context.transaction.get(LEAVES, ...key) ?? new Uint8Array()
  const leaves = new Uint8Array(before.length + HASH_BYTES)
  leaves.set(before)
  leaves.set(hash, before.length)
  context.transaction.put(LEAVES, key, leaves)
}

/** The chunks behind the file's end hold nothing but zeros: a few at a time. */
function sealZeros(context: Context, group: string, stored: string): void {
  for (;;) {
    const sealing = context.transaction.get(SEALING, group, stored)
    if (sealing === undefined || !sealing.isGiven) return
    const { next, layout } = sealing
    if (next >= layout.chunks || next - sealing.done >= WRITES_AT_ONCE) return
    sealNext(context, group, stored, null, new Uint8Array())
  }
}

/** A chunk of an attachment is in the store. After the last one come the proofs. */
export function chunkSealed(context: Context, group: string, stored: string, request: string | null): void {
  const before = context.transaction.get(SEALING, group, stored)
  if (request !== null) context.effects.push({ kind: 'reply', request, reply: before === undefined ? no('unknownFile') : ok() })
  if (before === undefined) return
  const sealing = change(context, group, stored, { done: before.done + 1 })
  if (sealing === undefined) return
  sealZeros(context, group, stored)
  if (sealing.done < sealing.layout.chunks) return
  const pages = context.transaction.scan(LEAVES, group, stored).map(({ value }) => value)
  const leaves = new Uint8Array(sealing.layout.chunks * HASH_BYTES)
  for (const [i, page] of pages.entries()) leaves.set(page, i * LEAVES_IN_ROW * HASH_BYTES)
  context.transaction.deleteAll(LEAVES, group, stored)
  change(context, group, stored, { tree: treeLevels(chunkHashing(context.provider.primitives), leaves), next: 0, done: 0 })
  // A tree of one leaf has a root and no proof.
  if (sealing.layout.chunks === 1) finish(context, group, stored)
  else proveNext(context, group, stored)
}

function proveNext(context: Context, group: string, stored: string): void {
  for (;;) {
    const sealing = context.transaction.get(SEALING, group, stored)
    if (sealing === undefined || sealing.tree === null) return
    const { next, layout, tree } = sealing
    if (next >= layout.chunks || next - sealing.done >= WRITES_AT_ONCE) return
    const { offset, sealedBytes } = recordPlace(layout, next)
    change(context, group, stored, { next: next + 1 })
    writeChunk(context, { kind: 'prove', group, stored }, stored, offset + sealedBytes, proofIn(tree, next))
  }
}

/** A chunk's proof is in the store beside it. */
export function proofStored(context: Context, group: string, stored: string): void {
  const before = context.transaction.get(SEALING, group, stored)
  if (before === undefined) return
  change(context, group, stored, { done: before.done + 1 })
  if (before.done + 1 < before.layout.chunks) proveNext(context, group, stored)
  else finish(context, group, stored)
}

function finish(context: Context, group: string, stored: string): void {
  const sealing = context.transaction.get(SEALING, group, stored)
  const row = context.transaction.get(ATTACHED, group, stored)
  if (sealing === undefined || sealing.tree === null || row === undefined) return
  context.transaction.put(ATTACHED, [group, stored], { ...row, sealed: { key: sealing.key, root: rootIn(sealing.tree) } })
  context.transaction.delete(SEALING, group, stored)
  if (sealing.finishing !== null) context.effects.push({ kind: 'reply', request: sealing.finishing, reply: ok() })
}

/** A chunk could not be written: all that is there of the file goes, and the person may begin again. */
export function attachmentFailed(context: Context, group: string, stored: string, request: string | null, why: 'full' | 'failed'): void {
  const code = why === 'full' ? 'storageFull' : 'storageFailed'
  if (request !== null) context.effects.push({ kind: 'reply', request, reply: no(code) })
  endAttachment(context, group, stored, code)
}

/** Nothing is left of it. Returns whether there was one. `code`: what a request that still waits for it is told. */
export function endAttachment(context: Context, group: string, stored: string, code: RejectionCode = 'unknownFile'): boolean {
  if (context.transaction.get(ATTACHED, group, stored) === undefined) return false
  const finishing = context.transaction.get(SEALING, group, stored)?.finishing ?? null
  if (finishing !== null) context.effects.push({ kind: 'reply', request: finishing, reply: no(code) })
  dropAttachment(context, group, stored)
  removeChunks(context, stored)
  return true
}

/** A message has the file from now on, or it is gone. */
export function dropAttachment(context: Context, group: string, stored: string): void {
  context.transaction.delete(ATTACHED, group, stored)
  context.transaction.delete(SEALING, group, stored)
  context.transaction.delete(TO_LOOK_FOR, group, stored)
  context.transaction.deleteAll(LEAVES, group, stored)
}

/** A file that is sealed and stored whole, with its root; undefined: it is not, or not yet. */
export function sealedAttachment(context: Context, group: string, stored: string): (ShownFile & NonNullable<Attached['sealed']>) | undefined {
  const row = context.transaction.get(ATTACHED, group, stored)
  return row === undefined || row.sealed === null ? undefined : { ...row.shown, ...row.sealed }
}

/** The file in the store that has this key. */
export const attachmentWith = (context: Context, group: string, key: Uint8Array): string | undefined =>
  context.transaction.scan(ATTACHED, group).find(({ value: { sealed } }) => sealed !== null && equalBytes(sealed.key, key))?.key[1]

/** At a start: what waits for its message is looked for once the store has said what it has. What is attached meanwhile is there. */
export function lookForAttached(context: Context): void {
  for (const { key, value } of context.transaction.scan(ATTACHED)) if (value.sealed !== null) context.transaction.put(TO_LOOK_FOR, key, true)
}

/** What waited for its message and is not in the store whole has to be chosen again. `bytesStored`: by its name there, how long each is. */
export function checkAttached(context: Context, bytesStored: ReadonlyMap<string, number>): void {
  for (const { key } of context.transaction.scan(TO_LOOK_FOR)) {
    context.transaction.delete(TO_LOOK_FOR, ...key)
    const row = context.transaction.get(ATTACHED, ...key)
    const layout = row === undefined ? undefined : fileLayout(row.shown.sizeBytes)
    if (row === undefined || (layout !== undefined && bytesStored.get(key[1] ?? '') === storedBytes(layout))) continue
    context.transaction.put(ATTACHED, key, { ...row, sealed: null })
    touch(context, key[0] ?? '')
  }
}
