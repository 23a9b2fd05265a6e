import { useState } from 'preact/hooks'
import { Field } from '../parts/controls.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { useApp } from '../state/app.ts'
import { strings } from '../strings/index.ts'

/** Asks for a typed word before everything is deleted. */
export function WipeDialog({ onClose }: { readonly onClose: () => void }) {
  const app = useApp()
  const [typed, setTyped] = useState('')
  return (
    <Confirm
      title={strings.wipeTitle}
      text={strings.wipeWarning}
      confirm={strings.wipeConfirm}
      busyText={strings.wiping}
      incomplete={typed.trim().toLocaleLowerCase() !== strings.wipeWord}
      ask={() => app.request({ kind: 'wipe' })}
      onDone={() => {
        app.entryError.value = null
        app.invites.value = new Map()
        app.goInstead({ screen: 'list' })
        onClose()
      }}
      onCancel={onClose}
    >
      <Field label={strings.wipeType(strings.wipeWord)} value={typed} onValue={setTyped} code />
    </Confirm>
  )
}
