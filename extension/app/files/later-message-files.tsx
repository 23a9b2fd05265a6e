/** The files of a message, once what draws them is loaded. */
import type { FileView, MessageView } from '@sotto/engine/api'
import { useLayoutEffect } from 'preact/hooks'
import { CouldNotLoad } from '../parts/could-not-load.tsx'
import { laterFiles } from './later-files.ts'

interface LaterMessageFilesProps {
  readonly message: MessageView
  readonly files: readonly FileView[]
  /** The row has another height now. */
  readonly onSized: () => void
}

export function LaterMessageFiles({ message, files, onSized }: LaterMessageFilesProps) {
  const loaded = laterFiles.use(true)
  useLayoutEffect(onSized, [loaded])
  if (loaded !== null) return <loaded.MessageFiles message={message} files={files} onSized={onSized} />
  return laterFiles.hasFailed.value ? <CouldNotLoad /> : null
}
