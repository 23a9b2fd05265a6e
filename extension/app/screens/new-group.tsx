import { useId, useState } from 'preact/hooks'
import { Button, ErrorLine, Field } from '../parts/controls.tsx'
import { isNotReached, RelayField, useRelayTrial } from '../parts/relay-field.tsx'
import { Screen } from '../parts/screen.tsx'
import { useApp } from '../state/app.ts'
import { useAction } from '../state/use-action.ts'
import { useTyped } from '../state/use-kept-field.ts'
import { strings } from '../strings/index.ts'

interface KindProps {
  readonly name: string
  readonly hint: string
  readonly checked: boolean
  readonly onChoose: () => void
}

function Kind({ name, hint, checked, onChoose }: KindProps) {
  const id = useId()
  return (
    <label class="check">
      <input type="radio" name="kind" checked={checked} onChange={onChoose} aria-label={name} aria-describedby={id} />
      <span>
        {name}
        <br />
        <span class="hint" id={id}>
          {hint}
        </span>
      </span>
    </label>
  )
}

export function NewGroup() {
  const app = useApp()
  const title = useTyped('groupTitle')
  const [relay, setRelay] = useState(app.defaults.relay ?? '')
  const [isSmall, setSmall] = useState(false)
  const trial = useRelayTrial()
  const action = useAction()
  const relayMissing = app.view.value.relays.length === 0

  const create = async () => {
    void title.save()
    const isTyped = relayMissing && relay.trim() !== '' && relay !== app.defaults.relay
    if (isTyped && !(await trial.mayKeep(relay.trim()))) return
    const value = await action.run(async () => {
      if (relayMissing && relay.trim() !== '') {
        const added = await app.request({ kind: 'addRelay', address: relay.trim() })
        if (!added.ok) return added
      }
      return app.request({ kind: 'createGroup', title: title.text.peek().trim(), isSmall })
    })
    if (value?.group !== undefined) app.goInstead({ screen: 'conversation', group: value.group })
  }

  return (
    <Screen title={strings.newGroup}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void create()
        }}
      >
        <Field label={strings.groupName} hint={strings.groupNameHint} value={title.text.value} onValue={title.write} autofocus required />
        <fieldset class="choices">
          <legend>{strings.groupKind}</legend>
          <Kind name={strings.groupKindEveryday} hint={strings.groupKindEverydayHint} checked={!isSmall} onChoose={() => setSmall(false)} />
          <Kind name={strings.groupKindSmall} hint={strings.groupKindSmallHint} checked={isSmall} onChoose={() => setSmall(true)} />
        </fieldset>
        {relayMissing ? <RelayField address={relay} onAddress={setRelay} trial={trial} hint={`${strings.noRelayYet} ${strings.relayHowTo}`} /> : null}
        <ErrorLine error={action.error} />
        <Button type="submit" look="primary" busy={action.busy} wide>
          {action.busy ? strings.creatingGroup : isNotReached(trial) ? strings.goOnAnyway : strings.createGroup}
        </Button>
      </form>
    </Screen>
  )
}
