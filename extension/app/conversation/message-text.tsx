/** What a bubble says: a text, folded where it is long, or that it was deleted. */
import type { MentionView, MessageView } from '@sotto/engine/api'
import { showsSomething } from '@sotto/wire/visible-text'
import { useState } from 'preact/hooks'
import { Icon } from '../parts/icons.tsx'
import { MarkedText } from '../parts/marked-text.tsx'
import { ShownText } from '../parts/shown-text.tsx'
import { locale, strings } from '../strings/index.ts'
import { shownAuthor } from '../strings/shown-names.ts'
import { longTime } from '../text/times.ts'
import { foldedText } from './fold.ts'

/** Messages that were unfolded stay so while the page lives, also where they scroll out of sight. */
const unfolded = new Set<string>()

/** Those of a text that are in its beginning. */
const mentionsIn = (beginning: string, mentions: readonly MentionView[]): readonly MentionView[] =>
  mentions.filter(({ start, length }) => start + length < beginning.length - 1)

interface MessageTextProps {
  readonly message: MessageView
  /** Names the text in the page. */
  readonly id: string
  /** The row has another height now. */
  readonly onSized: () => void
}

export function MessageText({ message, id, onSized }: MessageTextProps) {
  const { body } = message
  const [isWhole, setWhole] = useState(unfolded.has(message.id))
  if (body.kind === 'deleted')
    return (
      <div class="deleted" id={id}>
        <Icon name="trash" size={16} />
        <ShownText text={message.own ? strings.youDeleted : strings.theyDeleted(shownAuthor(message))} />
      </div>
    )
  const { text, mentions, editedMs } = body.kind === 'text' ? body : { text: '', mentions: [], editedMs: null }
  const folded = foldedText(text)
  const turn = (whole: boolean): void => {
    if (whole) unfolded.add(message.id)
    else unfolded.delete(message.id)
    setWhole(whole)
    onSized()
  }
  return (
    <>
      <div class="marked" dir="auto" id={id}>
        {showsSomething(text) ? (
          <MarkedText {...(folded === null || isWhole ? { text, mentions } : { text: folded, mentions: mentionsIn(folded, mentions) })} />
        ) : (
          strings.blankMessage
        )}
      </div>
      {folded === null ? null : (
        <button type="button" class="unfold" aria-expanded={isWhole} onClick={() => turn(!isWhole)}>
          {isWhole ? strings.showLess : strings.showMore}
        </button>
      )}
      {editedMs === null ? null : (
        <span class="edited" title={longTime(locale, editedMs)}>
          {strings.edited}
        </span>
      )}
    </>
  )
}
