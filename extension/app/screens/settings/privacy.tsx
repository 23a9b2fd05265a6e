/** What others may know of this person, and what it is let know in return. */
import type { EngineView, PrivacyChoice } from '@sotto/engine/api'
import { useId } from 'preact/hooks'
import { ErrorLine } from '../../parts/controls.tsx'
import { useApp } from '../../state/app.ts'
import { useAction } from '../../state/use-action.ts'
import { strings } from '../../strings/index.ts'
import { Section } from './section.tsx'

const CHOICES: readonly { readonly what: PrivacyChoice; readonly name: string; readonly text: string }[] = [
  { what: 'readReceipts', name: strings.sendReadReceipts, text: strings.sendReadReceiptsText },
  { what: 'typing', name: strings.showTyping, text: strings.showTypingText },
  { what: 'presence', name: strings.showPresence, text: strings.showPresenceText },
]

export function PrivacyChoices({ privacy }: Pick<NonNullable<EngineView['profile']>, 'privacy'>) {
  const app = useApp()
  const action = useAction()
  const id = useId()
  return (
    <Section title={strings.privacy}>
      {CHOICES.map(({ what, name, text }) => (
        <div key={what} class="card action-row">
          <div>
            <label for={`${id}-${what}`}>{name}</label>
            <p class="hint" id={`${id}-${what}-hint`}>
              {text}
            </p>
          </div>
          <input
            type="checkbox"
            role="switch"
            class="switch"
            id={`${id}-${what}`}
            aria-describedby={`${id}-${what}-hint`}
            checked={privacy[what]}
            onChange={(event) => void action.run(() => app.request({ kind: 'setPrivacy', what, isOn: event.currentTarget.checked }))}
          />
        </div>
      ))}
      <ErrorLine error={action.error} />
    </Section>
  )
}
