/** Who one is. */
import type { EngineView } from '@sotto/engine/api'
import { useRef, useState } from 'preact/hooks'
import { Avatar } from '../../parts/avatar.tsx'
import { Button, ErrorLine, Field } from '../../parts/controls.tsx'
import { pictureIn } from '../../parts/picture-drop.tsx'
import { ShownText } from '../../parts/shown-text.tsx'
import { squarePicture } from '../../parts/square-picture.ts'
import { useApp } from '../../state/app.ts'
import { textOfBytes } from '../../state/pictures.ts'
import { useAction } from '../../state/use-action.ts'
import { strings } from '../../strings/index.ts'
import { shownName } from '../../strings/shown-names.ts'
import { Section } from './section.tsx'

export function OwnProfile({ profile }: { readonly profile: NonNullable<EngineView['profile']> }) {
  return (
    <Section title={strings.profile}>
      <div class="card profile">
        <Avatar id={profile.account} name={profile.name} size="large" />
        <p class="profile-name">
          <ShownText text={shownName({ name: profile.name, another: 0 })} />
        </p>
        {profile.line === '' ? null : (
          <p class="hint">
            <ShownText text={profile.line} />
          </p>
        )}
      </div>
      <OwnPicture profile={profile} />
      <OwnName name={profile.name} />
      <OwnLine line={profile.line} />
    </Section>
  )
}

/** The picture is cut and made small in the page, and kept at once. */
function OwnPicture({ profile }: { readonly profile: NonNullable<EngineView['profile']> }) {
  const app = useApp()
  const action = useAction()
  const [notOne, setNotOne] = useState(false)
  const chooser = useRef<HTMLInputElement>(null)
  const keep = async (picture: string | null) => {
    const done = await action.run(() => app.request({ kind: 'setProfile', line: profile.line, picture }))
    if (done !== null) app.announcement.value = picture === null ? strings.ownPictureRemoved : strings.ownPictureSaved
  }
  const choose = async (file: File | null) => {
    const picture = file === null ? null : await squarePicture(file)
    setNotOne(picture === null)
    if (picture !== null) await keep(textOfBytes(picture))
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
          event.currentTarget.value = ''
        }}
      />
      <div class="member-actions">
        <Button icon="picture" busy={action.busy} onClick={() => chooser.current?.click()}>
          {profile.picture === null ? strings.ownPictureChoose : strings.ownPictureChange}
        </Button>
        {profile.picture === null ? null : <Button onClick={() => void keep(null)}>{strings.ownPictureRemove}</Button>}
      </div>
      <ErrorLine error={notOne ? strings.ownPictureNotOne : action.error} />
    </div>
  )
}

function OwnLine({ line }: { readonly line: string }) {
  const app = useApp()
  const action = useAction()
  const [typed, setTyped] = useState(line)
  const save = async () => {
    if ((await action.run(() => app.request({ kind: 'setProfile', line: typed }))) !== null) app.announcement.value = strings.ownLineSaved
  }
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Field label={strings.ownLine} hint={strings.ownLineHint} value={typed} onValue={setTyped} error={action.error} />
      <Button type="submit" busy={action.busy}>
        {strings.ownLineSave}
      </Button>
    </form>
  )
}

function OwnName({ name }: { readonly name: string }) {
  const app = useApp()
  const action = useAction()
  const [typed, setTyped] = useState(name)
  const save = async () => {
    if ((await action.run(() => app.request({ kind: 'setName', name: typed }))) !== null) app.announcement.value = strings.nameSaved
  }
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Field label={strings.yourName} hint={strings.yourNameHint} value={typed} onValue={setTyped} error={action.error} required />
      <Button type="submit" busy={action.busy}>
        {strings.saveName}
      </Button>
    </form>
  )
}
