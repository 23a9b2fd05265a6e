import type { GroupView, RelayView } from '@sotto/engine/api'
import { useState } from 'preact/hooks'
import { Banner, Button, Field, IconButton } from '../parts/controls.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { RelayLine } from '../parts/relay-line.tsx'
import { Screen } from '../parts/screen.tsx'
import { useApp } from '../state/app.ts'
import { isCutOff } from '../state/is-cut-off.ts'
import { useAction } from '../state/use-action.ts'
import { strings } from '../strings/index.ts'
import { relayNames } from '../text/relay-name.ts'

function Lines({ name, relays, onRemove }: { readonly name: string; readonly relays: readonly RelayView[]; readonly onRemove?: (address: string) => void }) {
  const nameOf = relayNames(relays.map(({ address }) => address))
  return (
    <ul class="card relays" aria-label={name}>
      {relays.map((relay) => (
        <RelayLine key={relay.address} relay={relay} name={nameOf(relay.address)}>
          {onRemove === undefined ? null : (
            <IconButton name={strings.removeRelay(nameOf(relay.address))} icon="trash" onClick={() => onRemove(relay.address)} />
          )}
        </RelayLine>
      ))}
    </ul>
  )
}

/** Where this device looks beside the group's own relays. */
function LookHereToo({ group }: { readonly group: GroupView }) {
  const app = useApp()
  const [address, setAddress] = useState('')
  const action = useAction()
  return (
    <section class="section" aria-label={strings.lookHereToo}>
      <h2 class="section-title">{strings.lookHereToo}</h2>
      <p class="hint">{strings.lookHereTooText}</p>
      {group.looksAt.length === 0 ? null : <Lines name={strings.lookHereToo} relays={group.looksAt} />}
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void action
            .run(() => app.request({ kind: 'lookAtRelay', group: group.id, address: address.trim() }))
            .then((value) => {
              if (value !== null) setAddress('')
            })
        }}
      >
        <Field label={strings.relayAddress} value={address} onValue={setAddress} error={action.error} required code />
        <Button type="submit" icon="plus" busy={action.busy}>
          {strings.lookHere}
        </Button>
      </form>
    </section>
  )
}

/** What an admin sets for all members. */
function NameForAll({ group }: { readonly group: GroupView }) {
  const app = useApp()
  const [address, setAddress] = useState('')
  const [removing, setRemoving] = useState<string | null>(null)
  const action = useAction()
  const addresses = group.relays.map((relay) => relay.address)
  const name = (relays: readonly string[]) => app.request({ kind: 'setRelays', group: group.id, relays })
  return (
    <section class="section" aria-label={strings.groupRelays}>
      <Lines name={strings.groupRelays} relays={group.relays} {...(addresses.length > 1 ? { onRemove: setRemoving } : {})} />
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          // First, because it is the reachable one.
          void action
            .run(() => name([address.trim(), ...addresses]))
            .then((value) => {
              if (value !== null) setAddress('')
            })
        }}
      >
        <Field label={strings.relayAddress} hint={strings.groupRelaysHint} value={address} onValue={setAddress} error={action.error} required code />
        <Button type="submit" look="primary" icon="plus" busy={action.busy}>
          {strings.nameForAll}
        </Button>
      </form>
      {removing === null ? null : (
        <Confirm
          title={strings.removeGroupRelayTitle}
          text={strings.removeGroupRelayText}
          confirm={strings.removeRelayConfirm}
          ask={() => name(addresses.filter((each) => each !== removing))}
          onDone={() => setRemoving(null)}
          onCancel={() => setRemoving(null)}
        />
      )}
    </section>
  )
}

/** Where a group's messages wait for absent members. An admin changes it for all; every member may look elsewhere too. */
export function GroupRelays({ group }: { readonly group: GroupView }) {
  return (
    <Screen title={strings.groupRelays}>
      {isCutOff(group) ? (
        <Banner look="warning" icon="relay">
          {group.may.setRelays ? strings.cutOffAdmin : strings.cutOffMember}
        </Banner>
      ) : null}
      <p class="hint">{group.may.setRelays ? strings.groupRelaysText : strings.groupRelaysTextMember}</p>
      {group.may.setRelays ? <NameForAll group={group} /> : <Lines name={strings.groupRelays} relays={group.relays} />}
      <LookHereToo group={group} />
    </Screen>
  )
}
