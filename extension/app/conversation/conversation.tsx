/** A conversation: bar, banners, messages and composer. */
import type { GroupView, MessageView } from '@sotto/engine/api'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { FileDrop } from '../files/file-drop.tsx'
import { GroupOfFiles } from '../files/place-of-files.ts'
import { AppBanners } from '../parts/app-banners.tsx'
import { Banner, Button, ErrorLine, IconButton } from '../parts/controls.tsx'
import { CouldNotLoad } from '../parts/could-not-load.tsx'
import type { MenuItem } from '../parts/menu.tsx'
import { foundOf } from '../parts/name-mark.tsx'
import { useFocusOnArrival } from '../parts/screen.tsx'
import { useApp } from '../state/app.ts'
import { BEGINNING, openConversation } from '../state/open-conversation.ts'
import { strings } from '../strings/index.ts'
import { dayOf, zoneOf } from '../text/times.ts'
import { Composer } from './composer.tsx'
import { BlockedBar } from './blocked-bar.tsx'
import { ConversationBar } from './conversation-bar.tsx'
import { laterDialogs } from './later.ts'
import { isEditable, mayReport, messageMenu } from './message-menu.ts'
import { type ListHandle, MessageList } from './message-list.tsx'
import { NothingYet } from './nothing-yet.tsx'
import type { OnJump, OnReply } from './quote.tsx'
import type { OnReact } from './reacting.ts'
import { ForkedBar } from './forked-bar.tsx'
import { readBy, readText } from './read-by.ts'
import { firstUnreadOf, rowsOf } from './rows.ts'
import { TypingBar } from './typing-bar.tsx'
import { UnreadableBar } from './unreadable-bar.tsx'
import { useArrivals } from './use-arrivals.ts'
import { useMessage } from './use-message.ts'
import { useReadingPlace } from './use-reading-place.ts'

/** Up to so many unread messages are on the page that is read first, from the end. A guess: half of it. */
const FEW_UNREAD = 100

/** Where a conversation is read first: where the person was, or where the unread messages begin. null: at the end. */
function firstOrderOf({ readingPlace, readUpTo, unread }: GroupView): string | null {
  if (readingPlace !== null) return readingPlace.order
  return unread <= FEW_UNREAD ? null : (readUpTo?.order ?? BEGINNING)
}

const ComposerPlace = ({ group, onEditLast }: { readonly group: GroupView; readonly onEditLast: () => void }) =>
  group.direct?.isBlocked === true ? (
    <BlockedBar person={group.direct} />
  ) : (
    // Another field for each text that is written: one for the draft, one for each message that is edited.
    <Composer
      key={group.editing?.message ?? ''}
      group={group.id}
      replyTo={group.replyTo}
      members={group.members}
      attachments={group.attachments}
      editing={group.editing?.message ?? null}
      onEditLast={onEditLast}
    />
  )

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
  const found = useMemo(() => new Map(group.members.map((member) => [member.account, foundOf(member)])), [group.members])
  const newCount = window?.newer === true ? group.unread : arrivals.count

  useEffect(() => conversation.close, [])
  useEffect(() => {
    // The reminder has served. One that is set while the conversation is open stays.
    if (group.isMarkedUnread && group.unread === 0) void app.request({ kind: 'markRead', group: group.id })
  }, [])
  // Asked at once, and not after the first frame: the answer comes while that is drawn.
  useLayoutEffect(() => {
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

  const editing = group.editing?.message ?? null
  const before = useRef(editing)
  useEffect(() => {
    if (before.current !== editing) root.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus()
    before.current = editing
  }, [editing])

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
  const [forwarding, setForwarding] = useState<MessageView | null>(null)
  const onGone = () => {
    app.announcement.value = strings.messageHasVanished
  }
  const [detailed, setDetailed] = useMessage(window, onGone)
  const [deleting, setDeleting] = useMessage(window, onGone)
  const [reporting, setReporting] = useMessage(window, onGone)
  const onEdit = async (message: string | null) => {
    setActError(null)
    const answer = await app.request({ kind: 'setEditing', group: group.id, message })
    if (!answer.ok) setActError(answer.sentence)
  }
  const onCopy = async (text: string) => {
    setActError(null)
    try {
      await navigator.clipboard.writeText(text)
      app.announcement.value = strings.textCopied
    } catch {
      setActError(strings.textNotCopied)
    }
  }
  const menu = useRef<(message: MessageView) => readonly MenuItem[]>(() => [])
  menu.current = (message) =>
    messageMenu(message, {
      mayEdit: maySend,
      onEdit,
      onCopy,
      onForward: setForwarding,
      onDetails: setDetailed,
      onReport: mayReport(group, message) ? setReporting : null,
      onDelete: setDeleting,
    })
  const menuOf = useCallback((message: MessageView) => menu.current(message), [])
  const editLast = () => {
    const last = window?.messages.findLast((each) => isEditable(each, Date.now()))
    if (last !== undefined && maySend) void onEdit(last.id)
  }
  const isLaterWanted = forwarding !== null || detailed !== null || deleting !== null || reporting !== null || group.state !== 'member'
  const later = laterDialogs.use(isLaterWanted)
  const anythingSaid = window?.messages.some(({ body }) => body.kind === 'text' || body.kind === 'deleted') ?? false
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
            <GroupOfFiles.Provider value={group.id}>
              <MessageList
                rows={rows}
                account={app.view.value.profile?.account ?? ''}
                readTextOf={(message) => readText(strings, readBy(group, message))}
                foundOf={({ own, account }) => (own ? null : (found.get(account) ?? null))}
                more={window.more}
                newer={window.newer}
                at={placeAtFirst}
                loadingOlder={conversation.loadingOlder.value}
                handle={handle}
                onOlder={() => void conversation.loadOlder()}
                onNewer={() => void conversation.loadNewer()}
                onReading={keepPlace}
                menuOf={menuOf}
                onReact={maySend ? onReact : null}
                onReply={maySend ? onReply : null}
                onJump={onJump}
                onPlace={(atEnd, unread) => {
                  if (atEnd !== place.atEnd || unread !== place.unread) setPlace({ atEnd, unread })
                }}
              />
            </GroupOfFiles.Provider>
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
      {maySend ? <FileDrop group={group.id} /> : null}
      <ErrorLine error={actError} />
      {isLaterWanted && later === null && laterDialogs.hasFailed.value ? <CouldNotLoad /> : null}
      {forwarding === null || later === null ? null : <later.ForwardDialog group={group.id} message={forwarding} onClose={() => setForwarding(null)} />}
      {detailed === null || later === null ? null : (
        <later.MessageDetailsDialog
          group={group}
          message={window?.messages.find(({ id }) => id === detailed.id) ?? detailed}
          onForward={(message) => {
            setDetailed(null)
            setForwarding(message)
          }}
          onClose={() => setDetailed(null)}
        />
      )}
      {reporting === null || later === null ? null : <later.ReportDialog group={group} message={reporting} onClose={() => setReporting(null)} />}
      {deleting === null || later === null ? null : <later.DeleteDialog group={group} message={deleting} onClose={() => setDeleting(null)} />}
      {group.state === 'member' ? <TypingBar typing={group.typing} /> : null}
      {group.state === 'member' ? <ComposerPlace group={group} onEditLast={editLast} /> : later === null ? null : <later.GoneBar group={group} />}
    </div>
  )
}
