import type { GroupView } from '@sotto/engine/api'
import { useState } from 'preact/hooks'
import { Confirm } from '../parts/dialog.tsx'
import { ShownText } from '../parts/shown-text.tsx'
import { useApp } from '../state/app.ts'
import { strings } from '../strings/index.ts'
import { shownName } from '../strings/shown-names.ts'

/** Whether the own account is this group's only admin and there are other members. */
const leavesNoAdmin = ({ members }: GroupView): boolean => members.length > 1 && members.every(({ role, own }) => (role === 'admin') === own)

/** Asks for confirmation before leaving and, if the last admin leaves, for a successor. */
export function LeaveDialog({ group, onClose }: { readonly group: GroupView; readonly onClose: () => void }) {
  const app = useApp()
  const [chosen, setChosen] = useState<string | null>(null)
  const needsSuccessor = leavesNoAdmin(group)
  return (
    <Confirm
      title={strings.leaveTitle}
      text={strings.leaveText}
      confirm={strings.leaveConfirm}
      incomplete={needsSuccessor && chosen === null}
      ask={() => app.request({ kind: 'leaveGroup', group: group.id, successor: needsSuccessor ? chosen : null })}
      onDone={() => app.goInstead({ screen: 'conversation', group: group.id })}
      onCancel={onClose}
    >
      {needsSuccessor ? (
        <fieldset class="choices">
          <legend>{strings.leaveSuccessor}</legend>
          <p class="hint">{strings.leaveSuccessorText}</p>
          {group.members
            .filter(({ own }) => !own)
            .map((member) => (
              <label key={member.account} class="check">
                <input type="radio" name="successor" checked={chosen === member.account} onChange={() => setChosen(member.account)} />
                <ShownText text={shownName(member)} />
              </label>
            ))}
        </fieldset>
      ) : null}
    </Confirm>
  )
}
