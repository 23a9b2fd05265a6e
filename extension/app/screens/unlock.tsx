/** A locked profile: its passphrase or, if that is forgotten, wiping it. */
import { useState } from 'preact/hooks'
import { Banner, Button, Disclosure, Field } from '../parts/controls.tsx'
import { EntryScreen } from '../parts/entry-screen.tsx'
import { NextTry } from '../parts/next-try.tsx'
import { ShowPassphrase } from '../parts/show-passphrase.tsx'
import { useApp } from '../state/app.ts'
import { strings } from '../strings/index.ts'
import { WipeDialog } from './wipe-dialog.tsx'

export function Unlock() {
  const app = useApp()
  const [passphrase, setPassphrase] = useState('')
  const [busy, setBusy] = useState(false)
  const [wiping, setWiping] = useState(false)
  const [shown, setShown] = useState(false)
  const name = app.view.value.profile?.name

  const unlock = async () => {
    if (busy) return
    setBusy(true)
    app.entryError.value = null
    const answer = await app.request({ kind: 'unlock', passphrase })
    setBusy(false)
    if (!answer.ok) app.entryError.value = answer.sentence
  }

  return (
    <EntryScreen title={name === undefined || name === '' ? strings.welcomeBack : strings.welcomeBackTo(name)} text={strings.lockedText}>
      {app.view.value.typed.shared === '' ? null : <Banner look="info">{strings.shareWaits}</Banner>}
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void unlock()
        }}
      >
        <Field
          label={strings.passphrase}
          type={shown ? 'text' : 'password'}
          end={<ShowPassphrase shown={shown} onToggle={() => setShown(!shown)} />}
          autocomplete="current-password"
          value={passphrase}
          onValue={setPassphrase}
          error={app.entryError.value}
          autofocus
          required
        />
        <NextTry />
        <Button type="submit" look="primary" busy={busy} wide>
          {busy ? strings.unlocking : strings.unlock}
        </Button>
      </form>
      <Disclosure title={strings.forgotPassphrase}>
        <p class="notice-text">{strings.passphraseHint}</p>
        <Button look="danger" icon="trash" onClick={() => setWiping(true)}>
          {strings.wipe}
        </Button>
      </Disclosure>
      {wiping ? <WipeDialog onClose={() => setWiping(false)} /> : null}
    </EntryScreen>
  )
}
