/** What is stored here, and how it is deleted. */
import { useState } from 'preact/hooks'
import { Button } from '../../parts/controls.tsx'
import { strings } from '../../strings/index.ts'
import { WipeDialog } from '../wipe-dialog.tsx'
import { Section } from './section.tsx'
import { StorageUsed } from './storage-used.tsx'

export function EverythingHere() {
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
      {wiping ? <WipeDialog onClose={() => setWiping(false)} /> : null}
    </Section>
  )
}
