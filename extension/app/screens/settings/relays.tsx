/** The relays of this device. */
import { useState } from 'preact/hooks'
import { Button, IconButton } from '../../parts/controls.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { isNotReached, RelayField, useRelayTrial } from '../../parts/relay-field.tsx'
import { RelayLine } from '../../parts/relay-line.tsx'
import { useApp } from '../../state/app.ts'
import { useAction } from '../../state/use-action.ts'
import { locale, strings } from '../../strings/index.ts'
import { relayNames } from '../../text/relay-name.ts'
import { longTime } from '../../text/times.ts'
import { Section } from './section.tsx'

export function Relays() {
  const app = useApp()
  const [address, setAddress] = useState('')
  const [removing, setRemoving] = useState<string | null>(null)
  const trial = useRelayTrial()
  const action = useAction()
  const { relays: all, profile } = app.view.value
  const relays = all.filter(({ isChosen }) => isChosen)
  const others = all.filter(({ isChosen }) => !isChosen)
  const nameOf = relayNames(all.map((relay) => relay.address))
  const secondReaderMs = profile?.secondReaderMs ?? null

  const add = async () => {
    if (!(await trial.mayKeep(address.trim()))) return
    if ((await action.run(() => app.request({ kind: 'addRelay', address: address.trim() }))) !== null) {
      setAddress('')
      if (isNotReached(trial)) trial.forget()
    }
  }

  return (
    <Section title={strings.relays}>
      <p class="hint">{relays.length === 0 ? strings.relaysNone : strings.relaysText}</p>
      {secondReaderMs === null ? null : <p class="hint">{strings.secondReader(longTime(locale, secondReaderMs))}</p>}
      {relays.length === 0 ? null : (
        <ul class="card relays" aria-label={strings.relays}>
          {relays.map((relay) => (
            <RelayLine key={relay.address} relay={relay} name={nameOf(relay.address)} whenGone={strings.relayGone}>
              <IconButton name={strings.removeRelay(nameOf(relay.address))} icon="trash" onClick={() => setRemoving(relay.address)} />
            </RelayLine>
          ))}
        </ul>
      )}
      {others.length === 0 ? null : (
        <>
          <h3 class="section-title">{strings.relaysForGroups}</h3>
          <ul class="card relays" aria-label={strings.relaysForGroups}>
            {others.map((relay) => (
              <RelayLine key={relay.address} relay={relay} name={nameOf(relay.address)} />
            ))}
          </ul>
        </>
      )}
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void add()
        }}
      >
        <RelayField address={address} onAddress={setAddress} trial={trial} hint={strings.relayHowTo} error={action.error} required />
        <Button type="submit" icon="plus" busy={action.busy}>
          {isNotReached(trial) ? strings.addAnyway : strings.addRelay}
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
