/** What a bubble says: a text, folded where it is long, or that it was deleted. */
import type { MentionView, MessageView } from '@sotto/engine/api'
import { showsSomething } from '@sotto/wire/visible-text'
import { Icon } from '../parts/icons.tsx'
import { MarkedText } from '../parts/marked-text.tsx'
import { ShownText } from '../parts/shown-text.tsx'
import { locale, strings } from '../strings/index.ts'
import { shownAuthor } from '../strings/shown-names.ts'
import { longTime } from '../text/times.ts'
import { Folded } from './folded.tsx'

/** Those of a text that are in its beginning. */
const mentionsIn = (beginning: string, mentions: readonly MentionView[]): readonly MentionView[] =>
  mentions.filter(({ start, length }) => start + length < beginning.length - 1)

interface MessageTextProps {
  readonly message: MessageView
  /** Names the text in the page. */
  readonly id: string
  /** The row has another height now. */
  readonly onUnfolded: () => void
}

export function MessageText({ message, id, onUnfolded }: MessageTextProps) {
  const { body } = message
  if (body.kind === 'deleted')
    return (
      <div class="deleted" id={id}>
        <Icon name="trash" size={16} />
        <ShownText text={message.own ? strings.youDeleted : strings.theyDeleted(shownAuthor(message))} />
      </div>
    )
  const { text, mentions, editedMs } = body.kind === 'text' ? body : { text: '', mentions: [], editedMs: null }
  return (
    <>
      <Folded name={message.id} text={text} onUnfolded={onUnfolded}>
        {(beginning) => (
          <div class="marked" dir="auto" id={id}>
            {showsSomething(text) ? (
              <MarkedText {...(beginning === null ? { text, mentions } : { text: beginning, mentions: mentionsIn(beginning, mentions) })} />
            ) : (
              strings.blankMessage
            )}
          </div>
        )}
      </Folded>
      {editedMs === null ? null : (
        <span class="edited" title={longTime(locale, editedMs)}>
          {strings.edited}
        </span>
      )}
    </>
  )
}
