/** What an admin is told of a message. */
import type { MessageView } from '@sotto/engine/api'
import { showsSomething } from '@sotto/wire/visible-text'
import { Untwisted } from '../parts/shown-text.tsx'
import { locale, strings } from '../strings/index.ts'
import { shownSender } from '../strings/shown-names.ts'
import { Folded } from './folded.tsx'
import { noticeText } from './notice-text.ts'

interface ReportLineProps {
  readonly message: MessageView
  readonly onUnfolded: () => void
}

function hereText(here: Extract<MessageView['body'], { readonly kind: 'reported' }>['here'], by: string): string {
  switch (here) {
    case 'same':
      return strings.reportedSame
    case 'otherwise':
      return strings.reportedOtherwise(by)
    case 'deleted':
      return strings.reportedDeleted
    case 'notHere':
      return strings.reportedNotHere(by)
  }
}

/** A line between messages: on an admin's screen alone. */
export function ReportLine({ message, onUnfolded }: ReportLineProps) {
  const { id, body } = message
  if (body.kind !== 'reported') return null
  // With its marks: where a link leads may be what is wrong with it.
  const quoted = (name: string, text: string) => (
    <Folded name={`${id} ${name}`} text={text} onUnfolded={onUnfolded}>
      {(beginning) => (
        <p class="quote report-text" dir="auto">
          {showsSomething(text) ? <Untwisted text={beginning ?? text} /> : strings.blankMessage}
        </p>
      )}
    </Folded>
  )
  return (
    <div class="report">
      <p class="group-notice">{noticeText(strings, locale, message, false)}</p>
      {quoted('text', body.text)}
      <p class="group-notice">{hereText(body.here, shownSender(message))}</p>
      {body.words === '' ? null : (
        <>
          <p class="group-notice">{strings.reportedWords(shownSender(message))}</p>
          {quoted('words', body.words)}
        </>
      )}
    </div>
  )
}
