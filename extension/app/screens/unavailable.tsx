/** The stored data cannot be read or written: why, what is kept, and what can be done. */
import { useState } from 'preact/hooks'
import type { EngineView } from '@sotto/engine/api'
import { Button, Disclosure, ErrorLine } from '../parts/controls.tsx'
import { EntryScreen } from '../parts/entry-screen.tsx'
import { useApp } from '../state/app.ts'
import { useAction } from '../state/use-action.ts'
import { rejectionSentence, strings } from '../strings/index.ts'
import { WipeDialog } from './wipe-dialog.tsx'

/** Where nothing may be stored, nothing can be deleted and begun again either. */
const mayBeginAnew = (trouble: EngineView['trouble']): boolean => trouble !== 'storageRefused'

export function Unavailable() {
  const app = useApp()
  const action = useAction()
  const [wiping, setWiping] = useState(false)
  const { trouble } = app.view.value
  // The refusal's sentence is about something not saved. Here nothing was to be saved.
  const refusal = rejectionSentence({ code: trouble ?? 'storageFailed', numbers: {} })
  const why = trouble === 'storageFull' ? strings.unavailableFull : refusal
  const isStillSo = action.error === refusal
  return (
    <EntryScreen title={strings.unavailableTitle} text={why}>
      <ErrorLine error={isStillSo ? null : action.error} />
      <Button look="primary" busy={action.busy} wide onClick={() => void action.run(() => app.request({ kind: 'tryAgain' }))}>
        {action.busy ? strings.tryingAgain : strings.tryAgain}
      </Button>
      <p class="notice-text" role="status">
        {isStillSo ? strings.stillUnavailable : ''}
      </p>
      {mayBeginAnew(trouble) ? (
        <Disclosure title={strings.beginAnew}>
          <p class="notice-text">{strings.beginAnewText}</p>
          <Button look="danger" icon="trash" onClick={() => setWiping(true)}>
            {strings.wipe}
          </Button>
        </Disclosure>
      ) : null}
      {wiping ? <WipeDialog onClose={() => setWiping(false)} /> : null}
    </EntryScreen>
  )
}
