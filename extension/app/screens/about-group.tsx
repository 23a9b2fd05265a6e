/** What a group is: its picture, name and description. Admins change them. */
import type { GroupView } from '@sotto/engine/api'
import { Avatar } from '../parts/avatar.tsx'
import { Disclosure } from '../parts/controls.tsx'
import { PictureChoice } from '../parts/picture-choice.tsx'
import { SavedField } from '../parts/saved-field.tsx'
import { ShownText } from '../parts/shown-text.tsx'
import { useApp } from '../state/app.ts'
import { strings } from '../strings/index.ts'
import { shownTitle } from '../strings/shown-names.ts'

export function AboutGroup({ group }: { readonly group: GroupView }) {
  const app = useApp()
  return (
    <>
      <div class="card profile">
        <Avatar id={group.id} name={group.title} size="large" />
        <p class="profile-name">
          <ShownText text={shownTitle(group)} />
        </p>
        {group.description === '' ? null : (
          <p class="hint description">
            <ShownText text={group.description} />
          </p>
        )}
      </div>
      {group.may.setTitle ? (
        <Disclosure title={strings.changeGroup}>
          <PictureChoice
            has={group.picture !== null}
            keep={(picture) => app.request({ kind: 'setGroupProfile', group: group.id, description: group.description, picture })}
            onKept={() => (app.announcement.value = strings.groupSaved)}
          />
          <SavedField
            key={`name ${group.title}`}
            label={strings.groupName}
            hint={strings.groupNameHint}
            kept={group.title}
            required
            button={strings.saveName}
            save={(title) => app.request({ kind: 'setTitle', group: group.id, title })}
            saved={strings.groupSaved}
          />
          <SavedField
            key={`description ${group.description}`}
            label={strings.description}
            rows={3}
            kept={group.description}
            button={strings.saveDescription}
            save={(description) => app.request({ kind: 'setGroupProfile', group: group.id, description })}
            saved={strings.groupSaved}
          />
        </Disclosure>
      ) : null}
    </>
  )
}
