/** Files as pages see them. */
import { CHUNK_BYTES, countBits } from '@sotto/blob'
import { toBase64url } from '@sotto/wire'
import type { AttachmentView, ComingFileView, FileView, PassingOnView, WrittenPicture } from '../contract/file-view.ts'
import type { Context } from '../state/context.ts'
import { ATTACHED, COMING, type FileKey, type FileRow, LEFT, PASSING_ON, SEALING, type Sealing, type ShownFile } from '../state/tables/files.ts'
import { comesFromRelay } from './at-relay/read-chunks.ts'
import { fileAt, hereOf, layoutOf, numberPart } from './file-rows.ts'
import { sourcesOf } from './who-has.ts'

type Rows = Pick<Context, 'transaction'>

const MIB = 2 ** 20

/** Bytes of a file itself that are here. The zeros behind its end count for nothing. */
function bytesHere(rows: Rows, key: FileKey, row: FileRow): number {
  if (row.state === 'whole') return row.sizeBytes
  const { chunks } = layoutOf(row)
  return Math.floor((row.sizeBytes * countBits(hereOf(rows, key, row))) / chunks)
}

function atRelay({ transaction }: Rows, key: FileKey): FileView['atRelay'] {
  const left = transaction.get(LEFT, ...key)
  if (left === undefined) return null
  if (left.at.some(({ state }) => state === 'left')) return 'left'
  return left.isDone ? 'refused' : 'leaving'
}

/** The files of a message, in their order. */
export const fileViews = (rows: Rows, group: string, message: string, files: readonly ShownFile[]): readonly FileView[] =>
  files.map(({ picture, ...shown }, number) => {
    const key: FileKey = [group, message, numberPart(number)]
    const row = fileAt(rows, key)
    return {
      ...shown,
      number,
      picture: picture === null ? null : writtenPicture(picture),
      state: row === undefined ? 'gone' : row.state === 'whole' ? 'here' : row.state,
      bytesHere: row === undefined ? 0 : bytesHere(rows, key, row),
      atRelay: atRelay(rows, key),
    }
  })

/** The files of a group that come now. */
export const comingViews = (rows: Rows, group: string): readonly ComingFileView[] =>
  rows.transaction.scan(COMING, group).flatMap(({ key: [, message = '', number = ''], value }) => {
    const key: FileKey = [group, message, number]
    const row = fileAt(rows, key)
    if (row === undefined) return []
    const { sizeBytes } = row
    return [
      {
        message,
        number: Number.parseInt(number, 36),
        sizeBytes,
        bytesHere: bytesHere(rows, key, row),
        sources: sourcesOf(rows, key),
        isAtRelay: comesFromRelay(rows, key),
        trouble: value.trouble?.why ?? null,
      },
    ]
  })

/** What is being attached in a group, and what is and was not sent yet, in the order in which it was begun. */
export const attachmentViews = ({ transaction }: Rows, group: string): readonly AttachmentView[] =>
  transaction
    .scan(ATTACHED, group)
    .filter(({ value }) => value.passedOn === null)
    .toSorted((one, other) => one.value.place - other.value.place)
    .map(({ key: [, file = ''], value: { shown, sealed } }) => {
      const sealing = transaction.get(SEALING, group, file)
      return {
        file,
        ...shown,
        picture: shown.picture === null ? null : writtenPicture(shown.picture),
        storedBytes: sealed !== null ? shown.sizeBytes : sealing === undefined ? 0 : storedBytes(sealing),
        state: sealed !== null ? 'ready' : sealing === undefined ? 'lost' : 'storing',
      }
    })

/** What is passed on to a group with its files, until these are sealed. */
export const passingOnViews = ({ transaction }: Rows, group: string): readonly PassingOnView[] =>
  transaction.scan(PASSING_ON, group).map(({ key: [, as = ''], value: { files, trouble } }) => {
    const attached = transaction.scan(ATTACHED, group).filter(({ value }) => value.passedOn?.as === as)
    const stored = attached.map(({ key, value: { sealed, shown } }) => {
      const sealing = transaction.get(SEALING, ...key)
      return sealed !== null ? shown.sizeBytes : sealing === undefined ? 0 : storedBytes(sealing)
    })
    const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0)
    return { as, files, sizeBytes: sum(attached.map(({ value }) => value.shown.sizeBytes)), storedBytes: sum(stored), trouble }
  })

/** Pages are told of each MiB, and not of each chunk. */
const storedBytes = ({ layout: { sizeBytes }, tree, done }: Sealing): number =>
  tree === null ? Math.min(sizeBytes, Math.floor((done * CHUNK_BYTES) / MIB) * MIB) : sizeBytes

const writtenPicture = ({ thumbnail, ...size }: NonNullable<ShownFile['picture']>): WrittenPicture => ({ ...size, thumbnail: toBase64url(thumbnail) })
