import type { InviteChoice } from '@sotto/engine/api'
import { useState } from 'preact/hooks'
import { Confirm } from '../parts/dialog.tsx'
import type { Answer } from '../state/answer.ts'
import { locale, strings } from '../strings/index.ts'
import { relayName } from '../text/relay-name.ts'
import { longTime } from '../text/times.ts'

interface ChooseInviteProps {
  readonly choices: readonly InviteChoice[]
  readonly ask: (invite: string) => Promise<Answer>
  readonly onDone: () => void
  readonly onCancel: () => void
}

/** Asks which of several invites in a pasted text is meant. */
export function ChooseInvite({ choices, ask, onDone, onCancel }: ChooseInviteProps) {
  const [chosen, setChosen] = useState<string | null>(null)
  return (
    <Confirm
      title={strings.chooseInviteTitle}
      text={strings.chooseInviteText}
      confirm={strings.join}
      busyText={strings.joining}
      look="primary"
      incomplete={chosen === null}
      ask={() => ask(chosen ?? '')}
      onDone={onDone}
      onCancel={onCancel}
    >
      <fieldset class="choices">
        <legend class="visually-hidden">{strings.chooseInviteTitle}</legend>
        {choices.map(({ invite, wordsBefore, expiresMs, relay }, index) => (
          <label key={invite} class="check">
            <input type="radio" name="invite" checked={chosen === invite} onChange={() => setChosen(invite)} />
            <span>
              {strings.chooseInviteNumber(index + 1, wordsBefore)}
              <br />
              <span class="hint">{strings.chooseInviteFacts(longTime(locale, expiresMs), relayName(relay))}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </Confirm>
  )
}
