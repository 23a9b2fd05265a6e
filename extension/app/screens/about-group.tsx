/** What a group is: its picture, name and description. Admins change them. */
import type { GroupView } from '@sotto/engine/api'
import { useState } from 'preact/hooks'
import { Avatar } from '../parts/avatar.tsx'
import { Button, Disclosure, Field } from '../parts/controls.tsx'
import { PictureChoice } from '../parts/picture-choice.tsx'
import { ShownText } from '../parts/shown-text.tsx'
import { useApp } from '../state/app.ts'
import { useAction } from '../state/use-action.ts'
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
          <GroupName key={`name ${group.title}`} group={group} />
          <Description key={`description ${group.description}`} group={group} />
        </Disclosure>
      ) : null}
    </>
  )
}

function GroupName({ group }: { readonly group: GroupView }) {
  const app = useApp()
  const action = useAction()
  const [typed, setTyped] = useState(group.title)
  const save = async () => {
    if ((await action.run(() => app.request({ kind: 'setTitle', group: group.id, title: typed }))) !== null) app.announcement.value = strings.groupSaved
  }
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Field label={strings.groupName} hint={strings.groupNameHint} value={typed} onValue={setTyped} error={action.error} required />
      <Button type="submit" busy={action.busy}>
        {strings.saveName}
      </Button>
    </form>
  )
}

function Description({ group }: { readonly group: GroupView }) {
  const app = useApp()
  const action = useAction()
  const [typed, setTyped] = useState(group.description)
  const save = async () => {
    const kept = await action.run(() => app.request({ kind: 'setGroupProfile', group: group.id, description: typed }))
    if (kept !== null) app.announcement.value = strings.groupSaved
  }
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Field label={strings.description} rows={3} value={typed} onValue={setTyped} error={action.error} />
      <Button type="submit" busy={action.busy}>
        {strings.saveDescription}
      </Button>
    </form>
  )
}
