/** Facts about one message: when, how far it got, and who could read it. */
import type { GroupView, MemberView, MessageDetails, MessageView, Reader } from '@sotto/engine/api'
import { showsSomething } from '@sotto/wire/visible-text'
import { useEffect, useState } from 'preact/hooks'
import { Avatar } from '../parts/avatar.tsx'
import { Button, ErrorLine } from '../parts/controls.tsx'
import { Modal } from '../parts/dialog.tsx'
import { MarkTag } from '../parts/mark-tag.tsx'
import { ShownText, Untwisted } from '../parts/shown-text.tsx'
import { useApp } from '../state/app.ts'
import { locale, strings } from '../strings/index.ts'
import { shownName, shownSender } from '../strings/shown-names.ts'
import { longTime } from '../text/times.ts'
import { LifetimeText } from './lifetime-sign.tsx'
import { isForwardable } from './message-menu.ts'
import { readBy, readText } from './read-by.ts'
import { sendingText } from './waits-for.ts'

const STATE_TEXT: { readonly [S in NonNullable<MessageView['state']>]: string } = {
  sending: strings.stateSending,
  sent: strings.stateSent,
  delivered: strings.stateDelivered,
  notSentRemoved: strings.stateNotSentRemoved,
  notSentLeft: strings.stateNotSentLeft,
}

const AWAITED_TEXT: { readonly [A in NonNullable<Reader['awaited']>]: string } = {
  room: strings.detailsWaitsForRoom,
  relay: strings.detailsWaitsForRelay,
  preKeys: strings.detailsWaitsForKeys,
}

const BASIS_TEXT: { readonly [B in MessageDetails['basis']]: string } = {
  keys: strings.detailsReadersKeys,
  log: strings.detailsReadersLog,
  unknown: strings.detailsReadersUnknown,
  passedOn: strings.detailsReadersUnknown,
  notSealedYet: strings.detailsReadersNotYet,
  notSent: strings.detailsReadersNotSent,
}

function ReaderLine({ reader, member }: { readonly reader: Reader; readonly member: MemberView | undefined }) {
  const about = [
    strings.deviceCount(reader.devices),
    ...(reader.opened === null || reader.own ? [] : [strings.detailsOpened(reader.opened, reader.devices)]),
    ...(reader.files === null || reader.files.has === 0 ? [] : [strings.detailsHasFiles(reader.files.has)]),
    ...(reader.files === null || reader.files.fetches === 0 ? [] : [strings.detailsFetchesFiles(reader.files.fetches)]),
    ...(reader.isMember ? [] : [strings.detailsGone]),
    ...(reader.awaited === null ? [] : [AWAITED_TEXT[reader.awaited]]),
  ]
  const name = reader.own ? strings.you : shownName(reader)
  return (
    <li class="reader">
      <Avatar id={reader.account} name={name} size="small" />
      <span class="reader-name">
        <ShownText text={name} /> {member === undefined ? null : <MarkTag member={member} />}
      </span>
      <span class="reader-about">{about.join(' · ')}</span>
      {reader.sessionReplacedMs === null ? null : (
        <span class="reader-session">{strings.detailsSessionReplaced(longTime(locale, reader.sessionReplacedMs))}</span>
      )}
    </li>
  )
}

/** The newest is in the conversation. */
const Versions = ({ versions }: { readonly versions: MessageDetails['versions'] }) => (
  <>
    <h3 class="details-heading">{strings.detailsVersions}</h3>
    <ul class="versions" aria-label={strings.detailsVersions} tabIndex={0}>
      {versions.map(({ text, atMs }) => (
        <li key={atMs} class="version">
          <time dateTime={new Date(atMs).toISOString()}>{longTime(locale, atMs)}</time>
          <div class="version-text" dir="auto">
            {showsSomething(text) ? <Untwisted text={text} /> : strings.blankMessage}
          </div>
        </li>
      ))}
    </ul>
  </>
)

interface MessageDetailsProps {
  readonly group: GroupView
  readonly message: MessageView
  readonly onForward: (message: MessageView) => void
  readonly onClose: () => void
}

