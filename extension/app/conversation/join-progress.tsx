import type { GroupView, JoinView } from '@sotto/engine/api'
import { useEffect, useState } from 'preact/hooks'
import { clockTrouble } from '../parts/app-banners.tsx'
import { Banner, Button, ErrorLine } from '../parts/controls.tsx'
import { Icon } from '../parts/icons.tsx'
import { Screen } from '../parts/screen.tsx'
import { useApp } from '../state/app.ts'
import { useAction } from '../state/use-action.ts'
import { joinEndSentence, strings } from '../strings/index.ts'
import { shownTitle } from '../strings/shown-names.ts'

const STEPS = [strings.joinStepRelay, strings.joinStepMember, strings.joinStepAdmitted, strings.joinStepKeys]

/** How many of the steps are done. The next one is in progress. */
function stepsDone(step: JoinView['step']): number {
  switch (step) {
    case 'connecting':
    case 'refused':
      return 0
    case 'waiting':
      return 1
    case 'admitted':
      return 3
  }
}

/** For so long a member that is there may be about to answer, ms. */
const SOON_MS = 8_000

/** `isLong`: nobody has answered for a while. */
function waitedFor(step: JoinView['step'], isLong: boolean): string {
  switch (step) {
    case 'connecting':
    case 'refused':
      return strings.joinWaitConnecting
    case 'waiting':
      return isLong ? strings.joinWaitWaiting : strings.joinWaitAsking
    case 'admitted':
      return strings.joinWaitAdmitted
  }
}

/** Joining, step by step, until the conversation replaces this screen. */
export function JoinProgress({ group }: { readonly group: GroupView }) {
  const app = useApp()
  const action = useAction()
  const join = group.join ?? { step: 'connecting', reason: null }
  const done = stepsDone(join.step)
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    setLong(false)
    const timer = setTimeout(() => setLong(true), SOON_MS)
    return () => clearTimeout(timer)
  }, [join.step])
  const clock = clockTrouble(app.view.value)

  const stop = async (next: 'list' | 'pasteInvite') => {
    if ((await action.run(() => app.request({ kind: 'cancelJoin', group: group.id }))) !== null) app.goInstead({ screen: next })
  }

  if (join.step === 'refused')
    return (
      <Screen title={strings.joinRefusedTitle}>
        <Banner look="error">{joinEndSentence(join.reason ?? 'closed')}</Banner>
        <ErrorLine error={action.error} />
        <Button look="primary" icon="paste" busy={action.busy} wide onClick={() => void stop('pasteInvite')}>
          {strings.pasteInvite}
        </Button>
        <Button icon="trash" busy={action.busy} wide onClick={() => void stop('list')}>
          {strings.removeFromList}
        </Button>
      </Screen>
    )

  // A request of theirs was accepted: there are no steps to follow, only a person to wait for.
  if (group.direct !== null)
    return (
      <Screen title={shownTitle(group)}>
        {clock === null ? null : <Banner look="warning">{clock}</Banner>}
        <p class="steps-wait" role="status">
          {strings.acceptedWaits(shownTitle(group))}
        </p>
        <ErrorLine error={action.error} />
        <Button busy={action.busy} wide onClick={() => void stop('list')}>
          {strings.stopWaiting}
        </Button>
      </Screen>
    )

  return (
    <Screen title={shownTitle(group)}>
      <ol class="steps">
        {STEPS.map((text, index) => {
          const state = index < done ? 'done' : index === done ? 'now' : 'later'
          const word = { done: strings.joinStepDone, now: strings.joinStepNow, later: strings.joinStepLater }[state]
          return (
            <li key={text} class={`step step-${state}`} aria-current={state === 'now' ? 'step' : undefined}>
              <span class="step-mark">{state === 'done' ? <Icon name="check" size={16} /> : null}</span>
              <span>{text}</span>
              <span class="visually-hidden">({word})</span>
            </li>
          )
        })}
      </ol>
      {clock === null ? null : <Banner look="warning">{clock}</Banner>}
      <p class="steps-wait" role="status">
        {waitedFor(join.step, isLong)}
      </p>
      <ErrorLine error={action.error} />
      <Button busy={action.busy} wide onClick={() => void stop('list')}>
        {strings.stopJoining}
      </Button>
    </Screen>
  )
}
