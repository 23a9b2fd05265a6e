/** A shorter life for the next message than the conversation's. */
import type { GroupView } from '@sotto/engine/api'
import { Disclosure } from '../parts/controls.tsx'
import { Modal } from '../parts/dialog.tsx'
import { LifetimeForm, LifetimeTruth } from '../parts/lifetime-form.tsx'
import { useApp } from '../state/app.ts'
import { locale, strings } from '../strings/index.ts'
import { lifetimeSpan } from '../text/lifetime-span.ts'

export function LifetimeDialog({ group, onClose }: { readonly group: GroupView; readonly onClose: () => void }) {
  const app = useApp()
  const { lifetimeSeconds } = group
  return (
    <Modal title={strings.messageLifetime} text={strings.messageLifetimeShorter} onClose={onClose}>
      <LifetimeForm
        name={strings.messageLifetime}
        seconds={group.draftLifetimeSeconds}
        none={{ name: strings.messageLifetimeAsHere, text: lifetimeSeconds === 0 ? strings.lifetimeOffText : lifetimeSpan(locale, lifetimeSeconds) }}
        button={strings.messageLifetimeChoose}
        {...(lifetimeSeconds === 0 ? {} : { most: lifetimeSeconds })}
        keep={(seconds) => app.request({ kind: 'setDraftLifetime', group: group.id, seconds })}
        onKept={onClose}
        onCancel={onClose}
      >
        <Disclosure title={strings.lifetimeTruth}>
          <LifetimeTruth />
        </Disclosure>
      </LifetimeForm>
    </Modal>
  )
}
