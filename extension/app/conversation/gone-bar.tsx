import type { GroupView } from '@sotto/engine/api'
import { useState } from 'preact/hooks'
import { Button } from '../parts/controls.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { useApp } from '../state/app.ts'
import { strings } from '../strings/index.ts'

/** Takes the composer's place in a group that one left or was removed from: what that means, the unsent draft, and forgetting the group. */
export function GoneBar({ group }: { readonly group: GroupView }) {
  const app = useApp()
  const [asking, setAsking] = useState(false)
  const removed = group.state === 'removed'
  return (
    <section class="gone" aria-labelledby="gone-title">
      <h2 id="gone-title">{removed ? strings.removedTitle : strings.leftTitle}</h2>
      <p>{removed ? strings.removedText : strings.leftText}</p>
      {group.draft.trim() === '' ? null : (
        <textarea class="gone-draft" readOnly rows={3} dir="auto" autocomplete="off" aria-label={strings.goneDraft} value={group.draft} />
      )}
      <Button icon="trash" onClick={() => setAsking(true)}>
        {strings.forgetGroup}
      </Button>
      {asking ? (
        <Confirm
          title={strings.forgetTitle}
          text={strings.forgetText}
          confirm={strings.forgetConfirm}
          ask={() => app.request({ kind: 'forgetGroup', group: group.id })}
          onDone={() => app.goInstead({ screen: 'list' })}
          onCancel={() => setAsking(false)}
        />
      ) : null}
    </section>
  )
}
