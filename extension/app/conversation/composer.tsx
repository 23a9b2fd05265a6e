/** The composer. Its text is a draft that the engine keeps and every page of the conversation shows. */
import type { AttachmentView, MemberView, QuoteView } from '@sotto/engine/api'
import { showsSomething } from '@sotto/wire/visible-text'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { EmojiButton } from '../emoji/emoji-button.tsx'
import { AttachButton } from '../files/attach-button.tsx'
import { LaterAttachments } from '../files/later-attachments.tsx'
import { laterFiles } from '../files/later-files.ts'
import { ErrorLine, IconButton } from '../parts/controls.tsx'
import { Icon } from '../parts/icons.tsx'
import { groupOf, useApp } from '../state/app.ts'
import { typingSign } from '../state/typing-sign.ts'
import { useComposerText } from '../state/use-kept-field.ts'
import { strings } from '../strings/index.ts'
import { LifetimeButton, LifetimeLine } from './composer-lifetime.tsx'
import { MentionList, useMentioning } from './mention-list.tsx'
import { Quotation } from './quote.tsx'
import { MOST_COUNTED, roomFor } from './text-limit.ts'
import { useKeptSelection } from './use-kept-selection.ts'

const TALLEST_PX = 160

const hasModifier = ({ altKey, ctrlKey, metaKey, shiftKey, isComposing }: KeyboardEvent): boolean => altKey || ctrlKey || metaKey || shiftKey || isComposing

interface ComposerProps {
  readonly group: string
  /** The message that the next one answers. */
  readonly replyTo: QuoteView | null
  readonly members: readonly MemberView[]
  /** What goes with the next message. */
  readonly attachments: readonly AttachmentView[]
  /** The message whose text is edited in place of writing the draft; null: none. */
  readonly editing: string | null
  /** Begins to edit the person's last message. */
  readonly onEditLast: () => void
}

