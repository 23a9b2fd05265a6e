import type { InviteChoice, LinkedContact } from '@sotto/engine/api'
import { useState } from 'preact/hooks'
import { Button, ErrorLine, Field } from '../parts/controls.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { PictureDrop, pictureIn } from '../parts/picture-drop.tsx'
import { readPicture } from '../parts/read-picture.ts'
import { Screen } from '../parts/screen.tsx'
import type { Answer } from '../state/answer.ts'
import { useApp } from '../state/app.ts'
import { useAction } from '../state/use-action.ts'
import { useTyped } from '../state/use-kept-field.ts'
import { strings } from '../strings/index.ts'
import { shownName } from '../strings/shown-names.ts'
import { ChooseInvite } from './choose-invite.tsx'

/** Whom a contact link is of, as it says, and whether that is meant. */
function WriteTo({ contact, link, onCancel }: { readonly contact: LinkedContact; readonly link: string; readonly onCancel: () => void }) {
  const app = useApp()
  const name = shownName(contact)
  return (
    <Confirm
      title={strings.writeToTitle(name)}
      text={contact.isKnown ? strings.writeToKnown(name) : strings.writeToText(name)}
      confirm={strings.writeTo(name)}
      look="primary"
      ask={async () => {
        const answer = await app.request({ kind: 'writeByLink', link })
        if (answer.ok && answer.value.group !== undefined) app.goInstead({ screen: 'conversation', group: answer.value.group })
        return answer
      }}
      onDone={onCancel}
      onCancel={onCancel}
    />
  )
}

/** Where a joiner brings an invite: as text, or as a picture that is chosen, dropped or pasted. */
export function PasteInvite() {
  const app = useApp()
  const invite = useTyped('invite')
  const [reading, setReading] = useState(false)
  const [read, setRead] = useState(false)
  const [choices, setChoices] = useState<readonly InviteChoice[]>([])
  /** Whom a link is of, and its text: the field is empty once it was read. */
  const [linked, setLinked] = useState<{ readonly contact: LinkedContact; readonly link: string } | null>(null)
  const action = useAction()

  const take = async (picture: File) => {
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
    if (answer.ok && answer.value.contact !== undefined) setLinked({ contact: answer.value.contact, link: text })
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
        <PictureDrop status={reading ? strings.readingPicture : read ? strings.pictureRead : null} onPicture={(picture) => void take(picture)} />
        <ErrorLine error={action.error} />
        <Button type="submit" look="primary" busy={action.busy} wide>
          {action.busy ? strings.joining : strings.join}
        </Button>
      </form>
      {linked === null ? null : <WriteTo {...linked} onCancel={() => setLinked(null)} />}
      {choices.length === 0 ? null : <ChooseInvite choices={choices} ask={joinBy} onDone={() => setChoices([])} onCancel={() => setChoices([])} />}
    </Screen>
  )
}
