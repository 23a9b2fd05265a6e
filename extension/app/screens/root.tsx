/** Which screens are shown: by the engine's phase, then by the route and the room there is. */
import type { GroupView } from '@sotto/engine/api'
import { useEffect } from 'preact/hooks'
import { countText, unreadOf } from '../../client/unread.ts'
import { Conversation } from '../conversation/conversation.tsx'
import { JoinProgress } from '../conversation/join-progress.tsx'
import { Button, Empty } from '../parts/controls.tsx'
import { Mark } from '../parts/icons.tsx'
import { groupOf, useApp } from '../state/app.ts'
import { type Route, hashOf } from '../state/route.ts'
import { strings } from '../strings/index.ts'
import { Archive } from './archive.tsx'
import { ConversationList } from './conversation-list.tsx'
import { Find } from './find.tsx'
import { GroupRelays } from './group-relays.tsx'
import { Invite } from './invite.tsx'
import { Members } from './members.tsx'
import { NewGroup } from './new-group.tsx'
import { Onboarding } from './onboarding.tsx'
import { PasteInvite } from './paste-invite.tsx'
import { Person } from './person.tsx'
import { Security } from './security.tsx'
import { Share, useShared } from './share.tsx'
import { Settings } from './settings/settings.tsx'
import { Unavailable } from './unavailable.tsx'
import { Unlock } from './unlock.tsx'
import { Opening, Starting } from './waiting.tsx'

function OfGroup({ route, group }: { readonly route: Extract<Route, { readonly group: string }>; readonly group: GroupView }) {
  if (group.state === 'joining') return <JoinProgress group={group} />
  switch (route.screen) {
    case 'members':
      return group.state === 'member' ? <Members group={group} /> : <Conversation group={group} />
    case 'invite':
      return group.state === 'member' ? <Invite group={group} /> : <Conversation group={group} />
    case 'find':
      return <Find group={group} />
    case 'security':
      return <Security group={group} />
    case 'relays':
      return group.state === 'member' ? <GroupRelays group={group} /> : <Conversation group={group} />
    case 'person': {
      const member = group.members.find(({ account }) => account === route.account)
      return member === undefined || member.own ? <Conversation group={group} /> : <Person group={group} member={member} />
    }
    case 'conversation':
      return <Conversation group={group} />
  }
}

/** The screen of a route; null for the list. */
function Place({ route }: { readonly route: Route }) {
  const app = useApp()
  if ('group' in route) {
    const group = groupOf(app, route.group)
    // The address still names a group that is no longer on this device: show the list.
    return group === undefined ? <Gone /> : <OfGroup key={`${hashOf(route)} ${group.state}`} route={route} group={group} />
  }
  switch (route.screen) {
    case 'newGroup':
      return <NewGroup />
    case 'pasteInvite':
      return <PasteInvite />
    case 'settings':
      return <Settings />
    case 'share':
      return <Share />
    case 'archive':
      return <Archive />
    case 'list':
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
}

function Gone() {
  const app = useApp()
  useEffect(() => app.goInstead({ screen: 'list' }), [])
  return null
}

function Inside() {
  const app = useApp()
  if (app.layout === 'options')
    return (
      <main class="one options">
        <Settings />
      </main>
    )
  const route = app.route.value
  const place = <Place key={hashOf(route)} route={route} />
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

function Phase() {
  const app = useApp()
  switch (app.view.value.phase) {
    case 'starting':
      return <Starting />
    case 'unavailable':
      return <Unavailable />
    case 'noProfile':
      return <Onboarding />
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
