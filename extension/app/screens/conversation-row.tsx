/** A conversation in the list, and what can be done with it there. */
import type { EngineRequest, GroupView } from '@sotto/engine/api'
import { showsSomething } from '@sotto/wire/visible-text'
import { useRef, useState } from 'preact/hooks'
import { typingText } from '../conversation/typing-text.ts'
import { ConnectionDot, connectionText, PresenceDot, presenceText } from '../parts/connection-mark.tsx'
import { GroupAvatar } from '../parts/group-avatar.tsx'
import { IconButton } from '../parts/controls.tsx'
import { Icon } from '../parts/icons.tsx'
import { Menu, type MenuItem, type MenuPlace, placeOfPointer } from '../parts/menu.tsx'
import { foundOf, NameMark } from '../parts/name-mark.tsx'
import { ShownText } from '../parts/shown-text.tsx'
import { useApp } from '../state/app.ts'
import { hashOf } from '../state/route.ts'
import { locale, strings } from '../strings/index.ts'
import { shownName, shownSender, shownTitle } from '../strings/shown-names.ts'
import { otherOf, presentOf } from '../text/other-of.ts'
import { withoutMarks } from '../text/markup.ts'
import { clockTime, listTime, longTime } from '../text/times.ts'
import { muteOf } from './muted.ts'

/** No more of a draft is visible in the list. It may be as long as a book. */
const PREVIEW_LENGTH = 200

const HOUR_MINUTES = 60
const WEEK_MINUTES = 7 * 24 * HOUR_MINUTES
const DAY_MS = 24 * 60 * 60 * 1000

/** The second line of a conversation in the list. */
function previewOf(group: GroupView): string {
  if (group.state === 'joining') return group.join?.step === 'refused' ? strings.joinEndedShort : strings.joiningShort
  if (group.state === 'removed') return strings.removedShort
  if (group.state === 'left') return strings.leftShort
  if (group.typing.length > 0) return typingText(strings, shownName, group.typing)
  if (showsSomething(group.draft)) return strings.draftShort(group.draft.slice(0, PREVIEW_LENGTH))
  if (group.lastMessage === null) return strings.noMessagesShort
  const { own, text, deleted } = group.lastMessage
  if (deleted) return own ? strings.youDeleted : strings.theyDeleted(shownSender(group.lastMessage))
  const said = showsSomething(text) ? withoutMarks(text) : strings.blankMessage
  return own ? strings.ownShort(said) : strings.fromShort(shownSender(group.lastMessage), said)
}

const lookOf = ({ state, typing, draft }: GroupView): string =>
  state !== 'member' ? '' : typing.length > 0 ? ' conversation-typing' : showsSomething(draft) ? ' conversation-draft' : ''

/** The number of unread messages, or the person's own mark. Grey where the conversation is muted. */
function Unread({ group, isMuted }: { readonly group: GroupView; readonly isMuted: boolean }) {
  if (group.unread === 0 && !group.isMarkedUnread) return null
  return (
    <span class={`unread${isMuted ? ' unread-muted' : ''}${group.unread === 0 ? ' unread-dot' : ''}`}>
      <span aria-hidden="true">{group.unread === 0 ? '' : group.unread > 999 ? '999+' : group.unread}</span>
      <span class="visually-hidden">{group.unread === 0 ? strings.markedUnread : strings.unreadCount(group.unread)}</span>
    </span>
  )
}

function Sign({ icon, text }: { readonly icon: 'pin' | 'bellOff'; readonly text: string }) {
  return (
    <span class="conversation-sign" title={text}>
      <Icon name={icon} size={14} />
      <span class="visually-hidden">{text}</span>
    </span>
  )
}

function mutedText(group: GroupView, nowMs: number): string {
  const { untilMs } = muteOf(group, nowMs)
  if (untilMs === null) return strings.muted
  return strings.mutedUntil(untilMs - nowMs < DAY_MS ? clockTime(locale, untilMs) : longTime(locale, untilMs))
}

