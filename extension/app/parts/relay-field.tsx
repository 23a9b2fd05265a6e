/** Where a person names a relay: by its address, or by a picture of its code. It can be tried before it is kept. */
import type { TriedRelay } from '@sotto/engine/api'
import { useMemo, useRef, useState } from 'preact/hooks'
import { useApp } from '../state/app.ts'
import { type RelayTrial, relayTrial } from '../state/relay-trial.ts'
import { strings } from '../strings/index.ts'
import { Camera } from './camera.tsx'
import { Button, Field } from './controls.tsx'
import { pictureIn } from './picture-drop.tsx'
import { readPicture } from './read-picture.ts'

export function useRelayTrial(): RelayTrial {
  const app = useApp()
  return useMemo(() => relayTrial((address) => app.request({ kind: 'tryRelay', address })), [])
}

/** What came of it, and what to do. */
function trialText({ result, reason, ms }: TriedRelay): string {
  if (result === 'reached') return strings.relayReached(ms ?? 0)
  if (result === 'anotherRelay') return strings.relayTriedAnother
  if (result === 'notAdmitted') return strings.relayTriedNotAdmitted
  return reason === 'refused' ? strings.relayTriedRefused : strings.relayTriedSilent
}

/** Whether the person was told that the relay was not reached: it may go on all the same. */
export function isNotReached({ state }: RelayTrial): boolean {
  const { value } = state
  return value.kind === 'done' && value.tried.result !== 'reached'
}

interface RelayFieldProps {
  readonly address: string
  readonly onAddress: (address: string) => void
  readonly trial: RelayTrial
  readonly hint?: string
  readonly error?: string | null
  readonly required?: boolean
}

export function RelayField({ address, onAddress, trial, hint, error = null, required = false }: RelayFieldProps) {
  const chooser = useRef<HTMLInputElement>(null)
  const [unreadable, setUnreadable] = useState(false)
  const state = trial.state.value
  const write = (next: string): void => {
    trial.forget()
    setUnreadable(false)
    onAddress(next)
  }
  const takeText = (text: string): void => {
    write(text.trim())
    void trial.tryIt(text.trim())
  }
  const take = async (picture: File | null) => {
    if (picture === null) return
    const text = await readPicture(picture)
    if (text === null) setUnreadable(true)
    else takeText(text)
  }
  const isReached = state.kind === 'done' && state.tried.result === 'reached'
  return (
    <div
      class="relay-field"
      onPaste={(event) => {
        const picture = pictureIn(event.clipboardData?.files)
        if (picture === null) return
        event.preventDefault()
        void take(picture)
      }}
    >
      <Field
        label={strings.relayAddress}
        {...(hint === undefined ? {} : { hint })}
        value={address}
        onValue={write}
        error={error ?? (state.kind === 'refused' ? state.sentence : unreadable ? strings.relayPictureUnreadable : null)}
        required={required}
        code
      />
      <div class="relay-acts">
        <Button busy={state.kind === 'running'} disabled={address.trim() === ''} onClick={() => void trial.tryIt(address.trim())}>
          {strings.tryRelay}
        </Button>
        <input
          ref={chooser}
          type="file"
          accept="image/*"
          hidden
          onChange={(event) => {
            void take(pictureIn(event.currentTarget.files ?? undefined))
            event.currentTarget.value = ''
          }}
        />
        <Button icon="picture" onClick={() => chooser.current?.click()}>
          {strings.relayFromPicture}
        </Button>
      </div>
      <Camera onCode={takeText} />
      <p class={`relay-trial${isReached ? ' relay-trial-reached' : ''}`} role="status">
        {state.kind === 'running' ? strings.relayTrying : state.kind === 'done' ? trialText(state.tried) : ''}
      </p>
    </div>
  )
}
