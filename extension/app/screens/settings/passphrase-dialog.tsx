/** Another passphrase for the profile, a first one, or none. */
import { useState } from 'preact/hooks'
import { Field } from '../../parts/controls.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { NextTry } from '../../parts/next-try.tsx'
import { ShowPassphrase } from '../../parts/show-passphrase.tsx'
import { StrengthHint } from '../../parts/strength-hint.tsx'
import { useApp } from '../../state/app.ts'
import { strings } from '../../strings/index.ts'

interface PassphraseDialogProps {
  /** Whether the profile has one now. */
  readonly has: boolean
  readonly onClose: () => void
}

export function PassphraseDialog({ has, onClose }: PassphraseDialogProps) {
  const app = useApp()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const [without, setWithout] = useState(false)
  const [shown, setShown] = useState(false)
  const type = shown ? 'text' : 'password'
  const differ = !without && again !== '' && next !== again
  return (
    <Confirm
      title={has ? strings.changePassphrase : strings.setPassphrase}
      text={strings.changePassphraseText}
      confirm={strings.savePassphrase}
      busyText={strings.savingPassphrase}
      look={without ? 'danger' : 'primary'}
      incomplete={(has && current === '') || (!without && (next === '' || next !== again))}
      ask={() => app.request({ kind: 'changePassphrase', current: has ? current : null, next: without ? null : next })}
      onDone={() => {
        app.announcement.value = strings.passphraseSaved
        onClose()
      }}
      onCancel={onClose}
    >
      {has ? (
        <Field
          label={strings.presentPassphrase}
          type={type}
          end={<ShowPassphrase shown={shown} onToggle={() => setShown(!shown)} />}
          autocomplete="current-password"
          value={current}
          onValue={setCurrent}
          autofocus
          required
        />
      ) : null}
      {has ? <NextTry /> : null}
      {without ? null : (
        <>
          <Field
            label={strings.newPassphrase}
            type={type}
            {...(has ? {} : { end: <ShowPassphrase shown={shown} onToggle={() => setShown(!shown)} /> })}
            autocomplete="new-password"
            value={next}
            onValue={setNext}
            autofocus={!has}
            required
          />
          <StrengthHint passphrase={next} known={app.view.value.profile?.name ?? ''} />
          <Field
            label={strings.newPassphraseAgain}
            type={type}
            autocomplete="new-password"
            value={again}
            onValue={setAgain}
            error={differ ? strings.passphrasesDiffer : null}
            required
          />
        </>
      )}
      {has ? (
        <label class="check">
          <input type="checkbox" checked={without} onChange={(event) => setWithout(event.currentTarget.checked)} />
          <span>{strings.withoutPassphrase}</span>
        </label>
      ) : null}
      {without ? <p class="notice-text">{strings.withoutPassphraseHint}</p> : null}
    </Confirm>
  )
}
