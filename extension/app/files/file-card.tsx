/** A file that is not drawn: what it is called, its true type, how large it is, and what may be done with it. It is never opened here. */
import type { FileView } from '@sotto/engine/api'
import { Icon } from '../parts/icons.tsx'
import { locale, strings } from '../strings/index.ts'
import { shownSize } from '../text/sizes.ts'
import { FileName } from './file-name.tsx'
import type { FilePlace } from './file-place.ts'
import { FileState } from './file-state.tsx'
import { shownType } from './name-parts.ts'
import { SaveButton } from './save-button.tsx'
import { Sound } from './sound.tsx'

interface FileCardProps {
  readonly place: FilePlace
  readonly file: FileView
  /** null: the person of this device. */
  readonly author: string | null
  /** Something about it that the person should know. */
  readonly note: string | null
  readonly onSized: () => void
}

/** Its type in words, and its size. */
export const aboutFile = ({ name, sizeBytes }: Pick<FileView, 'name' | 'sizeBytes'>): string => {
  const type = shownType(name)
  return `${type === '' ? strings.fileWithoutType : strings.fileOfType(type)} · ${shownSize(locale, sizeBytes)}`
}

export function FileCard({ place, file, author, note, onSized }: FileCardProps) {
  const isSound = file.mediaType.startsWith('audio/')
  return (
    <div class="file-card">
      <div class="file-line">
        <span class="file-icon">
          <Icon name={isSound ? 'sound' : 'file'} size={24} />
        </span>
        <div class="file-about">
          <FileName name={file.name} />
          <span class="file-facts">{aboutFile(file)}</span>
        </div>
        {file.state === 'here' ? <SaveButton file={{ ...place, name: file.name, sizeBytes: file.sizeBytes }} /> : null}
      </div>
      {note === null ? null : <p class="file-note">{note}</p>}
      {file.state === 'here' && isSound ? <Sound place={place} file={file} onSized={onSized} /> : null}
      {file.state === 'here' ? null : <FileState place={place} file={file} author={author} />}
    </div>
  )
}
