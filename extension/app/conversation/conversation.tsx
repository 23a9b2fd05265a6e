/** A conversation: bar, banners, messages and composer. */
import type { GroupView, MessageView } from '@sotto/engine/api'
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { AppBanners } from '../parts/app-banners.tsx'
import { GroupAvatar } from '../parts/group-avatar.tsx'
import { ConnectionDot, connectionText } from '../parts/connection-mark.tsx'
import { Banner, Button, Empty, ErrorLine, IconButton } from '../parts/controls.tsx'
import { Icon } from '../parts/icons.tsx'
import { useFocusOnArrival } from '../parts/screen.tsx'
import { ShownText } from '../parts/shown-text.tsx'
import { useApp } from '../state/app.ts'
import { BEGINNING, openConversation } from '../state/open-conversation.ts'
import { strings } from '../strings/index.ts'
import { shownName, shownTitle } from '../strings/shown-names.ts'
import { verifiedAmong } from '../text/verified.ts'
import { dayOf, zoneOf } from '../text/times.ts'
import { Composer } from './composer.tsx'
import { BlockedBar } from './blocked-bar.tsx'
import { GoneBar } from './gone-bar.tsx'
import { laterDialogs } from './later.ts'
import { type ListHandle, MessageList } from './message-list.tsx'
import type { OnJump, OnReply } from './quote.tsx'
import type { OnReact } from './reacting.ts'
import { ForkedBar } from './forked-bar.tsx'
import { readBy, readText } from './read-by.ts'
import { firstUnreadOf, rowsOf } from './rows.ts'
import { TypingBar } from './typing-bar.tsx'
import { UnreadableBar } from './unreadable-bar.tsx'
import { useArrivals } from './use-arrivals.ts'
import { useReadingPlace } from './use-reading-place.ts'

/** Up to so many unread messages are on the page that is read first, from the end. A guess: half of it. */
const FEW_UNREAD = 100

/** Where a conversation is read first: where the person was, or where the unread messages begin. null: at the end. */
function firstOrderOf({ readingPlace, readUpTo, unread }: GroupView): string | null {
  if (readingPlace !== null) return readingPlace.order
  return unread <= FEW_UNREAD ? null : (readUpTo?.order ?? BEGINNING)
}

/** In a larger group the number says little, and there is the page about its security. */
const MOST_COUNTED = 12

function VerifiedCount({ group }: { readonly group: GroupView }) {
  const { verified, others } = verifiedAmong(group.members)
  if (verified === 0 || others > MOST_COUNTED) return null
  return (
    <span class="bar-verified">
      <Icon name="check" size={16} />
      <span class="visually-hidden">{verified === others ? strings.allVerified : strings.someVerified(verified, others)}</span>
      <span aria-hidden="true">{`${verified}/${others}`}</span>
    </span>
  )
}

function ConversationBar({ group }: { readonly group: GroupView }) {
  const app = useApp()
  const member = group.state === 'member'
  const to = (screen: 'members' | 'security' | 'find') => () => app.go({ screen, group: group.id })
  return (
    <header class="bar bar-conversation">
      {app.wide.value ? null : <IconButton name={strings.back} icon="back" onClick={group.isArchived ? () => app.go({ screen: 'archive' }) : app.back} />}
      <GroupAvatar group={group} />
      <div class="bar-title">
        <h1 tabIndex={-1}>
          <ShownText text={shownTitle(group)} />
        </h1>
        <p class={group.direct === null ? 'bar-subtitle' : 'bar-subtitle bar-subtitle-whole'}>
          {member ? (
            <>
              <ConnectionDot state={group.connection} />
              {/* Where there is little room, whose conversation it is goes before how it is connected, which the dot says too. */}
              <span class={group.direct === null || app.wide.value ? undefined : 'visually-hidden'}>{connectionText(group.connection)}</span>
              {group.direct === null || app.wide.value ? <span aria-hidden="true">·</span> : null}
              <span class="bar-members">{group.direct === null ? strings.memberCount(group.members.length) : strings.directSubtitle}</span>
              <VerifiedCount group={group} />
            </>
          ) : (
            <span>{group.state === 'removed' ? strings.removedShort : strings.leftShort}</span>
          )}
        </p>
      </div>
      <IconButton name={strings.searchMessages} icon="search" onClick={to('find')} />
      <IconButton name={group.direct === null ? strings.securityBadge : strings.directBadge} icon="lock" onClick={to('security')} />
      {member && group.direct === null ? <IconButton name={strings.members} icon="people" onClick={to('members')} /> : null}
      {member && group.direct !== null && group.members.length > 1 ? <AboutPerson group={group.id} direct={group.direct} /> : null}
    </header>
  )
}

