/** Whether members' devices connect directly to one another, which shows their network addresses. An admin changes it for all. */
import type { GroupView } from '@sotto/engine/api'
import { useId } from 'preact/hooks'
import { ErrorLine } from '../parts/controls.tsx'
import { useApp } from '../state/app.ts'
import { useAction } from '../state/use-action.ts'
import { strings } from '../strings/index.ts'

export function AddressPrivacy({ group }: { readonly group: GroupView }) {
  const app = useApp()
  const action = useAction()
  const id = useId()
  const text = group.isAddressPrivate ? strings.addressesHiddenText : strings.addressesShownText
  if (!group.may.setAddressPrivacy) {
    return (
      <div class="card action-row">
        <div>
          <p>{group.isAddressPrivate ? strings.addressesHidden : strings.addressesShown}</p>
          <p class="hint">{text}</p>
        </div>
      </div>
    )
  }
  return (
    <>
      <div class="card action-row">
        <div>
          <label for={id}>{strings.hideAddresses}</label>
          <p class="hint" id={`${id}-hint`}>
            {text}
          </p>
        </div>
        <input
          type="checkbox"
          role="switch"
          class="switch"
          id={id}
          aria-describedby={`${id}-hint`}
          checked={group.isAddressPrivate}
          onChange={(event) => void action.run(() => app.request({ kind: 'setAddressPrivacy', group: group.id, isOn: event.currentTarget.checked }))}
        />
      </div>
      <ErrorLine error={action.error} />
    </>
  )
}
