/** Files of a played engine: what a person does with them changes the view at once, and their bytes are the scene's. */
import type { EngineReply, EngineRequest, EngineView, FileView, GroupView, MessageView, RequestKind } from '@sotto/engine/api'
import { bytesOf, textOfBytes } from '../state/pictures.ts'

const KINDS = [
  'attachFile',
  'attachPiece',
  'detachFile',
  'fetchFile',
  'pauseFile',
  'cancelFile',
  'endPassingOn',
  'readFile',
  'setFetchedAtOnce',
] as const satisfies RequestKind[]

type AboutFiles = Extract<EngineRequest, { readonly kind: (typeof KINDS)[number] }>

export const isAboutFiles = (request: EngineRequest): request is AboutFiles => (KINDS as readonly string[]).includes(request.kind)

/** Of a file that the person of the scene has, by its message and number: base64url. */
export type PlayedBytes = { readonly [file: string]: string }

/** What one answer holds. */
const ANSWER_BYTES = 61_424

function readPlayed(bytes: PlayedBytes, { message, number, fromByte, toByte }: Extract<AboutFiles, { readonly kind: 'readFile' }>): EngineReply {
  const all = bytesOf(bytes[`${message} ${number}`] ?? '')
  return { ok: true, value: { bytes: textOfBytes(all.subarray(fromByte, Math.min(toByte, fromByte + ANSWER_BYTES))) } }
}

/** The group with another attachment, or one less. */
function withAttachments(group: GroupView, request: Extract<AboutFiles, { readonly kind: 'attachFile' | 'detachFile' }>): GroupView {
  if (request.kind === 'detachFile') return { ...group, attachments: group.attachments.filter(({ file }) => file !== request.file) }
  const { name, mediaType, sizeBytes, picture = null } = request
  const file = `attached ${group.attachments.length} ${name}`
  return { ...group, attachments: [...group.attachments, { file, name, mediaType, sizeBytes, picture, storedBytes: sizeBytes, state: 'ready' }] }
}

const AFTER = { fetchFile: 'coming', pauseFile: 'paused', cancelFile: 'cancelled' } as const

/** The message once the person asked for one of its files, or not any more. */
function withFileState(message: MessageView, { kind, number }: Extract<AboutFiles, { readonly kind: keyof typeof AFTER }>): MessageView {
  const { body } = message
  if (body.kind !== 'text') return message
  const files = body.files.map((file): FileView => (file.number === number ? { ...file, state: AFTER[kind] } : file))
  return { ...message, body: { ...body, files } }
}

type ChangeGroup = (group: string, change: (group: GroupView) => GroupView) => void

interface Played {
  readonly request: AboutFiles
  readonly view: () => EngineView
  readonly bytes: PlayedBytes
  readonly changeGroup: ChangeGroup
  readonly changeMessage: (of: { readonly group: string; readonly message: string }, change: (message: MessageView) => MessageView) => void
  readonly changeProfile: (change: Partial<NonNullable<EngineView['profile']>>) => void
}

export function answerAboutFiles({ request, view, bytes, changeGroup, changeMessage, changeProfile }: Played): EngineReply {
  switch (request.kind) {
    case 'attachFile':
    case 'detachFile': {
      changeGroup(request.group, (group) => withAttachments(group, request))
      const last = view()
        .groups.find(({ id }) => id === request.group)
        ?.attachments.at(-1)
      return { ok: true, value: { file: last?.file ?? '', pieceBytes: 1, pieces: 1 } }
    }
    case 'fetchFile':
    case 'pauseFile':
    case 'cancelFile':
      changeMessage(request, (message) => withFileState(message, request))
      changeGroup(request.group, (group) => ({
        ...group,
        coming: group.coming.filter((each) => each.message !== request.message || each.number !== request.number),
      }))
      return { ok: true, value: {} }
    case 'endPassingOn':
      changeGroup(request.group, (group) => ({ ...group, passingOn: group.passingOn.filter(({ as }) => as !== request.as) }))
      return { ok: true, value: {} }
    case 'readFile':
      return readPlayed(bytes, request)
    case 'setFetchedAtOnce':
      changeProfile({ fetchedAtOnceBytes: request.bytes })
      return { ok: true, value: {} }
    case 'attachPiece':
      return { ok: true, value: {} }
  }
}

/** What a message is sent with, which the composer has no longer. */
export function takenFiles({ groups }: EngineView, changeGroup: ChangeGroup, group: string, files: readonly string[]): readonly FileView[] {
  const attached = groups.find(({ id }) => id === group)?.attachments ?? []
  changeGroup(group, (before) => ({ ...before, attachments: before.attachments.filter(({ file }) => !files.includes(file)) }))
  return files.flatMap((name, number) => {
    const found = attached.find(({ file }) => file === name)
    if (found === undefined) return []
    const { file: _, storedBytes: bytesHere, state: _state, ...shown } = found
    return [{ ...shown, number, bytesHere, state: 'here' as const, atRelay: 'left' as const }]
  })
}

/** Those of a message that is forwarded. */
export function filesOf(
  messages: ReadonlyMap<string, readonly MessageView[]>,
  from: Extract<EngineRequest, { readonly kind: 'forward' }>['files'],
): readonly FileView[] {
  const found = from == null ? undefined : messages.get(from.group)?.find(({ id }) => id === from.message)
  return found?.body.kind === 'text' ? found.body.files : []
}
