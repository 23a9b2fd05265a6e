import type { GroupView } from '@sotto/engine/api'
import { useEffect, useRef } from 'preact/hooks'
import { AppBanners } from '../parts/app-banners.tsx'
import { Button, Empty, IconButton } from '../parts/controls.tsx'
import { CouldNotLoad } from '../parts/could-not-load.tsx'
import { Icon, Mark } from '../parts/icons.tsx'
import { SearchField } from '../parts/search-field.tsx'
import { useApp } from '../state/app.ts'
import { hashOf } from '../state/route.ts'
import { strings } from '../strings/index.ts'
import { ConversationRow } from './conversation-row.tsx'
import { laterScreens } from './later.ts'

const matches = (group: GroupView, query: string): boolean =>
  [group.title, group.lastMessage?.text ?? '', ...group.members.map(({ name }) => name)].some((text) => text.toLocaleLowerCase().includes(query))

/** All conversations, with search on top. Beside a conversation if there is room, otherwise on its own. */
export function ConversationList() {
  const app = useApp()
  const typed = app.searched.value
  const setTyped = (text: string): void => {
    app.searched.value = text
  }
  const later = laterScreens.use(typed !== '')
  const heading = useRef<HTMLHeadingElement>(null)
  const { groups, requests } = app.view.value
  const route = app.route.value
  const current = 'group' in route ? route.group : null
  const isSearchOn = app.view.value.search.isOn
  const query = typed.trim().toLocaleLowerCase()
  const archived = groups.filter(({ isArchived }) => isArchived)
  // A search finds archived conversations too.
  const shown = query === '' ? groups.filter(({ isArchived }) => !isArchived) : groups.filter((group) => matches(group, query))

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
        {query !== '' && shown.length === 0 && !isSearchOn ? (
          <div class="nothing-found" role="status">
            <p>{strings.nothingFound(typed.trim())}</p>
            <Button onClick={() => setTyped('')}>{strings.clearSearch}</Button>
          </div>
        ) : null}
        {shown.length === 0 ? null : (
          <ul class="conversations" aria-label={strings.conversations}>
            {shown.map((group) => (
              <ConversationRow key={group.id} group={group} current={group.id === current} />
            ))}
          </ul>
        )}
        {later === null && typed !== '' && laterScreens.hasFailed.value ? <CouldNotLoad /> : null}
        {later === null ? null : (
          <later.FoundMessages
            text={typed}
            group={null}
            onOnly={(group) => {
              app.searchedIn.value = typed
              app.go({ screen: 'find', group })
            }}
          />
        )}
        {requests.length === 0 || query !== '' ? null : (
          <a
            class="archived"
            href={hashOf({ screen: 'requests' })}
            aria-current={route.screen === 'requests' ? 'page' : undefined}
            onClick={(event) => {
              event.preventDefault()
              app.go({ screen: 'requests' })
            }}
          >
            <Icon name="envelope" />
            <span>{strings.requests}</span>
          </a>
        )}
        {archived.length === 0 || query !== '' ? null : (
          <a
            class="archived"
            href={hashOf({ screen: 'archive' })}
            aria-current={route.screen === 'archive' ? 'page' : undefined}
            onClick={(event) => {
              event.preventDefault()
              app.go({ screen: 'archive' })
            }}
          >
            <Icon name="archive" />
            <span>{strings.archivedCount(archived.length)}</span>
          </a>
        )}
      </div>
    </div>
  )
}
