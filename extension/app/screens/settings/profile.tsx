/** Who one is. */
import type { EngineView } from '@sotto/engine/api'
import { Avatar } from '../../parts/avatar.tsx'
import { PictureChoice } from '../../parts/picture-choice.tsx'
import { SavedField } from '../../parts/saved-field.tsx'
import { ShownText } from '../../parts/shown-text.tsx'
import { useApp } from '../../state/app.ts'
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
      <SavedField
        label={strings.yourName}
        hint={strings.yourNameHint}
        kept={profile.name}
        required
        button={strings.saveName}
        save={(name) => app.request({ kind: 'setName', name })}
        saved={strings.nameSaved}
      />
      <SavedField
        label={strings.ownLine}
        hint={strings.ownLineHint}
        kept={profile.line}
        button={strings.ownLineSave}
        save={(line) => app.request({ kind: 'setProfile', line })}
        saved={strings.ownLineSaved}
      />
    </Section>
  )
}
