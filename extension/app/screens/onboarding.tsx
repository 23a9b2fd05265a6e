/** The first minute: a name, a passphrase or none, and a relay. */
import { useState } from 'preact/hooks'
import { Banner, Button, Disclosure, ErrorLine, Field } from '../parts/controls.tsx'
import { EntryScreen } from '../parts/entry-screen.tsx'
import { isNotReached, RelayField, useRelayTrial } from '../parts/relay-field.tsx'
import { ShowPassphrase } from '../parts/show-passphrase.tsx'
import { StrengthHint } from '../parts/strength-hint.tsx'
import { WhatLeaves } from '../parts/what-leaves.tsx'
import { useApp } from '../state/app.ts'
import { useTyped } from '../state/use-kept-field.ts'
import { strings } from '../strings/index.ts'

/** What was found after everything was deleted. */
function Wiped() {
  const { wiped } = useApp().view.value
  if (wiped === null) return null
  return wiped.left.length === 0 ? (
    <Banner look="info" icon="check">
      {strings.wipedAll}
    </Banner>
  ) : (
    <Banner look="error">
      <p>{strings.wipedNotAll}</p>
      <ul>
        {wiped.left.map((name) => (
          <li key={name}>
            <code>{name}</code>
          </li>
        ))}
      </ul>
    </Banner>
  )
}

export function Onboarding() {
  const app = useApp()
  const name = useTyped('profileName')
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [shown, setShown] = useState(false)
  const [without, setWithout] = useState(false)
  const [relay, setRelay] = useState(app.defaults.relay ?? '')
  const trial = useRelayTrial()
  const isFilledIn = app.defaults.relay !== null && relay === app.defaults.relay
  const [busy, setBusy] = useState(false)
  const [differ, setDiffer] = useState(false)

  const create = async () => {
    if (busy) return
    setDiffer(!without && passphrase !== again)
    app.entryError.value = null
    if (!without && passphrase !== again) return
    setBusy(true)
    if (relay.trim() !== '' && !isFilledIn && !(await trial.mayKeep(relay.trim()))) return setBusy(false)
    // The form makes way while the engine opens, and comes back with the name if this is refused.
    void name.save()
    const answer = await app.request({
      kind: 'createProfile',
      name: name.text.peek().trim(),
      passphrase: without ? null : passphrase,
      relays: relay.trim() === '' ? [] : [relay.trim()],
    })
    setBusy(false)
    if (answer.ok) app.goInstead({ screen: 'list' })
    else app.entryError.value = answer.sentence
  }

  return (
    <EntryScreen title={strings.welcomeTitle} text={strings.welcomeText}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void create()
        }}
      >
        {app.view.value.trouble === 'profileEmpty' && app.entryError.value === null ? <Banner look="warning">{strings.profileEmpty}</Banner> : null}
        <Wiped />
        <Field label={strings.yourName} hint={strings.yourNameHint} value={name.text.value} onValue={name.write} autofocus required />
        {without ? null : (
          <>
            <Field
              label={strings.passphrase}
              hint={strings.passphraseHint}
              type={shown ? 'text' : 'password'}
              end={<ShowPassphrase shown={shown} onToggle={() => setShown(!shown)} />}
              autocomplete="new-password"
              value={passphrase}
              onValue={setPassphrase}
              required
            />
            <StrengthHint passphrase={passphrase} known={name.text.value} />
            <Field
              label={strings.passphraseAgain}
              type={shown ? 'text' : 'password'}
              autocomplete="new-password"
              value={again}
              onValue={setAgain}
              error={differ ? strings.passphrasesDiffer : null}
              required
            />
          </>
        )}
        <label class="check">
          <input type="checkbox" checked={without} onChange={(event) => setWithout(event.currentTarget.checked)} />
          <span>{strings.withoutPassphrase}</span>
        </label>
        {without ? <p class="notice-text">{strings.withoutPassphraseHint}</p> : null}
        <Disclosure title={strings.relay}>
          <RelayField
            address={relay}
            onAddress={setRelay}
            trial={trial}
            hint={isFilledIn ? `${strings.relayFilledIn} ${strings.relayHint}` : strings.relayHowTo}
          />
        </Disclosure>
        <ErrorLine error={app.entryError.value} />
        <Button type="submit" look="primary" busy={busy} wide>
          {busy ? strings.creatingProfile : isNotReached(trial) ? strings.goOnAnyway : strings.createProfile}
        </Button>
      </form>
      <WhatLeaves />
    </EntryScreen>
  )
}
