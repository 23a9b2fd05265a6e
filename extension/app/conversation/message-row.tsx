/** One row of a conversation. Redrawn only when it changed: see `Row`. */
import type { MessageView } from '@sotto/engine/api'
import { showsSomething } from '@sotto/wire/visible-text'
import { useMemo, useRef } from 'preact/hooks'
import { LaterMessageFiles } from '../files/later-message-files.tsx'
import { Avatar } from '../parts/avatar.tsx'
import { IconButton } from '../parts/controls.tsx'
import { Icon, type IconName } from '../parts/icons.tsx'
import type { MenuItem } from '../parts/menu.tsx'
import { type Found, NameMark } from '../parts/name-mark.tsx'
import { ShownText } from '../parts/shown-text.tsx'
import { useApp } from '../state/app.ts'
import { locale, strings } from '../strings/index.ts'
import { shownAuthor, shownName } from '../strings/shown-names.ts'
import { arrivalTime, clockTime, dayLabel, longTime, messageTime } from '../text/times.ts'
import { isolated } from '../text/turned-text.ts'
import { LifetimeSign } from './lifetime-sign.tsx'
import { MessageText } from './message-text.tsx'
import { MoreButton } from './more-button.tsx'
import { noticeText } from './notice-text.ts'
import { type OnJump, type OnReply, Quote } from './quote.tsx'
import { ReactButton } from './react-button.tsx'
import { type OnReact, mayReactTo } from './reacting.ts'
import { Reactions } from './reactions.tsx'
import { ReportLine } from './report-line.tsx'
import type { Row } from './rows.ts'
import { sendingText } from './waits-for.ts'

const STATES: { readonly [S in NonNullable<MessageView['state']>]: { readonly icon: IconName; readonly text: string } } = {
  sending: { icon: 'clock', text: strings.stateSending },
  sent: { icon: 'check', text: strings.stateSent },
  delivered: { icon: 'checks', text: strings.stateDelivered },
  notSentRemoved: { icon: 'warning', text: strings.stateNotSentRemoved },
  notSentLeft: { icon: 'warning', text: strings.stateNotSentLeft },
}

/** `read`: that it was read, in words. */
function stateOf({ state, waitsFor }: MessageView, read: string | null): { readonly icon: IconName; readonly text: string } | null {
  if (state === null) return null
  if (read !== null) return { icon: 'checks', text: read }
  return state === 'sending' ? { icon: 'clock', text: sendingText(strings, locale, shownName, waitsFor) } : STATES[state]
}

/** The actions on a message. */
interface Acts {
  /** What the menu of a message offers. */
  readonly menuOf: (message: MessageView) => readonly MenuItem[]
  /** Null where the person may not react. */
  readonly onReact: OnReact | null
  /** The same. */
  readonly onReply: OnReply | null
  readonly onJump: OnJump
  /** A row has another height now. */
  readonly onSized: () => void
  /** The same, and the person wanted it: a text was folded or unfolded. */
  readonly onUnfolded: () => void
}

type BubbleProps = Omit<Extract<Row, { kind: 'message' }>, 'kind' | 'key'> & Acts & { readonly read: string | null; readonly found: Found | null }

