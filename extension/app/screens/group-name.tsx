/** What a group is called: for admins, who may call it otherwise. */
import type { GroupView } from '@sotto/engine/api'
import { useState } from 'preact/hooks'
import { Button, Field } from '../parts/controls.tsx'
import { useApp } from '../state/app.ts'
import { useAction } from '../state/use-action.ts'
import { strings } from '../strings/index.ts'

export function GroupName({ group }: { readonly group: GroupView }) {
  const app = useApp()
  const action = useAction()
  const [typed, setTyped] = useState(group.title)
  const save = async () => {
    if ((await action.run(() => app.request({ kind: 'setTitle', group: group.id, title: typed }))) !== null) app.announcement.value = strings.groupNameSaved
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
