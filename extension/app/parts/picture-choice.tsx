/** Buttons that choose, change or remove a picture: it is cut and made small in the page, and kept at once. */
import { useRef, useState } from 'preact/hooks'
import type { Answer } from '../state/answer.ts'
import { textOfBytes } from '../state/pictures.ts'
import { useAction } from '../state/use-action.ts'
import { strings } from '../strings/index.ts'
import { Button, ErrorLine } from './controls.tsx'
import { pictureIn } from './picture-drop.tsx'
import { squarePicture } from './square-picture.ts'

interface PictureChoiceProps {
  readonly has: boolean
  /** Base64url; null: none any more. */
  readonly keep: (picture: string | null) => Promise<Answer>
  readonly onKept: (picture: string | null) => void
}

export function PictureChoice({ has, keep, onKept }: PictureChoiceProps) {
  const action = useAction()
  const [notOne, setNotOne] = useState(false)
  const chooser = useRef<HTMLInputElement>(null)
  const change = async (picture: string | null) => {
    setNotOne(false)
    if ((await action.run(() => keep(picture))) !== null) onKept(picture)
  }
  const choose = async (file: File | null) => {
    if (file === null) return
    const picture = await squarePicture(file)
    if (picture === null) setNotOne(true)
    else await change(textOfBytes(picture))
  }
  return (
    <div class="form">
      <input
        ref={chooser}
        type="file"
        accept="image/*"
        hidden
        onChange={(event) => {
          void choose(pictureIn(event.currentTarget.files ?? undefined))
          // So that choosing the same picture again counts as a choice.
          event.currentTarget.value = ''
        }}
      />
      <div class="member-actions">
        <Button icon="picture" busy={action.busy} onClick={() => chooser.current?.click()}>
          {has ? strings.pictureChange : strings.pictureChoose}
        </Button>
        {has ? <Button onClick={() => void change(null)}>{strings.pictureRemove}</Button> : null}
      </div>
      <ErrorLine error={notOne ? strings.pictureNotShown : action.error} />
    </div>
  )
}