function Bubble({ message, first, last, showsState, read, found, menuOf, onReact, onReply, onJump, onSized, onUnfolded }: BubbleProps) {
  const reactButton = useRef<HTMLButtonElement>(null)
  const id = `message-${message.id}`
  const state = stateOf(message, read)
  const { body } = message
  const files = body.kind === 'text' ? body.files : []
  const hasText = body.kind !== 'text' || files.length === 0 || showsSomething(body.text)
  const isPlain = body.kind === 'text' && (showsSomething(body.text) || files.length > 0)
  const mentionsYou = !message.own && body.kind === 'text' && body.mentions.some(({ own }) => own)
  const who = message.own ? strings.you : shownAuthor(message)
  return (
    <article
      class={`message${message.own ? ' message-own' : ''}${first ? ' message-first' : ''}${last ? ' message-last' : ''}`}
      aria-labelledby={`${id}-who ${mentionsYou ? `${id}-you ` : ''}${id}-text ${message.lifetime === null ? '' : `${id}-life `}${id}-state`}
      // A jump puts the focus here.
      tabIndex={-1}
    >
      <div class="message-stack">
        <span class={first && !message.own ? 'message-who' : 'visually-hidden'}>
          <span id={`${id}-who`}>
            <ShownText text={who} />
          </span>
          {/* Beside the name, and not in each message's. */}
          {first ? <NameMark found={found} /> : null}
        </span>
        <div class="bubble-line">
          {last && !message.own ? (
            <span class="message-face">
              <Avatar id={message.account} name={message.senderName} size="small" />
            </span>
          ) : null}
          <div class={`bubble${isPlain ? '' : ' bubble-blank'}${files.length === 0 ? '' : ' bubble-files'}${mentionsYou ? ' bubble-mentions-you' : ''}`}>
            {mentionsYou ? (
              <span class="visually-hidden" id={`${id}-you`}>
                {strings.mentionsYou}
              </span>
            ) : null}
            {body.kind === 'text' && body.forwarded ? (
              <p class="forwarded">
                <Icon name="forward" size={16} />
                <span>{strings.forwarded}</span>
              </p>
            ) : null}
            {body.kind === 'text' && body.replyTo !== null ? <Quote quote={body.replyTo} onJump={onJump} /> : null}
            {files.length === 0 ? null : <LaterMessageFiles message={message} files={files} onSized={onSized} />}
            {hasText ? (
              <MessageText message={message} id={`${id}-text`} onUnfolded={onUnfolded} />
            ) : (
              <span class="visually-hidden" id={`${id}-text`}>
                {files.map(({ name }) => isolated(name)).join(', ')}
              </span>
            )}
            {message.lifetime === null ? null : <LifetimeSign lifetime={message.lifetime} own={message.own} id={`${id}-life`} />}
          </div>
          <div class="message-tools">
            {onReact !== null && mayReactTo(message) ? (
              <ReactButton
                name={strings.reactTo(who, clockTime(locale, message.atMs))}
                reactions={message.reactions}
                element={reactButton}
                onEmoji={(emoji) => void onReact(message, emoji)}
              />
            ) : null}
            {onReply !== null && mayReactTo(message) ? (
              <IconButton name={strings.replyTo(who, clockTime(locale, message.atMs))} icon="reply" onClick={() => onReply(message)} />
            ) : null}
            <MoreButton name={strings.moreOf(who, clockTime(locale, message.atMs))} items={() => menuOf(message)} />
          </div>
        </div>
        <Reactions reactions={message.reactions} onEmoji={onReact === null ? null : (emoji) => void onReact(message, emoji)} focusInstead={reactButton} />
        <div class={last || showsState || message.resent || message.lateMs !== null || message.passedOnBy !== null ? 'message-foot' : 'visually-hidden'}>
          <Moment atMs={message.atMs} />
          {message.lateMs === null ? null : <Late atMs={message.lateMs} />}
          {message.resent ? <span>{strings.resent}</span> : null}
          {message.passedOnBy === null ? null : (
            <span>
              <ShownText text={strings.passedOnBy(shownName(message.passedOnBy))} />
            </span>
          )}
          <span id={`${id}-state`} class={showsState ? `message-state message-${read === null ? (message.state ?? '') : 'read'}` : 'visually-hidden'}>
            {state === null ? null : (
              <>
                <Icon name={state.icon} size={16} />
                <span>
                  <ShownText text={state.text} />
                </span>
              </>
            )}
          </span>
        </div>
      </div>
    </article>
  )
}

/** Redrawn by itself as time goes by: a row is not. */
function Moment({ atMs }: { readonly atMs: number }) {
  const app = useApp()
  return (
    <time dateTime={new Date(atMs).toISOString()} title={longTime(locale, atMs)}>
      {messageTime(locale, strings, atMs, app.now.value)}
    </time>
  )
}

/** When it came, if that was long after it was written. */
function Late({ atMs }: { readonly atMs: number }) {
  const app = useApp()
  return (
    <span class="message-late" title={longTime(locale, atMs)}>
      {strings.arrivedLate(arrivalTime(locale, strings, atMs, app.now.value))}
    </span>
  )
}

function Day({ atMs }: { readonly atMs: number }) {
  const app = useApp()
  return (
    <p class="day">
      <span>{dayLabel(locale, strings, atMs, app.now.value)}</span>
    </p>
  )
}

interface RowProps {
  readonly row: Row
  /** One's own. */
  readonly account: string
  /** That it was read, in words, and whether the next own message does not say the same. */
  readonly read: string | null
  readonly showsRead: boolean
  /** What this person found out about its author. */
  readonly found: Found | null
}

/** The content of one row. */
export function RowContent({ row, account, read, showsRead, found, ...acts }: RowProps & Acts) {
  const message = row.kind === 'message' || row.kind === 'notice' ? row.message : null
  const first = row.kind === 'message' && row.first
  const last = row.kind === 'message' && row.last
  const showsState = row.kind === 'message' && (row.showsState || showsRead)
  const day = row.kind === 'day' ? row.atMs : 0
  // Rows are laid out again with every change. The same vnode tells Preact that nothing below has changed.
  return useMemo(() => {
    switch (row.kind) {
      case 'day':
        return <Day atMs={row.atMs} />
      case 'unread':
        return (
          <p class="new-mark">
            <span>{strings.newMessagesMark}</span>
          </p>
        )
      case 'notice':
        return row.message.body.kind === 'reported' ? (
          <ReportLine message={row.message} onUnfolded={acts.onUnfolded} />
        ) : (
          <p class="group-notice">{noticeText(strings, locale, row.message, row.message.own || row.message.account === account)}</p>
        )
      case 'message':
        return <Bubble message={row.message} first={row.first} last={row.last} showsState={showsState} read={read} found={found} {...acts} />
    }
  }, [row.kind, message, first, last, showsState, read, found, day, account, acts.onReact, acts.onReply])
}