function AboutPerson({ group, direct }: { readonly group: string; readonly direct: NonNullable<GroupView['direct']> }) {
  const app = useApp()
  const toPerson = () => app.go({ screen: 'person', group, account: direct.account })
  return <IconButton name={strings.personOf(shownName(direct))} icon="people" onClick={toPerson} />
}

function NothingYet({ group }: { readonly group: GroupView }) {
  const app = useApp()
  const alone = group.members.length < 2
  if (group.direct !== null) {
    const name = shownName(group.direct)
    return (
      <Empty
        icon={<Icon name="lock" size={32} />}
        title={alone ? strings.directAwaitsTitle(name) : strings.emptyConversationTitle}
        text={alone ? strings.directAwaitsText(name) : strings.directEmptyText}
      />
    )
  }
  if (!alone) return <Empty icon={<Icon name="lock" size={32} />} title={strings.emptyConversationTitle} text={strings.emptyConversationText} />
  return (
    <Empty icon={<Icon name="invite" size={32} />} title={strings.emptyGroupTitle} text={strings.emptyGroupText}>
      {group.may.invite ? (
        <Button look="primary" icon="invite" wide onClick={() => app.go({ screen: 'invite', group: group.id })}>
          {strings.shareInvite}
        </Button>
      ) : null}
    </Empty>
  )
}

const ComposerPlace = ({ group }: { readonly group: GroupView }) =>
  group.direct?.isBlocked === true ? <BlockedBar person={group.direct} /> : <Composer group={group.id} replyTo={group.replyTo} members={group.members} />

