/** Tells a group's admins of a message. */
import type { GroupView, MessageView } from '@sotto/engine/api'
import { useState } from 'preact/hooks'
import { Field } from '../parts/controls.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Untwisted } from '../parts/shown-text.tsx'
import { useApp } from '../state/app.ts'
import { strings } from '../strings/index.ts'
import { shownAuthor } from '../strings/shown-names.ts'
import { withoutMarks } from '../text/markup.ts'

interface ReportDialogProps {
  readonly group: GroupView
  readonly message: MessageView
  readonly onClose: () => void
}

export function ReportDialog({ group, message, onClose }: ReportDialogProps) {
  const app = useApp()
  const [words, setWords] = useState('')
  return (
    <Confirm
      title={strings.reportTitle}
      text={strings.reportText(shownAuthor(message))}
      confirm={strings.reportConfirm}
      ask={() => app.request({ kind: 'reportMessage', group: group.id, message: message.id, words })}
      onDone={() => {
        app.announcement.value = strings.reported
        onClose()
      }}
      onCancel={onClose}
    >
      {message.body.kind === 'text' ? (
        <p class="quote">
          <span class="quote-text" dir="auto">
            <Untwisted text={withoutMarks(message.body.text)} />
          </span>
        </p>
      ) : null}
      <Field label={strings.reportWords} rows={3} value={words} onValue={setWords} />
    </Confirm>
  )
}