export function MessageDetailsDialog({ group, message, onForward, onClose }: MessageDetailsProps) {
  const app = useApp()
  const { members } = group
  const author = members.find(({ account }) => account === message.account)
  const [details, setDetails] = useState<MessageDetails | null>(null)
  const [error, setError] = useState<string | null>(null)
  const read = readBy(group, message)
  useEffect(() => {
    let isOpen = true
    void app.request({ kind: 'messageDetails', group: group.id, message: message.id }).then((answer) => {
      if (!isOpen) return
      if (!answer.ok) setError(answer.sentence)
      else setDetails(answer.value.details ?? null)
    })
    return () => {
      isOpen = false
    }
  }, [message.state, message.waitsFor, message.body])
  return (
    <Modal title={strings.detailsTitle} onClose={onClose}>
      <dl class="details">
        {message.own ? null : (
          <>
            <dt>{strings.detailsFrom}</dt>
            <dd>
              <ShownText text={shownSender(message)} /> {author === undefined ? null : <MarkTag member={author} />}
            </dd>
          </>
        )}
        <dt>{strings.detailsWritten}</dt>
        <dd>{longTime(locale, message.atMs)}</dd>
        {message.lateMs === null ? null : (
          <>
            <dt>{strings.detailsArrived}</dt>
            <dd>{longTime(locale, message.lateMs)}</dd>
          </>
        )}
        {message.state === null ? null : (
          <>
            <dt>{strings.detailsState}</dt>
            <dd>
              <ShownText
                text={
                  message.state === 'sending'
                    ? sendingText(strings, locale, shownName, message.waitsFor)
                    : (readText(strings, read) ?? STATE_TEXT[message.state])
                }
              />
            </dd>
          </>
        )}
        {message.lifetime === null ? null : (
          <>
            <dt>{strings.detailsVanishes}</dt>
            <dd>
              <LifetimeText lifetime={message.lifetime} own={message.own} />
            </dd>
          </>
        )}
        {details === null || details.keyId === 0 ? null : (
          <>
            <dt>{strings.detailsKey}</dt>
            <dd>{strings.detailsKeyValue(details.iteration)}</dd>
          </>
        )}
      </dl>
      {message.lateMs === null ? null : <p class="hint">{strings.detailsLateHint}</p>}
      {read === null || read.readers.length === 0 ? null : (
        <>
          <h3 class="details-heading">{strings.detailsReadBy}</h3>
          <ul class="readers" aria-label={strings.detailsReadBy} tabIndex={0}>
            {read.readers.map(({ member, atMs }) => (
              <li key={member.account} class="reader">
                <Avatar id={member.account} name={member.name} size="small" />
                <span class="reader-name">
                  <ShownText text={shownName(member)} />
                </span>
                <span class="reader-about">{atMs === null ? strings.detailsReadUnknown : longTime(locale, atMs)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {message.resent ? <p class="hint">{strings.detailsResentHint}</p> : null}
      {details === null || details.versions.length === 0 ? null : <Versions versions={details.versions.slice(0, -1)} />}
      <h3 class="details-heading">{strings.detailsReaders}</h3>
      <ErrorLine error={error} />
      {details === null ? (
        error === null ? (
          <p role="status">{strings.detailsLoading}</p>
        ) : null
      ) : (
        <>
          {details.readers.length === 0 ? null : (
            <ul class="readers" aria-label={strings.detailsReaders} tabIndex={0}>
              {details.readers.map((reader) => (
                <ReaderLine key={reader.account} reader={reader} member={members.find(({ account }) => account === reader.account)} />
              ))}
            </ul>
          )}
          {message.body.kind === 'text' && message.body.files.length > 0 ? <p class="hint">{strings.detailsFilesHint}</p> : null}
          <p class="hint">
            <ShownText text={message.passedOnBy === null ? BASIS_TEXT[details.basis] : strings.detailsReadersPassedOn(shownName(message.passedOnBy))} />
          </p>
        </>
      )}
      <div class="dialog-actions">
        {isForwardable(message) ? <Button onClick={() => onForward(message)}>{strings.forward}</Button> : null}
        <Button look="primary" onClick={onClose}>
          {strings.close}
        </Button>
      </div>
    </Modal>
  )
}
