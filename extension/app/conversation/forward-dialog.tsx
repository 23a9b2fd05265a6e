/** Passes a message on: which conversations, and a question that names them. */
import type { GroupView, MessageView } from '@sotto/engine/api'
import { useState } from 'preact/hooks'
import { GroupAvatar } from '../parts/group-avatar.tsx'
import { Button } from '../parts/controls.tsx'
import { Confirm, Modal } from '../parts/dialog.tsx'
import { Icon } from '../parts/icons.tsx'
import { ShownText, Untwisted } from '../parts/shown-text.tsx'
import { useApp } from '../state/app.ts'
import { locale, strings } from '../strings/index.ts'
import { shownTitle } from '../strings/shown-names.ts'
import { folded } from '../text/mentions.ts'
import { shownSize } from '../text/sizes.ts'
import { withoutMarks } from '../text/markup.ts'

/** The protocol's limit. */
const MOST_CHOSEN = 20

interface ForwardDialogProps {
  /** The message's. */
  readonly group: string
  readonly message: MessageView
  readonly onClose: () => void
}

export function ForwardDialog({ group: from, message, onClose }: ForwardDialogProps) {
  const app = useApp()
  const { text, files } = message.body.kind === 'text' ? message.body : { text: '', files: [] }
  const areHere = files.every(({ state }) => state === 'here')
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [isAsking, setAsking] = useState(false)
  const groups = app.view.value.groups.filter(({ state, may }) => state === 'member' && may.send)
  const names = groups.filter(({ id }) => chosen.includes(id)).map(shownTitle)
  const toNames = new Intl.ListFormat(locale).format(names)
  if (!isAsking)
    return (
      <Choose
        groups={groups}
        chosen={chosen}
        cannot={areHere ? null : strings.forwardFilesNotHere}
        onChosen={setChosen}
        onNext={() => setAsking(true)}
        onClose={onClose}
      />
    )
  return (
    <Confirm
      title={strings.forwardQuestion(toNames)}
      text={files.length === 0 ? strings.forwardHint : strings.forwardFilesHint}
      confirm={strings.forward}
      look="primary"
      ask={() =>
        app.request({
          kind: 'forward',
          groups: chosen,
          text,
          files:
            files.length === 0
              ? null
              : { group: from, message: message.id, files: files.map(({ number, name, mediaType, picture }) => ({ number, name, mediaType, picture })) },
        })
      }
      onDone={() => {
        app.announcement.value = files.length === 0 ? strings.forwardedTo(toNames) : strings.forwardingTo(toNames)
        onClose()
      }}
      onCancel={onClose}
    >
      {text === '' ? null : (
        <p class="quote forward-text" dir="auto">
          <Untwisted text={withoutMarks(text)} />
        </p>
      )}
      {files.length === 0 ? null : (
        <ul class="forward-files" aria-label={strings.forwardFiles}>
          {files.map(({ number, name, sizeBytes }) => (
            <li key={number} class="attachment">
              <Icon name="file" size={16} />
              <ShownText text={name} />
              <span class="file-facts">{shownSize(locale, sizeBytes)}</span>
            </li>
          ))}
        </ul>
      )}
    </Confirm>
  )
}

interface ChooseProps {
  readonly groups: readonly GroupView[]
  readonly chosen: readonly string[]
  /** Why it cannot be forwarded now. */
  readonly cannot: string | null
  readonly onChosen: (chosen: readonly string[]) => void
  readonly onNext: () => void
  readonly onClose: () => void
}

function Choose({ groups, chosen, cannot, onChosen, onNext, onClose }: ChooseProps) {
  const [typed, setTyped] = useState('')
  const sought = folded(typed.trim())
  const shown = groups.filter((group) => folded(shownTitle(group)).includes(sought))
  return (
    <Modal title={strings.forwardTitle} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (chosen.length > 0 && cannot === null) onNext()
        }}
      >
        {cannot === null ? null : <p role="status">{cannot}</p>}
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
          <Button type="submit" look="primary" disabled={chosen.length === 0 || cannot !== null}>
            {strings.next}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
