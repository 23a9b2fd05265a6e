/** Which screens are shown: by the engine's phase, then by the route and the room there is. */
import type { GroupView } from '@sotto/engine/api'
import { useEffect, useRef } from 'preact/hooks'
import { countText, unreadOf } from '../../client/unread.ts'
import { Conversation } from '../conversation/conversation.tsx'
import { laterDialogs } from '../conversation/later.ts'
import { laterEmoji } from '../emoji/later-picker.tsx'
import { Button, Empty } from '../parts/controls.tsx'
import { CouldNotLoad } from '../parts/could-not-load.tsx'
import { Mark } from '../parts/icons.tsx'
import { type App, groupOf, useApp } from '../state/app.ts'
import { type Route, hashOf } from '../state/route.ts'
import { strings } from '../strings/index.ts'
import { ConversationList } from './conversation-list.tsx'
import { type LaterScreens, laterScreens } from './later.ts'
import { Unlock } from './unlock.tsx'
import { useShared } from './use-shared.ts'
import { Opening, Starting } from './waiting.tsx'

/** Whether a route needs nothing but what a page loads at once. */
const isFirst = (app: App, route: Route): boolean =>
  route.screen === 'list' || (route.screen === 'conversation' && groupOf(app, route.group)?.state !== 'joining')

function OfGroup({
  route,
  group,
  later,
}: {
  readonly route: Extract<Route, { readonly group: string }>
  readonly group: GroupView
  readonly later: LaterScreens | null
}) {
  if (group.state === 'joining') return later === null ? null : <later.JoinProgress group={group} />
  if (later === null || route.screen === 'conversation') return <Conversation group={group} />
  switch (route.screen) {
    case 'members':
      return group.state === 'member' ? <later.Members group={group} /> : <Conversation group={group} />
    case 'invite':
      return group.state === 'member' ? <later.Invite group={group} /> : <Conversation group={group} />
    case 'find':
      return <later.Find group={group} />
    case 'security':
      return <later.Security group={group} />
    case 'lifetime':
      return group.state === 'member' ? <later.Lifetime group={group} /> : <Conversation group={group} />
    case 'relays':
      return group.state === 'member' ? <later.GroupRelays group={group} /> : <Conversation group={group} />
    case 'files':
      return <later.GroupFiles group={group} />
    case 'person': {
      const member = group.members.find(({ account }) => account === route.account)
      return member === undefined || member.own ? <Conversation group={group} /> : <later.Person group={group} member={member} />
    }
  }
}

function List() {
  const app = useApp()
  return app.wide.value ? (
    <Empty icon={<Mark size={40} />} title={strings.chooseConversation} text={strings.chooseConversationText}>
      <Button icon="plus" wide onClick={() => app.go({ screen: 'newGroup' })}>
        {strings.newGroup}
      </Button>
    </Empty>
  ) : (
    <ConversationList />
  )
}

/** The screen of a route. */
function Place({ route, later }: { readonly route: Route; readonly later: LaterScreens | null }) {
  const app = useApp()
  if ('group' in route) {
    const group = groupOf(app, route.group)
    // The address still names a group that is no longer on this device: show the list.
    return group === undefined ? <Gone /> : <OfGroup key={`${hashOf(route)} ${group.state}`} route={route} group={group} later={later} />
  }
  if (later === null || route.screen === 'list') return <List />
  switch (route.screen) {
    case 'newGroup':
      return <later.NewGroup />
    case 'pasteInvite':
      return <later.PasteInvite />
    case 'settings':
      return <later.Settings />
    case 'share':
      return <later.Share />
    case 'archive':
      return <later.Archive />
    case 'requests':
      return <later.Requests />
  }
}

function Gone() {
  const app = useApp()
  useEffect(() => app.goInstead({ screen: 'list' }), [])
  return null
}

/** How long the rest waits for a page that always has something to do, ms. */
const IDLE_LIMIT_MS = 1_000

/** The rest waits so long at least, ms: a page that waits for the engine's answer seems idle, and is not. A guess. */
const REST_AFTER_MS = 300

/** The rest comes when the page has nothing else to do: then the next screen is there when it is asked for. */
function loadTheRest(): () => void {
  const timer = setTimeout(() => {
    requestIdleCallback(
      () => {
        laterScreens.load()
        laterDialogs.load()
        laterEmoji.load()
      },
      { timeout: IDLE_LIMIT_MS },
    )
  }, REST_AFTER_MS)
  return () => clearTimeout(timer)
}

function Inside() {
  const app = useApp()
  const asked = app.route.value
  const isOptions = app.layout === 'options'
  const later = laterScreens.use(isOptions || !isFirst(app, asked))
  const isThere = later !== null || (isFirst(app, asked) && !isOptions)
  const isMissing = !isThere && laterScreens.hasFailed.value
  // The screen before stays until the next one is loaded.
  const before = useRef<Route | null>(null)
  useEffect(() => {
    if (isThere) before.current = asked
  })
  useEffect(loadTheRest, [])
  if (isOptions) return <main class="one options">{later !== null ? <later.Settings /> : isMissing ? <CouldNotLoad /> : null}</main>
  const route = isThere ? asked : before.current
  const place = isMissing ? <CouldNotLoad /> : route === null ? null : <Place key={hashOf(route)} route={route} later={later} />
  if (!app.wide.value) return <main class="one">{place}</main>
  return (
    <div class="two">
      <nav class="two-list" aria-label={strings.conversations}>
        <ConversationList />
      </nav>
      <main class="two-main">{place}</main>
    </div>
  )
}

/** Until a screen of a page without a profile is there. */
const Before = () =>
  laterScreens.hasFailed.value ? (
    <main class="one">
      <CouldNotLoad />
    </main>
  ) : (
    <Starting />
  )

function Phase() {
  const app = useApp()
  const { phase } = app.view.value
  const later = laterScreens.use(phase === 'noProfile' || phase === 'unavailable')
  switch (phase) {
    case 'starting':
      return <Starting />
    case 'unavailable':
      return later === null ? <Before /> : <later.Unavailable />
    case 'noProfile':
      return later === null ? <Before /> : <later.Onboarding />
    case 'locked':
      return <Unlock />
    case 'opening':
      return <Opening />
    case 'ready':
      return <Inside />
  }
}

export function Root() {
  const app = useApp()
  const { phase } = app.view.value
  useShared(app)
  const unread = unreadOf(app.view.value.groups, app.now.value)
  useEffect(() => {
    document.title = phase === 'ready' && unread > 0 ? `(${countText(unread)}) ${strings.appName}` : strings.appName
  }, [phase, unread])
  useEffect(() => {
    // Errors of the entry screens, and shown invites, end when the profile opens or closes.
    if (phase === 'ready') app.entryError.value = null
    else {
      app.invites.value = new Map()
      app.searched.value = ''
      app.searchedIn.value = ''
      app.lookedFor.value = null
    }
  }, [phase])
  return (
    <>
      <Phase />
      <div class="visually-hidden" role="status" aria-live="polite">
        {app.announcement.value}
      </div>
    </>
  )
}
