/** The files of a message: pictures are drawn, everything else is a card. */
import type { FileView, MessageView } from '@sotto/engine/api'
import { useContext, useLayoutEffect, useState } from 'preact/hooks'
import { shownAuthor } from '../strings/shown-names.ts'
import { strings } from '../strings/index.ts'
import { FileCard } from './file-card.tsx'
import type { FilePlace } from './file-place.ts'
import { FileState } from './file-state.tsx'
import { GroupOfFiles } from './place-of-files.ts'
import { ShownPicture } from './shown-picture.tsx'

interface MessageFilesProps {
  readonly message: MessageView
  readonly files: readonly FileView[]
  /** The row has another height now. */
  readonly onSized: () => void
}

export function MessageFiles({ message, files, onSized }: MessageFilesProps) {
  const group = useContext(GroupOfFiles)
  return (
    <ul class="files" aria-label={strings.fileCount(files.length)}>
      {files.map((file) => (
        <OneFile
          key={file.number}
          place={{ group, message: message.id, number: file.number }}
          file={file}
          author={message.own ? null : shownAuthor(message)}
          onSized={onSized}
        />
      ))}
    </ul>
  )
}

/** A smaller one is at a relay before a person has read that it is on its way there. */
const SAID_WHILE_LEAVING_BYTES = 2 ** 20

/** Whether others get an own file while this device is away, as far as the person should know; null: they do. */
function keptText({ atRelay, sizeBytes }: FileView): string | null {
  if (atRelay === 'refused') return strings.fileNotAtRelay
  return atRelay === 'leaving' && sizeBytes > SAID_WHILE_LEAVING_BYTES ? strings.fileLeaving : null
}

interface OneFileProps {
  readonly place: FilePlace
  readonly file: FileView
  /** null: the person of this device. */
  readonly author: string | null
  readonly onSized: () => void
}

function OneFile({ place, file, author, onSized }: OneFileProps) {
  // What it is its bytes say, and not its author.
  const [isOther, setIsOther] = useState(false)
  const isPicture = file.picture !== null && !isOther
  const kept = keptText(file)
  useLayoutEffect(onSized, [file.state, isPicture, kept])
  return (
    <li class={isPicture ? 'file file-picture' : 'file'}>
      {file.picture === null || isOther ? (
        <FileCard place={place} file={file} author={author} note={isOther ? strings.fileNoPicture : null} onSized={onSized} />
      ) : (
        <>
          <ShownPicture place={place} file={file} picture={file.picture} author={author} onOther={() => setIsOther(true)} />
          {file.state === 'here' ? null : <FileState place={place} file={file} author={author} />}
        </>
      )}
      {kept === null ? null : <p class="file-note">{kept}</p>}
    </li>
  )
}
