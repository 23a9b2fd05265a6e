import type { InviteChoice } from '@sotto/engine/api'
import { useRef, useState } from 'preact/hooks'
import { Button, ErrorLine, Field } from '../parts/controls.tsx'
import { Icon } from '../parts/icons.tsx'
import { readPicture } from '../parts/read-picture.ts'
import { Screen } from '../parts/screen.tsx'
import type { Answer } from '../state/answer.ts'
import { useApp } from '../state/app.ts'
import { useAction } from '../state/use-action.ts'
import { useTyped } from '../state/use-kept-field.ts'
import { strings } from '../strings/index.ts'
import { ChooseInvite } from './choose-invite.tsx'

const pictureIn = (files: FileList | undefined): File | null => [...(files ?? [])].find(({ type }) => type.startsWith('image/')) ?? null

/** Where a joiner brings an invite: as text, or as a picture that is chosen, dropped or pasted. */
export function PasteInvite() {
  const app = useApp()
  const invite = useTyped('invite')
  const [over, setOver] = useState(false)
  const [reading, setReading] = useState(false)
  const [read, setRead] = useState(false)
  const [choices, setChoices] = useState<readonly InviteChoice[]>([])
  const chooser = useRef<HTMLInputElement>(null)
  const action = useAction()

  const take = async (picture: File | null) => {
    setOver(false)
    if (picture === null) return
    action.fail(null)
    setRead(false)
    setReading(true)
    const text = await readPicture(picture)
    setReading(false)
    if (text === null) action.fail(strings.pictureUnreadable)
    else {
      invite.write(text)
      setRead(true)
    }
  }

  const joinBy = async (text: string): Promise<Answer> => {
    const answer = await app.request({ kind: 'join', invite: text })
    if (!answer.ok || answer.value.group === undefined) return answer
    const { group, looksAt } = answer.value
    // Already a member: the invite only says where the group is now.
    if (looksAt !== undefined) app.announcement.value = strings.alreadyInLooks
    app.goInstead({ screen: looksAt === undefined ? 'conversation' : 'relays', group })
    return answer
  }

  const join = () => {
    void invite.save()
    return action.run(async () => {
      const answer = await joinBy(invite.text.peek().trim())
      if (!answer.ok) setChoices(answer.choices ?? [])
      return answer
    })
  }

  return (
    <Screen title={strings.pasteInvite}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void join()
        }}
        onPaste={(event) => {
          const picture = pictureIn(event.clipboardData?.files)
          if (picture === null) return
          event.preventDefault()
          void take(picture)
        }}
      >
        <Field
          label={strings.invite}
          hint={strings.inviteHint}
          rows={4}
          value={invite.text.value}
          onValue={(value) => {
            invite.write(value)
            setRead(false)
            action.fail(null)
          }}
          autofocus
          required
          code
        />
        <div
          class={`drop${over ? ' drop-over' : ''}`}
          onDragOver={(event) => {
            event.preventDefault()
            setOver(true)
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault()
            void take(pictureIn(event.dataTransfer?.files))
          }}
        >
          <Icon name="picture" size={28} />
          <input
            ref={chooser}
            type="file"
            accept="image/*"
            hidden
            onChange={(event) => {
              void take(pictureIn(event.currentTarget.files ?? undefined))
              // So that choosing the same picture again counts as a choice.
              event.currentTarget.value = ''
            }}
          />
          <Button onClick={() => chooser.current?.click()}>{strings.choosePicture}</Button>
          <p role="status">{reading ? strings.readingPicture : read ? strings.pictureRead : over ? strings.dropPictureNow : strings.dropPicture}</p>
        </div>
        <ErrorLine error={action.error} />
        <Button type="submit" look="primary" busy={action.busy} wide>
          {action.busy ? strings.joining : strings.join}
        </Button>
      </form>
      {choices.length === 0 ? null : <ChooseInvite choices={choices} ask={joinBy} onDone={() => setChoices([])} onCancel={() => setChoices([])} />}
    </Screen>
  )
}
