/** What leaves the device, to whom, and who can read what (PROTOCOL §10): in the first minute, and in Settings. */
import { useState } from 'preact/hooks'
import { strings } from '../strings/index.ts'
import { Button } from './controls.tsx'
import { Modal } from './dialog.tsx'

const PARTS: readonly { readonly title: string; readonly text: string }[] = [
  { title: strings.leavesMembers, text: strings.leavesMembersText },
  { title: strings.leavesRelay, text: strings.leavesRelayText },
  { title: strings.leavesSystem, text: strings.leavesSystemText },
  { title: strings.leavesNobody, text: strings.leavesNobodyText },
  { title: strings.staysHere, text: strings.staysHereText },
  { title: strings.privateWindows, text: strings.privateWindowsText },
]

export function WhatLeaves() {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button icon="info" wide onClick={() => setOpen(true)}>
        {strings.whatLeaves}
      </Button>
      {open ? (
        <Modal title={strings.whatLeaves} toRead onClose={() => setOpen(false)}>
          <dl class="what-leaves">
            {PARTS.map(({ title, text }) => (
              <div key={title}>
                <dt>{title}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
          <div class="dialog-actions">
            <Button look="primary" onClick={() => setOpen(false)}>
              {strings.close}
            </Button>
          </div>
        </Modal>
      ) : null}
    </>
  )
}
