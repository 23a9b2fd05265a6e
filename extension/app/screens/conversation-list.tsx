import type { GroupView } from '@sotto/engine/api'
import { showsSomething } from '@sotto/wire/visible-text'
import { useEffect, useRef } from 'preact/hooks'
import { typingText } from '../conversation/typing-text.ts'
import { AppBanners } from '../parts/app-banners.tsx'
import { GroupAvatar } from '../parts/group-avatar.tsx'
import { ConnectionDot, connectionText } from '../parts/connection-mark.tsx'
import { Button, Empty, IconButton } from '../parts/controls.tsx'
import { FoundMessages } from '../parts/found-messages.tsx'
import { Mark } from '../parts/icons.tsx'
import { SearchField } from '../parts/search-field.tsx'
import { ShownText } from '../parts/shown-text.tsx'
import { useApp } from '../state/app.ts'
import { hashOf } from '../state/route.ts'
import { locale, strings } from '../strings/index.ts'
import { shownName, shownSender, shownTitle } from '../strings/shown-names.ts'
import { withoutMarks } from '../text/markup.ts'
import { listTime } from '../text/times.ts'

/** No more of a draft is visible in the list. It may be as long as a book. */
const PREVIEW_LENGTH = 200

/** The second line of a conversation in the list. */
function previewOf(group: GroupView): string {
  if (group.state === 'joining') return group.join?.step === 'refused' ? strings.joinEndedShort : strings.joiningShort
  if (group.state === 'removed') return strings.removedShort
  if (group.state === 'left') return strings.leftShort
  if (group.typing.length > 0) return typingText(strings, shownName, group.typing)
  if (showsSomething(group.draft)) return strings.draftShort(group.draft.slice(0, PREVIEW_LENGTH))
  if (group.lastMessage === null) return strings.noMessagesShort
  const { own, text } = group.lastMessage
  const said = showsSomething(text) ? withoutMarks(text) : strings.blankMessage
  return own ? strings.ownShort(said) : strings.fromShort(shownSender(group.lastMessage), said)
}

const lookOf = ({ state, typing, draft }: GroupView): string =>
  state !== 'member' ? '' : typing.length > 0 ? ' conversation-typing' : showsSomething(draft) ? ' conversation-draft' : ''

function Conversation({ group, current }: { readonly group: GroupView; readonly current: boolean }) {
  const app = useApp()
  const route = { screen: 'conversation', group: group.id } as const
  const title = shownTitle(group)
  return (
    <li>
      <a
        class={`conversation${current ? ' conversation-current' : ''}`}
        href={hashOf(route)}
        aria-current={current ? 'page' : undefined}
        onClick={(event) => {
          event.preventDefault()
          app.go(route)
        }}
      >
        <span class="avatar-place">
          <GroupAvatar group={group} />
          {group.state === 'member' ? <ConnectionDot state={group.connection} /> : null}
        </span>
        <span class="conversation-title">
          <ShownText text={title} />
        </span>
        {group.lastMessage === null ? null : (
          <time class="conversation-time" dateTime={new Date(group.lastMessage.atMs).toISOString()}>
            {listTime(locale, strings, group.lastMessage.atMs, app.now.value)}
          </time>
        )}
        <span class={`conversation-preview${lookOf(group)}`}>{previewOf(group)}</span>
        <span class="conversation-counts">
          {group.mentions > 0 ? (
            <span class="unread unread-mentions">
              <span aria-hidden="true">@</span>
              <span class="visually-hidden">{strings.unreadMentions(group.mentions)}</span>
            </span>
          ) : null}
          {group.unread > 0 ? (
            <span class="unread">
              <span aria-hidden="true">{group.unread > 999 ? '999+' : group.unread}</span>
              <span class="visually-hidden">{strings.unreadCount(group.unread)}</span>
            </span>
          ) : null}
        </span>
        {group.state === 'member' ? <span class="visually-hidden">{connectionText(group.connection)}</span> : null}
      </a>
    </li>
  )
}

const matches = (group: GroupView, query: string): boolean =>
  [group.title, group.lastMessage?.text ?? '', ...group.members.map(({ name }) => name)].some((text) => text.toLocaleLowerCase().includes(query))

/** All conversations, with search on top. Beside a conversation if there is room, otherwise on its own. */
export function ConversationList() {
  const app = useApp()
  const typed = app.searched.value
  const setTyped = (text: string): void => {
    app.searched.value = text
  }
  const heading = useRef<HTMLHeadingElement>(null)
  const { groups } = app.view.value
  const route = app.route.value
  const current = 'group' in route ? route.group : null
  const isSearchOn = app.view.value.search.isOn
  const query = typed.trim().toLocaleLowerCase()
  const shown = query === '' ? groups : groups.filter((group) => matches(group, query))

  useEffect(() => {
    // Alone on the page, the list is a screen to arrive at. Beside another it is only navigation.
    if (!app.wide.peek()) heading.current?.focus({ preventScroll: true })
  }, [])

  return (
    <div class="screen">
      <header class="bar bar-list">
        <Mark size={28} />
        <h1 tabIndex={-1} ref={heading}>
          {strings.conversations}
        </h1>
        <IconButton name={strings.pasteInvite} icon="paste" onClick={() => app.go({ screen: 'pasteInvite' })} />
        <IconButton name={strings.newGroup} icon="plus" onClick={() => app.go({ screen: 'newGroup' })} />
        <IconButton name={strings.settings} icon="settings" onClick={() => app.go({ screen: 'settings' })} />
      </header>
      {groups.length === 0 ? null : <SearchField label={strings.searchEverything} value={typed} onValue={setTyped} />}
      <AppBanners />
      <div class="screen-body">
        {groups.length === 0 ? (
          <Empty icon={<Mark size={40} />} title={strings.noConversations} text={strings.noConversationsText}>
            <Button look="primary" icon="plus" wide onClick={() => app.go({ screen: 'newGroup' })}>
              {strings.newGroup}
            </Button>
            <Button icon="paste" wide onClick={() => app.go({ screen: 'pasteInvite' })}>
              {strings.pasteInvite}
            </Button>
          </Empty>
        ) : null}
        {groups.length > 0 && shown.length === 0 && !isSearchOn ? (
          <div class="nothing-found" role="status">
            <p>{strings.nothingFound(typed.trim())}</p>
            <Button onClick={() => setTyped('')}>{strings.clearSearch}</Button>
          </div>
        ) : null}
        {shown.length === 0 ? null : (
          <ul class="conversations" aria-label={strings.conversations}>
            {shown.map((group) => (
              <Conversation key={group.id} group={group} current={group.id === current} />
            ))}
          </ul>
        )}
        <FoundMessages
          text={typed}
          group={null}
          onOnly={(group) => {
            app.searchedIn.value = typed
            app.go({ screen: 'find', group })
          }}
        />
      </div>
    </div>
  )
}
