/** What is stored here, and how it is deleted. */
import { useState } from 'preact/hooks'
import { Button } from '../../parts/controls.tsx'
import { useApp } from '../../state/app.ts'
import { strings } from '../../strings/index.ts'
import { WipeDialog } from '../wipe-dialog.tsx'
import { Section } from './section.tsx'
import { StorageUsed } from './storage-used.tsx'
import { WipeKeyChoice } from './wipe-key.tsx'

export function EverythingHere() {
  const app = useApp()
  const [wiping, setWiping] = useState(false)
  return (
    <Section title={strings.storage}>
      <StorageUsed />
      <div class="card action-row">
        <p>{strings.wipeText}</p>
        <Button look="danger" icon="trash" onClick={() => setWiping(true)}>
          {strings.wipe}
        </Button>
      </div>
      {app.defaults.wipeKey === undefined ? null : <WipeKeyChoice wipeKey={app.defaults.wipeKey} />}
      {wiping ? <WipeDialog onClose={() => setWiping(false)} /> : null}
    </Section>
  )
}
