/** The screens before one is in: starting, opening, the first minute, and unlocking. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Banner, Button, Disclosure, ErrorLine, Field, IconButton } from '../parts/controls.tsx'
import { Mark } from '../parts/icons.tsx'
import { useFocusOnArrival } from '../parts/screen.tsx'
import { useApp } from '../state/app.ts'
import { useTyped } from '../state/use-kept-field.ts'
import { strings } from '../strings/index.ts'
import { WipeDialog } from './wipe-dialog.tsx'

/** After this long a wait gets a second sentence, ms. */
const LONG_WAIT_MS = 4000

/** A screen before one is in: the mark, a title, and what to do. */
export function Door({ title, text, children }: { readonly title: string; readonly text: string; readonly children: ComponentChildren }) {
  const root = useRef<HTMLElement>(null)
  useFocusOnArrival(root)
  return (
    <main class="door" ref={root}>
      <div class="door-inner">
        <header class="door-head">
          <Mark size={56} />
          <h1 tabIndex={-1}>{title}</h1>
          <p>{text}</p>
        </header>
        {children}
      </div>
    </main>
  )
}

const ShowPassphrase = ({ shown, onToggle }: { readonly shown: boolean; readonly onToggle: () => void }) => (
  <IconButton name={strings.showPassphrase} icon={shown ? 'eyeOff' : 'eye'} pressed={shown} onClick={onToggle} />
)

function Waiting({ title, text }: { readonly title: string; readonly text: string | null }) {
  return (
    <main class="door">
      <div class="door-inner door-waiting" role="status">
        <Mark size={56} />
        <h1>{title}</h1>
        <div class="progress" aria-hidden="true" />
        <p>{text ?? '\u00a0'}</p>
      </div>
    </main>
  )
}

export function Starting() {
  const [long, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG_WAIT_MS)
    return () => clearTimeout(timer)
  }, [])
  return <Waiting title={strings.starting} text={long ? strings.startingLong : null} />
}

export const Opening = () => <Waiting title={strings.opening} text={strings.openingHint} />

export function Welcome() {
  const app = useApp()
  const name = useTyped('profileName')
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [shown, setShown] = useState(false)
  const [without, setWithout] = useState(false)
  const [relay, setRelay] = useState(app.defaults.relay ?? '')
  const [busy, setBusy] = useState(false)
  const [differ, setDiffer] = useState(false)

  const create = async () => {
    if (busy) return
    setDiffer(!without && passphrase !== again)
    app.doorError.value = null
    if (!without && passphrase !== again) return
    setBusy(true)
    // The form gives way while the engine opens, and comes back with the name where this is refused.
    void name.save()
    const answer = await app.request({
      kind: 'createProfile',
      name: name.text.peek().trim(),
      passphrase: without ? null : passphrase,
      relays: relay.trim() === '' ? [] : [relay.trim()],
    })
    setBusy(false)
    if (answer.ok) app.goInstead({ screen: 'list' })
    else app.doorError.value = answer.sentence
  }

  return (
    <Door title={strings.welcomeTitle} text={strings.welcomeText}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void create()
        }}
      >
        {app.view.value.trouble === 'profileEmpty' && app.doorError.value === null ? <Banner look="warning">{strings.profileEmpty}</Banner> : null}
        <Field
          label={strings.yourName}
          hint={strings.yourNameHint}
          value={name.text.value}
          onValue={name.write}
          autofocus
          required
        />
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
          <Field
            label={strings.relayAddress}
            hint={app.defaults.relay !== null && relay === app.defaults.relay ? `${strings.relayFilledIn} ${strings.relayHint}` : strings.relayHint}
            value={relay}
            onValue={setRelay}
            code
          />
        </Disclosure>
        <ErrorLine error={app.doorError.value} />
        <Button type="submit" look="primary" busy={busy} wide>
          {busy ? strings.creatingProfile : strings.createProfile}
        </Button>
      </form>
    </Door>
  )
}

export function Locked() {
  const app = useApp()
  const [passphrase, setPassphrase] = useState('')
  const [busy, setBusy] = useState(false)
  const [wiping, setWiping] = useState(false)
  const [shown, setShown] = useState(false)
  const name = app.view.value.profile?.name

  const unlock = async () => {
    if (busy) return
    setBusy(true)
    app.doorError.value = null
    const answer = await app.request({ kind: 'unlock', passphrase })
    setBusy(false)
    if (!answer.ok) app.doorError.value = answer.sentence
  }

  return (
    <Door title={name === undefined || name === '' ? strings.welcomeBack : strings.welcomeBackTo(name)} text={strings.lockedText}>
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
          error={app.doorError.value}
          autofocus
          required
        />
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
    </Door>
  )
}
