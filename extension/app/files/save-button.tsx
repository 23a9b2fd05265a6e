import { useState } from 'preact/hooks'
import { IconButton } from '../parts/controls.tsx'
import { useApp } from '../state/app.ts'
import { strings } from '../strings/index.ts'
import { type FileToSave, saveFile } from './save-file.ts'

/** Saves a file where the person says, and says how it went. */
export function useSaving(file: FileToSave): { readonly isSaving: boolean; readonly said: string | null; readonly save: () => void } {
  const app = useApp()
  const [bytes, setBytes] = useState<number | null>(null)
  const [error, setError] = useState<string | null>(null)
  const save = async () => {
    if (bytes !== null) return
    setError(null)
    setBytes(0)
    const saved = await saveFile(app, file, setBytes)
    setBytes(null)
    if (saved.kind === 'refused') setError(saved.sentence)
    else if (saved.kind === 'failed') setError(strings.fileNotSaved)
    else if (saved.kind === 'saved') app.announcement.value = strings.fileSaved(file.name)
  }
  const percent = bytes === null || file.sizeBytes === 0 ? null : Math.floor((100 * bytes) / file.sizeBytes)
  return { isSaving: bytes !== null, said: error ?? (percent === null ? null : strings.fileSaving(percent)), save: () => void save() }
}

export function SaveButton({ file }: { readonly file: FileToSave }) {
  const { isSaving, said, save } = useSaving(file)
  return (
    <>
      <span class="file-said" role="status">
        {said}
      </span>
      <IconButton name={strings.fileSave(file.name)} icon="save" disabled={isSaving} onClick={save} />
    </>
  )
}
