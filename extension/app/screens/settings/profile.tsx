/** Who one is. */
import type { EngineView } from '@sotto/engine/api'
import { useState } from 'preact/hooks'
import { Avatar } from '../../parts/avatar.tsx'
import { Button, Field } from '../../parts/controls.tsx'
import { PictureChoice } from '../../parts/picture-choice.tsx'
import { ShownText } from '../../parts/shown-text.tsx'
import { useApp } from '../../state/app.ts'
import { useAction } from '../../state/use-action.ts'
import { strings } from '../../strings/index.ts'
import { shownName } from '../../strings/shown-names.ts'
import { Section } from './section.tsx'

export function OwnProfile({ profile }: { readonly profile: NonNullable<EngineView['profile']> }) {
  const app = useApp()
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
      <PictureChoice
        has={profile.picture !== null}
        keep={(picture) => app.request({ kind: 'setProfile', line: profile.line, picture })}
        onKept={(picture) => (app.announcement.value = picture === null ? strings.ownPictureRemoved : strings.ownPictureSaved)}
      />
      <OwnName name={profile.name} />
      <OwnLine line={profile.line} />
    </Section>
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