export function Conversation({ group }: { readonly group: GroupView }) {
  const app = useApp()
  const root = useRef<HTMLDivElement>(null)
  useFocusOnArrival(root)
  /** As it was on arrival: the mark stays where it is while a person reads. */
  const [unreadAtFirst] = useState(group.unread)
  const [readAtFirst] = useState(group.readUpTo)
  const [placeAtFirst] = useState(group.readingPlace)
  const conversation = useMemo(() => openConversation(app.client, group.id, firstOrderOf(group)), [])
  const keepPlace = useReadingPlace(group.id, placeAtFirst)
  const handle = useRef<ListHandle | null>(null)
  const [place, setPlace] = useState<{ readonly atEnd: boolean; readonly unread: 'above' | 'below' | null }>({
    atEnd: unreadAtFirst === 0 && placeAtFirst === null,
    unread: null,
  })
  const window = conversation.window.value
  const firstUnread = useRef<string | null>(null)
  // Where the person was may be far above it: it is found when it is among what is held.
  if (window !== null && firstUnread.current === null) {
    const isFromBeginning = !window.more && placeAtFirst === null && readAtFirst === null && unreadAtFirst > FEW_UNREAD
    const known = isFromBeginning ? { order: BEGINNING, atMs: 0 } : readAtFirst
    const found = firstUnreadOf(window.messages, unreadAtFirst, known)
    if (known !== null || !window.newer) firstUnread.current = found
  }
  const dayNow = dayOf(app.now.value)
  const zone = zoneOf(app.now.value)
  const rows = useMemo(() => rowsOf(window?.messages ?? [], firstUnread.current, app.now.peek()), [window, dayNow, zone])
  const arrivals = useArrivals(app, window, place.atEnd, firstUnread.current)
  const newCount = window?.newer === true ? group.unread : arrivals.count

  useEffect(() => conversation.close, [])
  useEffect(() => {
    // The reminder has served. One that is set while the conversation is open stays.
    if (group.isMarkedUnread && group.unread === 0) void app.request({ kind: 'markRead', group: group.id })
  }, [])
  useEffect(() => {
    void conversation.refresh()
  }, [group.revision])
  useEffect(() => {
    const markRead = () => {
      if (place.atEnd && group.unread > 0 && window !== null && document.visibilityState === 'visible') void app.request({ kind: 'markRead', group: group.id })
    }
    markRead()
    document.addEventListener('visibilitychange', markRead)
    return () => document.removeEventListener('visibilitychange', markRead)
  }, [place.atEnd, group.unread, window === null])
  useEffect(() => conversation.follow(place.atEnd), [place.atEnd, window])
  const lastOwn = group.lastMessage?.own === true ? group.lastMessage.atMs : null
  const lastOwnBefore = useRef(lastOwn)
  useEffect(() => {
    // What one says oneself is shown, wherever one was.
    if (lastOwn !== null && lastOwn !== lastOwnBefore.current && conversation.window.peek()?.newer === true) void toEnd()
    lastOwnBefore.current = lastOwn
  }, [lastOwn])
  const toEnd = async () => {
    await conversation.goToEnd()
    handle.current?.toEnd()
  }
  const toNew = async () => {
    if (place.unread === 'below') return handle.current?.toUnread()
    // The mark was come to, so the person goes on to the end.
    if (firstUnread.current !== null) return toEnd()
    if (conversation.window.peek()?.newer !== true) return arrivals.first === null ? toEnd() : handle.current?.toMessage(arrivals.first)
    const read = group.readUpTo
    if (read === null) return toEnd()
    await conversation.goToPlace(read.order)
    const first = firstUnreadOf(conversation.window.peek()?.messages ?? [], group.unread, read)
    return first === null ? toEnd() : handle.current?.toMessage(first)
  }

  const [actError, setActError] = useState<string | null>(null)
  const onReact = useCallback<OnReact>(async (message, emoji) => {
    setActError(null)
    const answer = await app.request({ kind: 'react', group: group.id, message: message.id, emoji })
    if (!answer.ok) setActError(answer.sentence)
    else app.announcement.value = emoji === null ? strings.reactionTakenBack : strings.reactedWith(emoji)
  }, [])
  const onReply = useCallback<OnReply>(async (message) => {
    setActError(null)
    const answer = await app.request({ kind: 'setReplyTo', group: group.id, message: message.id })
    if (!answer.ok) setActError(answer.sentence)
    else root.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus()
  }, [])
  const onJump = useCallback<OnJump>(async (message) => {
    setActError(null)
    if (await conversation.goTo(message)) handle.current?.toMessage(message)
    else setActError(strings.quoteNotFound)
  }, [])
  const lookedFor = app.lookedFor.value
  useEffect(() => {
    if (window === null || lookedFor?.group !== group.id) return
    app.lookedFor.value = null
    void onJump(lookedFor.message)
  }, [lookedFor, window === null])
  const maySend = group.state === 'member' && group.may.send
  const [forwarding, setForwarding] = useState<string | null>(null)
  const [detailed, setDetailed] = useState<MessageView | null>(null)
  const later = laterDialogs.use(forwarding !== null || detailed !== null)
  const anythingSaid = window?.messages.some(({ body }) => body.kind === 'text') ?? false
  return (
    <div class="screen" ref={root}>
      <ConversationBar group={group} />
      <AppBanners group={group} />
      <ForkedBar group={group} />
      <UnreadableBar unreadable={group.unreadable} />
      <div class="messages-place">
        {window === null ? (
          <p class="messages-wait" role="status">
            {conversation.failed.value ? strings.loadingFailed : strings.loadingMessages}
          </p>
        ) : (
          <>
            <MessageList
              rows={rows}
              account={app.view.value.profile?.account ?? ''}
              readTextOf={(message) => readText(strings, readBy(group, message))}
              more={window.more}
              newer={window.newer}
              at={placeAtFirst}
              loadingOlder={conversation.loadingOlder.value}
              handle={handle}
              onOlder={() => void conversation.loadOlder()}
              onNewer={() => void conversation.loadNewer()}
              onReading={keepPlace}
              onDetails={setDetailed}
              onReact={maySend ? onReact : null}
              onReply={maySend ? onReply : null}
              onJump={onJump}
              onPlace={(atEnd, unread) => {
                if (atEnd !== place.atEnd || unread !== place.unread) setPlace({ atEnd, unread })
              }}
            />
            {anythingSaid || group.state !== 'member' ? null : <NothingYet group={group} />}
          </>
        )}
        <div class="jumps">
          {place.unread === 'above' ? <IconButton name={strings.jumpToUnread} icon="up" onClick={() => handle.current?.toUnread()} /> : null}
          {place.atEnd ? null : (
            <>
              {newCount > 0 ? (
                <Button icon="down" onClick={() => void toNew()}>
                  {strings.newSince(newCount)}
                </Button>
              ) : null}
              <IconButton name={strings.jumpToNewest} icon="down" onClick={() => void toEnd()} />
            </>
          )}
        </div>
      </div>
      {window !== null && conversation.failed.value ? (
        <Banner look="warning">
          {strings.loadingFailed} <Button onClick={() => void conversation.refresh()}>{strings.tryAgain}</Button>
        </Banner>
      ) : null}
      <ErrorLine error={actError} />
      {forwarding === null || later === null ? null : <later.ForwardDialog text={forwarding} onClose={() => setForwarding(null)} />}
      {detailed === null || later === null ? null : (
        <later.MessageDetailsDialog
          group={group}
          message={window?.messages.find(({ id }) => id === detailed.id) ?? detailed}
          onForward={(text) => {
            setDetailed(null)
            setForwarding(text)
          }}
          onClose={() => setDetailed(null)}
        />
      )}
      {group.state === 'member' ? <TypingBar typing={group.typing} /> : null}
      {group.state === 'member' ? <ComposerPlace group={group} /> : <GoneBar group={group} />}
    </div>
  )
}
