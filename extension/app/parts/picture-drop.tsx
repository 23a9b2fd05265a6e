/** Where a person gives a picture with a code in it: chosen or dropped. Pasting is the form's (`pictureIn`). */
import { useRef, useState } from 'preact/hooks'
import { strings } from '../strings/index.ts'
import { Button } from './controls.tsx'
import { Icon } from './icons.tsx'

export const pictureIn = (files: FileList | undefined): File | null => [...(files ?? [])].find(({ type }) => type.startsWith('image/')) ?? null

interface PictureDropProps {
  /** What is being done, in place of what to do; null: nothing. */
  readonly status: string | null
  readonly onPicture: (picture: File) => void
}

export function PictureDrop({ status, onPicture }: PictureDropProps) {
  const [over, setOver] = useState(false)
  const chooser = useRef<HTMLInputElement>(null)
  const take = (picture: File | null) => {
    setOver(false)
    if (picture !== null) onPicture(picture)
  }
  return (
    <div
      class={`drop${over ? ' drop-over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        take(pictureIn(event.dataTransfer?.files))
      }}
    >
      <Icon name="picture" size={28} />
      <input
        ref={chooser}
        type="file"
        accept="image/*"
        hidden
        onChange={(event) => {
          take(pictureIn(event.currentTarget.files ?? undefined))
          // So that choosing the same picture again counts as a choice.
          event.currentTarget.value = ''
        }}
      />
      <Button onClick={() => chooser.current?.click()}>{strings.choosePicture}</Button>
      <p role="status">{status ?? (over ? strings.dropPictureNow : strings.dropPicture)}</p>
    </div>
  )
}
