/** What a person does with files: attaches them, asks for one, stops it, reads it. */
import { LIMITS } from '@sotto/wire'
import type { EngineReply } from '../contract/pages.ts'
import { type MachineRequest, no, ok } from '../contract/replies.ts'
import { groupRow } from '../groups/group-row.ts'
import type { Context } from '../state/context.ts'
import { FETCHED_AT_ONCE, type FileKey } from '../state/tables/files.ts'
import { beginAttachment, endAttachment, takePiece } from './attach.ts'
import { cancelFile, enterState, fileAt, numberPart } from './file-rows.ts'
import { endPassingOn } from './pass-on.ts'
import { readFile } from './read-file.ts'

export type FileRequest = Extract<
  MachineRequest,
  { readonly kind: 'attachFile' | 'attachPiece' | 'detachFile' | 'fetchFile' | 'pauseFile' | 'cancelFile' | 'readFile' | 'setFetchedAtOnce' | 'endPassingOn' }
>

/** Answers at once, or returns undefined: the store of chunks is asked first. */
export function answerAboutFiles(context: Context, request: string, what: FileRequest): EngineReply | undefined {
  if (what.kind === 'setFetchedAtOnce') return setFetchedAtOnce(context, what.bytes)
  const row = groupRow(context, what.group)
  if (row === undefined) return no('unknownGroup')
  switch (what.kind) {
    case 'attachFile':
      return row.state === 'member' ? beginAttachment(context, what.group, what) : no('notMember')
    case 'attachPiece':
      return takePiece(context, request, what.group, what.file, what.piece, what.bytes)
    case 'detachFile':
      return endAttachment(context, what.group, what.file) ? ok() : no('unknownFile')
    case 'endPassingOn':
      return endPassingOn(context, what.group, what.as) ? ok() : no('unknownFile')
    case 'readFile':
      return readFile(context, request, keyIn(what), what.fromByte, what.toByte)
    case 'fetchFile':
    case 'pauseFile':
    case 'cancelFile':
      return changeFile(context, what)
  }
}

const keyIn = ({ group, message, number }: { readonly group: string; readonly message: string; readonly number: number }): FileKey => [
  group,
  message,
  numberPart(number),
]

function changeFile(context: Context, what: Extract<FileRequest, { readonly kind: 'fetchFile' | 'pauseFile' | 'cancelFile' }>): EngineReply {
  const key = keyIn(what)
  const row = fileAt(context, key)
  if (row === undefined) return no('unknownFile')
  switch (what.kind) {
    case 'fetchFile':
      if (row.state !== 'whole' && row.state !== 'coming') enterState(context, key, row, 'coming')
      return ok()
    case 'pauseFile':
      if (row.state === 'coming') enterState(context, key, row, 'paused')
      return ok()
    case 'cancelFile':
      if (row.state !== 'cancelled') cancelFile(context, key, row)
      return ok()
  }
}

function setFetchedAtOnce(context: Context, bytes: number): EngineReply {
  if (!Number.isSafeInteger(bytes) || bytes < 0 || bytes > LIMITS.fileBytes) return no('badRequest')
  context.transaction.put(FETCHED_AT_ONCE, ['self'], bytes)
  return ok()
}
