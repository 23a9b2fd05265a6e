/** Passes a message on: which conversations, and a question that names them. */
import type { GroupView } from '@sotto/engine/api'
import { useState } from 'preact/hooks'
import { GroupAvatar } from '../parts/group-avatar.tsx'
import { Button } from '../parts/controls.tsx'
import { Confirm, Modal } from '../parts/dialog.tsx'
import { ShownText, Untwisted } from '../parts/shown-text.tsx'
import { useApp } from '../state/app.ts'
import { locale, strings } from '../strings/index.ts'
import { shownTitle } from '../strings/shown-names.ts'
import { folded } from '../text/mentions.ts'
import { withoutMarks } from '../text/markup.ts'

/** The protocol's limit. */
const MOST_CHOSEN = 20

interface ForwardDialogProps {
  readonly text: string
  readonly onClose: () => void
}

export function ForwardDialog({ text, onClose }: ForwardDialogProps) {
  const app = useApp()
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [isAsking, setAsking] = useState(false)
  const groups = app.view.value.groups.filter(({ state, may }) => state === 'member' && may.send)
  const names = groups.filter(({ id }) => chosen.includes(id)).map(shownTitle)
  const toNames = new Intl.ListFormat(locale).format(names)
  if (!isAsking) return <Choose groups={groups} chosen={chosen} onChosen={setChosen} onNext={() => setAsking(true)} onClose={onClose} />
  return (
    <Confirm
      title={strings.forwardQuestion(toNames)}
      text={strings.forwardHint}
      confirm={strings.forward}
      look="primary"
      ask={() => app.request({ kind: 'forward', groups: chosen, text })}
      onDone={() => {
        app.announcement.value = strings.forwardedTo(toNames)
        onClose()
      }}
      onCancel={onClose}
    >
      <p class="quote forward-text" dir="auto">
        <Untwisted text={withoutMarks(text)} />
      </p>
    </Confirm>
  )
}

interface ChooseProps {
  readonly groups: readonly GroupView[]
  readonly chosen: readonly string[]
  readonly onChosen: (chosen: readonly string[]) => void
  readonly onNext: () => void
  readonly onClose: () => void
}

function Choose({ groups, chosen, onChosen, onNext, onClose }: ChooseProps) {
  const [typed, setTyped] = useState('')
  const sought = folded(typed.trim())
  const shown = groups.filter((group) => folded(shownTitle(group)).includes(sought))
  return (
    <Modal title={strings.forwardTitle} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (chosen.length > 0) onNext()
        }}
      >
        <input
          type="search"
          class="input"
          autocomplete="off"
          aria-label={strings.searchConversations}
          placeholder={strings.searchConversations}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        {shown.length === 0 ? <p role="status">{strings.nothingFound(typed.trim())}</p> : null}
        <ul class="choices" aria-label={strings.conversations}>
          {shown.map((group) => {
            const isChosen = chosen.includes(group.id)
            return (
              <li key={group.id}>
                <label>
                  <input
                    type="checkbox"
                    checked={isChosen}
                    disabled={!isChosen && chosen.length >= MOST_CHOSEN}
                    onChange={() => onChosen(isChosen ? chosen.filter((id) => id !== group.id) : [...chosen, group.id])}
                  />
                  <GroupAvatar group={group} size="small" />
                  <ShownText text={shownTitle(group)} />
                </label>
              </li>
            )
          })}
        </ul>
        <div class="dialog-actions">
          <Button onClick={onClose}>{strings.cancel}</Button>
          <Button type="submit" look="primary" disabled={chosen.length === 0}>
            {strings.next}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
