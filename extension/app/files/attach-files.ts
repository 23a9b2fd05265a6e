/** Files that a person gave by button, drop or paste become attachments of a group. */
import { type App, groupOf } from '../state/app.ts'
import { attachingIn } from '../state/attaching.ts'
import { strings, rejectionSentence } from '../strings/index.ts'
import { thumbnailBytes } from './drawn-again.ts'
import { prepareFile, type PreparedFile } from './prepare-file.ts'

/** The protocol's limit. */
const IN_MESSAGE = 20

/** Waits for its turn: several at once would hold several pictures in memory. */
let last = Promise.resolve()

interface How {
  /** Pictures keep all of their pixels. */
  readonly isOriginal?: boolean
  /** The person was asked about what cannot be cleaned. */
  readonly isAccepted?: boolean
}

/** Attaches files in their order. What goes wrong is in `attachingIn(app, group).error`. */
export function attachFiles(app: App, group: string, files: readonly File[], how: How = {}): Promise<void> {
  const attaching = attachingIn(app, group)
  const known = groupOf(app, group)?.attachments.length ?? 0
  const room = Math.max(0, IN_MESSAGE - known - attaching.preparing.peek().length)
  const taken = files.slice(0, room)
  attaching.error.value = files.length > room ? strings.filesTooMany(IN_MESSAGE) : null
  attaching.preparing.value = [...attaching.preparing.peek(), ...taken.map(({ name }) => name)]
  const most = thumbnailBytes(known + taken.length)
  const done = last.then(async () => {
    for (const file of taken) {
      const error = await attachOne(app, group, file, how, most)
      if (error !== null) attaching.error.value = error
      const at = attaching.preparing.peek().indexOf(file.name)
      attaching.preparing.value = attaching.preparing.peek().filter((_, i) => i !== at)
    }
  })
  last = done
  return done
}

async function attachOne(app: App, group: string, file: File, { isOriginal = false, isAccepted = false }: How, most: number): Promise<string | null> {
  const attaching = attachingIn(app, group)
  const prepared = await prepareFile(file, isOriginal, most)
  if (prepared.kind === 'unreadable') return strings.fileUnreadable(file.name)
  if (prepared.kind === 'notCleaned' && !isAccepted) {
    attaching.doubted.value = [...attaching.doubted.peek(), file]
    return null
  }
  const { file: ready } = prepared
  const begun = await app.request({
    kind: 'attachFile',
    group,
    name: ready.name,
    mediaType: ready.mediaType,
    sizeBytes: ready.bytes.size,
    picture: ready.picture,
  })
  if (!begun.ok) return begun.sentence
  const { file: name = '', pieceBytes = 1 } = begun.value
  attaching.notes.value = new Map([...attaching.notes.peek(), [name, { original: file, removed: ready.removed, isScaled: ready.isScaled }]])
  // Not waited for: it goes on by itself, and the next is looked at meanwhile.
  void handOver(app, group, name, pieceBytes, ready)
  return null
}

async function handOver(app: App, group: string, file: string, pieceBytes: number, { name, bytes }: PreparedFile): Promise<void> {
  const trouble = await app.platform.handOver({ group, file, pieceBytes, bytes })
  // The person took it away meanwhile.
  if (trouble === null || trouble === 'unknownFile') return
  attachingIn(app, group).error.value = trouble === 'unreadable' ? strings.fileUnreadable(name) : rejectionSentence({ code: trouble, numbers: {} })
}

/** Takes a file out of the composer. */
export async function detachFile(app: App, group: string, file: string): Promise<void> {
  const attaching = attachingIn(app, group)
  attaching.notes.value = new Map([...attaching.notes.peek()].filter(([name]) => name !== file))
  const answer = await app.request({ kind: 'detachFile', group, file })
  attaching.error.value = answer.ok || answer.code === 'unknownFile' ? null : answer.sentence
}

/** The same pictures again, with all of their pixels. */
export async function attachOriginals(app: App, group: string): Promise<void> {
  const scaled = [...attachingIn(app, group).notes.peek()].filter(([, { isScaled }]) => isScaled)
  for (const [file] of scaled) await detachFile(app, group, file)
  await attachFiles(
    app,
    group,
    scaled.map(([, { original }]) => original),
    { isOriginal: true },
  )
}