export function ConversationRow({ group, current }: { readonly group: GroupView; readonly current: boolean }) {
  const app = useApp()
  const link = useRef<HTMLAnchorElement>(null)
  const more = useRef<HTMLButtonElement>(null)
  const [menu, setMenu] = useState<{ readonly place: MenuPlace; readonly from: 'link' | 'button' } | null>(null)
  const route = { screen: 'conversation', group: group.id } as const
  const title = shownTitle(group)
  const nowMs = app.now.value
  const { isMuted } = muteOf(group, nowMs)
  const there = presentOf(group)
  const hasMenu = group.state !== 'joining'

  const ask = (request: EngineRequest, said: string): void =>
    void app.request(request).then((answer) => (app.announcement.value = answer.ok ? said : answer.sentence))

  const items = (): readonly MenuItem[] => {
    const { id } = group
    const mute = (minutes: number | null, name: string, begins = false): MenuItem => ({
      name,
      icon: 'bellOff',
      begins,
      act: () => ask({ kind: 'mute', group: id, minutes }, strings.muted),
    })
    const isUnread = group.unread > 0 || group.isMarkedUnread
    return [
      {
        name: group.isPinned ? strings.unpin : strings.pin,
        icon: 'pin',
        act: () => ask({ kind: 'setPinned', group: id, isPinned: !group.isPinned }, group.isPinned ? strings.unpinned : strings.pinned),
      },
      isUnread
        ? { name: strings.markRead, icon: 'check', act: () => ask({ kind: 'markRead', group: id }, strings.markedRead) }
        : { name: strings.markUnread, icon: 'envelope', act: () => ask({ kind: 'markUnread', group: id }, strings.markedUnread) },
      {
        name: group.isArchived ? strings.unarchive : strings.archive,
        icon: 'archive',
        act: () => ask({ kind: 'setArchived', group: id, isArchived: !group.isArchived }, group.isArchived ? strings.unarchived : strings.archivedNow),
      },
      ...(isMuted
        ? [{ name: strings.unmute, icon: 'bell', begins: true, act: () => ask({ kind: 'mute', group: id, minutes: 0 }, strings.unmuted) } as const]
        : [
            mute(HOUR_MINUTES, strings.muteHour, true),
            mute(8 * HOUR_MINUTES, strings.muteEightHours),
            mute(WEEK_MINUTES, strings.muteWeek),
            mute(null, strings.muteForEver),
          ]),
    ]
  }

  return (
    <li
      class="conversation-item"
      onContextMenu={(event) => {
        if (!hasMenu) return
        event.preventDefault()
        // The key for it names no point: the menu opens at the row.
        const isByKey = event.clientX === 0 && event.clientY === 0
        const rect = link.current?.getBoundingClientRect()
        setMenu({ place: isByKey && rect !== undefined ? rect : placeOfPointer(event), from: 'link' })
      }}
    >
      <a
        ref={link}
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
          {group.state !== 'member' ? null : there === null ? <ConnectionDot state={group.connection} /> : <PresenceDot presence={there.presence} />}
        </span>
        <span class="conversation-line">
          <span class="conversation-title">
            <span class="conversation-name">
              <ShownText text={title} />
            </span>
            <NameMark found={foundOf(otherOf(group))} />
            {isMuted ? <Sign icon="bellOff" text={mutedText(group, nowMs)} /> : null}
            {group.isPinned ? <Sign icon="pin" text={strings.pinned} /> : null}
          </span>
          {group.lastMessage === null ? null : (
            <time class="conversation-time" dateTime={new Date(group.lastMessage.atMs).toISOString()}>
              {listTime(locale, strings, group.lastMessage.atMs, nowMs)}
            </time>
          )}
        </span>
        <span class="conversation-line">
          <span class={`conversation-preview${lookOf(group)}`}>{previewOf(group)}</span>
          <span class="conversation-counts">
            {group.mentions > 0 ? (
              <span class="unread unread-mentions">
                <span aria-hidden="true">@</span>
                <span class="visually-hidden">{strings.unreadMentions(group.mentions)}</span>
              </span>
            ) : null}
            <Unread group={group} isMuted={isMuted} />
          </span>
        </span>
        {group.state === 'member' ? (
          <span class="visually-hidden">{(there === null ? null : presenceText(there)) ?? connectionText(group.connection)}</span>
        ) : null}
      </a>
      {hasMenu ? (
        <span class="conversation-more">
          <IconButton
            name={strings.moreFor(title)}
            icon="more"
            element={more}
            expanded={menu !== null}
            popup="menu"
            onClick={() => {
              const place = more.current?.getBoundingClientRect()
              if (place !== undefined) setMenu(menu === null ? { place, from: 'button' } : null)
            }}
          />
        </span>
      ) : null}
      {menu === null ? null : (
        <Menu
          name={title}
          items={items()}
          place={menu.place}
          returnTo={() => (menu.from === 'link' ? link.current : more.current)}
          onClose={() => setMenu(null)}
        />
      )}
    </li>
  )
}