export function Composer({ group, replyTo, members, attachments, editing, onEditLast }: ComposerProps) {
  const app = useApp()
  const draft = useComposerText(group, editing)
  const [error, setError] = useState<string | null>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  useKeptSelection(group, field)
  const text = draft.text.value
  const room = roomFor(text)
  const mentioning = useMentioning(group, members, draft, field)
  const typing = useMemo(() => typingSign((isTyping) => app.request({ kind: 'typing', group, isTyping })), [])
  useEffect(() => typing.ended, [])

  useLayoutEffect(() => {
    const element = field.current
    if (element === null) return
    element.style.height = 'auto'
    element.style.height = `${Math.min(TALLEST_PX, element.scrollHeight)}px`
  }, [text])

  // An edit changes a text, and the files wait for the next message.
  const files = editing === null ? attachments : []
  const areReady = files.every(({ state }) => state === 'ready')
  /** Files that were sent and are in the view still. */
  const sent = useRef<ReadonlySet<string>>(new Set())

  const send = async () => {
    // The typed text, not the drawn one: a second Enter can come before the field is drawn empty.
    const typed = draft.text.peek()
    const going = files.map(({ file }) => file).filter((file) => !sent.current.has(file))
    if ((!showsSomething(typed) && going.length === 0) || !areReady || roomFor(typed).kind === 'over') return
    sent.current = new Set(going)
    setError(null)
    typing.ended()
    const mentions = draft.mentions.of(typed)
    const lifetimeSeconds = groupOf(app, group)?.draftLifetimeSeconds ?? null
    const answer = await draft.take((text) =>
      editing === null
        ? app.request({ kind: 'send', group, text, mentions, replyTo: replyTo?.message ?? null, files: going, lifetimeSeconds })
        : app.request({ kind: 'editMessage', group, message: editing, text, mentions }),
    )
    if (answer.ok) return
    sent.current = new Set()
    setError(answer.sentence)
    // It is in the field again, before what was typed since.
    draft.mentions.choose({ text: draft.text.peek(), mentions })
  }

  /** In place of what is selected, or where the cursor is. */
  const insert = (emoji: string): void => {
    const element = field.current
    if (element === null) return
    element.focus()
    element.setRangeText(emoji, element.selectionStart, element.selectionEnd, 'end')
    draft.write(element.value)
    void app.request({ kind: 'keepEmoji', emoji })
  }

  const editNothing = async () => {
    const answer = await app.request({ kind: 'setEditing', group, message: null })
    if (!answer.ok) setError(answer.sentence)
  }

  const answerNothing = async () => {
    const answer = await app.request({ kind: 'setReplyTo', group, message: null })
    if (!answer.ok) setError(answer.sentence)
    field.current?.focus()
  }

  return (
    <div class="composer-place">
      <ErrorLine error={error ?? draft.error.value} />
      {room.kind === 'plenty' ? null : (
        <p class={`room room-${room.kind}`} role="status" id="composer-room">
          {room.kind === 'over' ? strings.textTooLongBy(room.count, room.count >= MOST_COUNTED) : strings.textNearlyFull}
        </p>
      )}
      {editing === null ? null : (
        <div class="composer-reply">
          <p class="composer-edit" role="status">
            <Icon name="edit" size={16} />
            <span>{strings.editMessage}</span>
          </p>
          <IconButton name={strings.editNothing} icon="close" onClick={() => void editNothing()} />
        </div>
      )}
      {replyTo === null || editing !== null ? null : (
        <div class="composer-reply">
          <p class="quote" role="status">
            <span class="visually-hidden">{strings.replyingTo}</span>
            <Quotation said={replyTo.said} gone={replyTo.gone} />
          </p>
          <IconButton name={strings.replyToNothing} icon="close" onClick={() => void answerNothing()} />
        </div>
      )}
      {editing === null ? <LifetimeLine group={group} onEnded={() => field.current?.focus()} /> : null}
      {editing === null ? <LaterAttachments group={group} attachments={attachments} /> : null}
      <MentionList group={group} mentioning={mentioning} />
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
          field.current?.focus()
        }}
      >
        {editing === null ? <AttachButton group={group} /> : null}
        <EmojiButton onEmoji={insert} />
        <textarea
          ref={field}
          class="composer-text"
          rows={1}
          dir="auto"
          // Browsers keep other fields' content in their session files, in clear.
          autocomplete="off"
          aria-label={editing === null ? strings.message : strings.editMessage}
          aria-invalid={room.kind === 'over' || undefined}
          aria-describedby={room.kind === 'plenty' ? undefined : 'composer-room'}
          placeholder={strings.messagePlaceholder}
          value={text}
          data-autofocus=""
          {...mentioning.attributes}
          onInput={(event) => {
            draft.write(event.currentTarget.value)
            mentioning.follow()
            typing.typed(event.currentTarget.value)
          }}
          onPaste={(event) => {
            const pasted = [...(event.clipboardData?.files ?? [])]
            // What is copied in a text program may come with a picture of itself: it is wanted as a text.
            if (editing !== null || pasted.length === 0 || event.clipboardData?.types.includes('text/plain') === true) return
            event.preventDefault()
            void laterFiles.get().then(({ attachFiles }) => attachFiles(app, group, pasted))
          }}
          onBlur={typing.ended}
          onKeyDown={(event) => {
            if (!event.isComposing && !event.shiftKey && mentioning.key(event.key)) return event.preventDefault()
            if (event.key === 'Escape' && !event.isComposing) typing.ended()
            if (event.key === 'Escape' && (replyTo !== null || editing !== null) && !event.isComposing) {
              event.preventDefault()
              void (editing === null ? answerNothing() : editNothing())
            }
            if (event.key === 'ArrowUp' && editing === null && draft.text.peek() === '' && !hasModifier(event)) {
              event.preventDefault()
              onEditLast()
            }
            // While an input method composes, Enter accepts its suggestion.
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
            event.preventDefault()
            void send()
          }}
        />
        {editing === null ? <LifetimeButton group={group} /> : null}
        <IconButton
          type="submit"
          look="primary"
          name={editing === null ? strings.send : strings.editSave}
          icon={editing === null ? 'send' : 'check'}
          disabled={(!showsSomething(text) && files.length === 0) || !areReady || room.kind === 'over'}
        />
      </form>
    </div>
  )
}
