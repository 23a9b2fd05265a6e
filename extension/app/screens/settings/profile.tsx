/** Who one is. */
import type { EngineView } from '@sotto/engine/api'
import { useState } from 'preact/hooks'
import { Avatar } from '../../parts/avatar.tsx'
import { Button, Field } from '../../parts/controls.tsx'
import { ShownText } from '../../parts/shown-text.tsx'
import { useApp } from '../../state/app.ts'
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
      </div>
      <OwnName name={profile.name} />
    </Section>
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
