/** What protects what is stored here: the passphrase, and the lock. */
import type { EngineView } from '@sotto/engine/api'
import { useState } from 'preact/hooks'
import { Button, ErrorLine } from '../../parts/controls.tsx'
import { useApp } from '../../state/app.ts'
import { useAction } from '../../state/use-action.ts'
import { strings } from '../../strings/index.ts'
import { AutoLockChoice } from './auto-lock.tsx'
import { PassphraseDialog } from './passphrase-dialog.tsx'
import { Section } from './section.tsx'

export function Passphrase({ profile }: { readonly profile: NonNullable<EngineView['profile']> }) {
  const app = useApp()
  const [changing, setChanging] = useState(false)
  const lock = useAction()
  return (
    <Section title={strings.passphraseAndLock}>
      <div class="card action-row">
        <p>{profile.hasPassphrase ? strings.withPassphrase : strings.noPassphraseSet}</p>
        <Button icon="key" onClick={() => setChanging(true)}>
          {profile.hasPassphrase ? strings.changePassphraseAction : strings.setPassphraseAction}
        </Button>
      </div>
      {profile.hasPassphrase ? (
        <>
          <div class="card action-row">
            <p>{strings.lockNowText}</p>
            <Button icon="lock" busy={lock.busy} onClick={() => void lock.run(() => app.request({ kind: 'lock' }))}>
              {strings.lockNow}
            </Button>
          </div>
          <ErrorLine error={lock.error} />
          <AutoLockChoice minutes={profile.autoLockMinutes} />
        </>
      ) : null}
      {changing ? <PassphraseDialog has={profile.hasPassphrase} onClose={() => setChanging(false)} /> : null}
    </Section>
  )
}
