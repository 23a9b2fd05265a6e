import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'
import { AppBanners } from '../parts/app-banners.tsx'
import { Avatar } from '../parts/avatar.tsx'
import { Button, ErrorLine, Field, IconButton } from '../parts/controls.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { RelayLine } from '../parts/relay-line.tsx'
import { Screen } from '../parts/screen.tsx'
import { ShownText } from '../parts/shown-text.tsx'
import { useApp } from '../state/app.ts'
import { type Theme, chooseTheme, theme } from '../state/theme.ts'
import { useAction } from '../state/use-action.ts'
import { locale, strings } from '../strings/index.ts'
import { shownName } from '../strings/shown-names.ts'
import { longTime } from '../text/times.ts'
import { AutoLockChoice } from './auto-lock.tsx'
import { PassphraseDialog } from './passphrase-dialog.tsx'
import { WipeDialog } from './wipe-dialog.tsx'

function Section({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  const id = useId()
  return (
    <section class="section" aria-labelledby={id}>
      <h2 class="section-title" id={id}>
        {title}
      </h2>
      {children}
    </section>
  )
}

function Relays() {
  const app = useApp()
  const [address, setAddress] = useState('')
  const [removing, setRemoving] = useState<string | null>(null)
  const action = useAction()
  const { relays, profile } = app.view.value
  const secondReaderMs = profile?.secondReaderMs ?? null

  const add = async () => {
    if ((await action.run(() => app.request({ kind: 'addRelay', address: address.trim() }))) !== null) setAddress('')
  }

  return (
    <Section title={strings.relays}>
      <p class="hint">{relays.length === 0 ? strings.relaysNone : strings.relaysText}</p>
      {secondReaderMs === null ? null : <p class="hint">{strings.secondReader(longTime(locale, secondReaderMs))}</p>}
      {relays.length === 0 ? null : (
        <ul class="card relays" aria-label={strings.relays}>
          {relays.map((relay) => (
            <RelayLine key={relay.address} relay={relay}>
              <IconButton name={strings.removeRelay(relay.address)} icon="trash" onClick={() => setRemoving(relay.address)} />
            </RelayLine>
          ))}
        </ul>
      )}
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void add()
        }}
      >
        <Field label={strings.relayAddress} value={address} onValue={setAddress} error={action.error} required code />
        <Button type="submit" icon="plus" busy={action.busy}>
          {strings.addRelay}
        </Button>
      </form>
      {removing === null ? null : (
        <Confirm
          title={strings.removeRelayTitle}
          text={strings.removeRelayText}
          confirm={strings.removeRelayConfirm}
          ask={() => app.request({ kind: 'removeRelay', address: removing })}
          onDone={() => setRemoving(null)}
          onCancel={() => setRemoving(null)}
        />
      )}
    </Section>
  )
}

const THEMES: readonly { readonly value: Theme; readonly text: string }[] = [
  { value: 'auto', text: strings.themeAuto },
  { value: 'light', text: strings.themeLight },
  { value: 'dark', text: strings.themeDark },
]

function Appearance() {
  return (
    <Section title={strings.appearance}>
      <div class="segments" role="radiogroup" aria-label={strings.appearance}>
        {THEMES.map(({ value, text }) => (
          <label key={value} class="segment">
            <input type="radio" name="theme" checked={theme.value === value} onChange={() => chooseTheme(value)} />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </Section>
  )
}

function OwnName({ name }: { readonly name: string }) {
  const app = useApp()
  const action = useAction()
  const [typed, setTyped] = useState(name)
  const save = async () => {
    if ((await action.run(() => app.request({ kind: 'setName', name: typed }))) !== null) app.announcement.value = strings.nameSaved
  }
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Field label={strings.yourName} hint={strings.yourNameHint} value={typed} onValue={setTyped} error={action.error} required />
      <Button type="submit" busy={action.busy}>
        {strings.saveName}
      </Button>
    </form>
  )
}

export function Settings() {
  const app = useApp()
  const [wiping, setWiping] = useState(false)
  const [changing, setChanging] = useState(false)
  const lock = useAction()
  const { profile } = app.view.value
  return (
    <Screen title={strings.settings}>
      <AppBanners />
      {profile === null ? null : (
        <Section title={strings.profile}>
          <div class="card profile">
            <Avatar id={profile.account} name={profile.name} size="large" />
            <p class="profile-name">
              <ShownText text={shownName({ name: profile.name, another: 0 })} />
            </p>
            <p class="hint">{profile.hasPassphrase ? strings.withPassphrase : strings.noPassphraseSet}</p>
          </div>
          <OwnName name={profile.name} />
          <Button icon="key" onClick={() => setChanging(true)}>
            {profile.hasPassphrase ? strings.changePassphraseAction : strings.setPassphraseAction}
          </Button>
        </Section>
      )}
      <Relays />
      <Appearance />
      <Section title={strings.privacy}>
        {profile?.hasPassphrase ? (
          <div class="card action-row">
            <p>{strings.lockNowText}</p>
            <Button icon="lock" busy={lock.busy} onClick={() => void lock.run(() => app.request({ kind: 'lock' }))}>
              {strings.lockNow}
            </Button>
          </div>
        ) : null}
        <ErrorLine error={lock.error} />
        {profile?.hasPassphrase ? <AutoLockChoice minutes={profile.autoLockMinutes} /> : null}
        <div class="card action-row">
          <p>{strings.wipeText}</p>
          <Button look="danger" icon="trash" onClick={() => setWiping(true)}>
            {strings.wipe}
          </Button>
        </div>
      </Section>
      <Section title={strings.about}>
        <p class="notice-text">{strings.aboutLead}</p>
        <h3 class="minor-title">{strings.limitsTitle}</h3>
        <ul class="limits">
          {strings.limits.map((limit) => (
            <li key={limit}>{limit}</li>
          ))}
        </ul>
        {app.defaults.version === undefined ? null : <p class="hint">{strings.version(app.defaults.version)}</p>}
      </Section>
      {changing && profile !== null ? <PassphraseDialog has={profile.hasPassphrase} onClose={() => setChanging(false)} /> : null}
      {wiping ? <WipeDialog onClose={() => setWiping(false)} /> : null}
    </Screen>
  )
}
