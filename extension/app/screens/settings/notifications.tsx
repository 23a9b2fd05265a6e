/** How messages are told of while no page shows them. The browser's permission is asked for when it is first wanted. */
import type { EngineView, NotificationsView } from '@sotto/engine/api'
import { useEffect, useState } from 'preact/hooks'
import { Banner, Button, ErrorLine } from '../../parts/controls.tsx'
import { useApp } from '../../state/app.ts'
import { useAction } from '../../state/use-action.ts'
import { strings } from '../../strings/index.ts'
import { Section } from './section.tsx'

type Show = NotificationsView['show']

const CHOICES: readonly { readonly show: Show; readonly name: string; readonly text: string }[] = [
  { show: 'off', name: strings.notifyOff, text: strings.notifyOffText },
  { show: 'noContent', name: strings.notifyNoContent, text: strings.notifyNoContentText },
  { show: 'content', name: strings.notifyContent, text: strings.notifyContentText },
]

export function Notifications({ profile }: { readonly profile: NonNullable<EngineView['profile']> }) {
  const app = useApp()
  const action = useAction()
  const [mayNotify, setMayNotify] = useState(true)
  const [refused, setRefused] = useState(false)
  const { show, mentionsThroughMute } = profile.notifications

  useEffect(() => {
    void app.platform.mayNotify().then(setMayNotify)
  }, [show])

  const keep = (next: Show): void => {
    void action.run(() => app.request({ kind: 'setNotifications', show: next, mentionsThroughMute }))
  }
  const ask = async (asking: Promise<boolean>): Promise<void> => {
    const allowed = await asking
    setMayNotify(allowed)
    setRefused(!allowed)
    if (!allowed) keep('off')
  }
  const choose = (next: Show): void => {
    setRefused(false)
    // First of all: browsers ask the person only while a click is handled. A popup may close over the question, so the
    // choice is kept at once and taken back where it was refused.
    if (next !== 'off') void ask(app.platform.askToNotify())
    keep(next)
  }

  return (
    <Section title={strings.notifications}>
      <p class="hint">{strings.notificationsText}</p>
      <div class="radio-list" role="radiogroup" aria-label={strings.notifications}>
        {CHOICES.map((choice) => (
          <label key={choice.show} class="radio-row">
            <input type="radio" name="notifications" checked={show === choice.show} onChange={() => choose(choice.show)} />
            <span>
              <span class="radio-name">{choice.name}</span>
              <span class="hint">{choice.text}</span>
            </span>
          </label>
        ))}
      </div>
      {show === 'off' ? null : (
        <label class="check">
          <input
            type="checkbox"
            checked={mentionsThroughMute}
            onChange={(event) => {
              const chosen = event.currentTarget.checked
              void action.run(() => app.request({ kind: 'setNotifications', show, mentionsThroughMute: chosen }))
            }}
          />
          <span>{strings.notifyMentions}</span>
        </label>
      )}
      {refused ? <Banner look="warning">{strings.notifyRefused}</Banner> : null}
      {show !== 'off' && !mayNotify && !refused ? (
        <Banner look="warning">
          {strings.notifyLost} <Button onClick={() => void ask(app.platform.askToNotify())}>{strings.notifyAllow}</Button>
        </Banner>
      ) : null}
      {profile.hasPassphrase && show !== 'off' ? <p class="hint">{strings.notifyLocked}</p> : null}
      <ErrorLine error={action.error} />
    </Section>
  )
}
