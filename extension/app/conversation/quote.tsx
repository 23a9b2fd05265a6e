/** The message that another answers: above its text, and above the composer. */
import type { MessageView, QuoteView } from '@sotto/engine/api'
import { showsSomething } from '@sotto/wire/visible-text'
import { ShownText, Untwisted } from '../parts/shown-text.tsx'
import { strings } from '../strings/index.ts'
import { shownSender } from '../strings/shown-names.ts'
import { withoutMarks } from '../text/markup.ts'

/** Goes to a message of the conversation. */
export type OnJump = (message: string) => void

/** Answers a message. */
export type OnReply = (message: MessageView) => void

type Said = NonNullable<QuoteView['said']>

/** Who is quoted. */
const quotedName = (said: Said): string => (said.own ? strings.you : shownSender(said))

const goneText = (gone: QuoteView['gone']): string => (gone === null ? strings.quoteMissing : gone === 'deleted' ? strings.quoteDeleted : strings.quoteVanished)

/** Who said it, and its beginning. */
export const Quotation = ({ said, gone = null }: { readonly said: Said | null; readonly gone?: QuoteView['gone'] }) =>
  said === null ? (
    <span class="quote-missing">{goneText(gone)}</span>
  ) : (
    <>
      <span class="quote-who">
        <ShownText text={quotedName(said)} />
      </span>
      <span class="quote-text" dir="auto">
        {showsSomething(said.text) ? <Untwisted text={withoutMarks(said.text)} /> : strings.blankMessage}
      </span>
    </>
  )

/** As a control that goes to the quoted message, where it is here. */
export function Quote({ quote, onJump }: { readonly quote: QuoteView; readonly onJump: OnJump }) {
  const { message, said } = quote
  if (said === null)
    return (
      <p class="quote">
        <span class="visually-hidden">{strings.inReplyTo}</span>
        <Quotation said={null} gone={quote.gone} />
      </p>
    )
  return (
    <button type="button" class="quote" title={strings.goToQuoted} onClick={() => onJump(message)}>
      <span class="visually-hidden">{strings.inReplyTo}</span>
      <Quotation said={said} />
    </button>
  )
}
