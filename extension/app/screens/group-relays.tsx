import type { EngineView, GroupView, RelayView } from '@sotto/engine/api'
import { useState } from 'preact/hooks'
import { Banner, Button, Field, IconButton } from '../parts/controls.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { isNotReached, RelayField, useRelayTrial } from '../parts/relay-field.tsx'
import { RelayLine } from '../parts/relay-line.tsx'
import { Screen } from '../parts/screen.tsx'
import { useApp } from '../state/app.ts'
import { isCutOff } from '../state/is-cut-off.ts'
import { useAction } from '../state/use-action.ts'
import { strings } from '../strings/index.ts'
import { relayNames } from '../text/relay-name.ts'

interface LinesProps {
  readonly name: string
  readonly relays: readonly RelayView[]
  readonly whenGone?: string
  readonly onRemove?: (address: string) => void
}

function Lines({ name, relays, whenGone, onRemove }: LinesProps) {
  const nameOf = relayNames(relays.map(({ address }) => address))
  return (
    <ul class="card relays" aria-label={name}>
      {relays.map((relay) => (
        <RelayLine key={relay.address} relay={relay} name={nameOf(relay.address)} {...(whenGone === undefined ? {} : { whenGone })}>
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
        <Field label={strings.lookHereAddress} value={address} onValue={setAddress} error={action.error} required code />
        <Button type="submit" icon="plus" busy={action.busy}>
          {strings.lookHere}
        </Button>
      </form>
    </section>
  )
}

/** Relays that this device is connected to, for itself or for another group, and that this group does not have. */
function atHand(group: GroupView, { relays, groups }: EngineView): readonly RelayView[] {
  const isOfGroup = (address: string): boolean => groups.some((each) => each.id !== group.id && each.relays.some((relay) => relay.address === address))
  return relays.filter(
    ({ address, state, isChosen }) => state === 'connected' && (isChosen || isOfGroup(address)) && !group.relays.some((relay) => relay.address === address),
  )
}

/** What is said of a relay that may be gone, as long as messages go over another. */
const whileOthersAnswer = ({ relays }: GroupView, sentence: string): { readonly whenGone?: string } =>
  relays.some(({ state }) => state === 'connected') ? { whenGone: sentence } : {}

/** What an admin sets for all members. */
function NameForAll({ group }: { readonly group: GroupView }) {
  const app = useApp()
  const [address, setAddress] = useState('')
  const [removing, setRemoving] = useState<string | null>(null)
  const trial = useRelayTrial()
  const action = useAction()
  const addresses = group.relays.map((relay) => relay.address)
  const name = (relays: readonly string[]) => app.request({ kind: 'setRelays', group: group.id, relays })
  // In front, because it is the reachable one.
  const add = (relay: string) => action.run(() => name([relay, ...addresses]))
  const addWritten = async () => {
    if (!(await trial.mayKeep(address.trim()))) return
    const { value } = trial.state
    // With the peer id that was proved there.
    const relay = value.kind === 'done' && value.tried.result === 'reached' ? value.tried.address : address.trim()
    if ((await add(relay)) === null) return
    setAddress('')
    trial.forget()
  }
  const known = atHand(group, app.view.value)
  const nameOf = relayNames(known.map((relay) => relay.address))
  return (
    <section class="section" aria-label={strings.groupRelays}>
      <Lines
        name={strings.groupRelays}
        relays={group.relays}
        {...whileOthersAnswer(group, strings.relayGoneAdmin)}
        {...(addresses.length > 1 ? { onRemove: setRemoving } : {})}
      />
      {known.length === 0 ? null : (
        <>
          <h2 class="section-title">{strings.relaysAtHand}</h2>
          <ul class="card relays" aria-label={strings.relaysAtHand}>
            {known.map((relay) => (
              <RelayLine key={relay.address} relay={relay} name={nameOf(relay.address)}>
                <IconButton name={strings.addForAll(nameOf(relay.address))} icon="plus" onClick={() => void add(relay.address)} />
              </RelayLine>
            ))}
          </ul>
        </>
      )}
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void addWritten()
        }}
      >
        <RelayField address={address} onAddress={setAddress} trial={trial} hint={strings.groupRelaysHint} error={action.error} required />
        <Button type="submit" look="primary" icon="plus" busy={action.busy}>
          {isNotReached(trial) ? strings.addAnyway : strings.nameForAll}
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
      {group.may.setRelays ? (
        <NameForAll group={group} />
      ) : (
        <Lines name={strings.groupRelays} relays={group.relays} {...whileOthersAnswer(group, strings.relayGoneMember)} />
      )}
      <LookHereToo group={group} />
    </Screen>
  )
}
