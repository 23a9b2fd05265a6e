/** The bar of a conversation: what it is called, how it is connected, and the ways to its screens. */
import type { GroupView } from '@sotto/engine/api'
import { GroupAvatar } from '../parts/group-avatar.tsx'
import { ConnectionDot, connectionText, PresenceDot, presenceText } from '../parts/connection-mark.tsx'
import { IconButton } from '../parts/controls.tsx'
import { Icon } from '../parts/icons.tsx'
import { foundOf, NameMark } from '../parts/name-mark.tsx'
import { ShownText } from '../parts/shown-text.tsx'
import { useApp } from '../state/app.ts'
import { locale, strings } from '../strings/index.ts'
import { shownName, shownTitle } from '../strings/shown-names.ts'
import { lifetimeSpan } from '../text/lifetime-span.ts'
import { otherOf, presentOf } from '../text/other-of.ts'
import { verifiedAmong } from '../text/verified.ts'

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

function AboutPerson({ group, direct }: { readonly group: string; readonly direct: NonNullable<GroupView['direct']> }) {
  const app = useApp()
  const toPerson = () => app.go({ screen: 'person', group, account: direct.account })
  return <IconButton name={strings.personOf(shownName(direct))} icon="people" onClick={toPerson} />
}

/** That what is said here vanishes, and the way to the setting. */
function LifetimeMark({ group: { id, lifetimeSeconds } }: { readonly group: GroupView }) {
  const app = useApp()
  if (lifetimeSeconds === 0) return null
  const name = strings.vanishingNow(lifetimeSpan(locale, lifetimeSeconds))
  const span = lifetimeSpan(locale, lifetimeSeconds, 'short')
  return (
    <button type="button" class="bar-lifetime" aria-label={strings.vanishingNow(span)} title={name} onClick={() => app.go({ screen: 'lifetime', group: id })}>
      <Icon name="timer" size={16} />
      <span>{span}</span>
    </button>
  )
}

export function ConversationBar({ group }: { readonly group: GroupView }) {
  const app = useApp()
  const member = group.state === 'member'
  const there = presentOf(group)
  const isNarrow = !app.wide.value
  const vanishes = group.lifetimeSeconds > 0
  const to = (screen: 'members' | 'security' | 'find') => () => app.go({ screen, group: group.id })
  return (
    <header class="bar bar-conversation">
      {app.wide.value ? null : <IconButton name={strings.back} icon="back" onClick={group.isArchived ? () => app.go({ screen: 'archive' }) : app.back} />}
      <GroupAvatar group={group} />
      <div class="bar-title">
        <div class="bar-name">
          <h1 tabIndex={-1}>
            <ShownText text={shownTitle(group)} />
          </h1>
          <NameMark found={foundOf(otherOf(group))} size={16} />
        </div>
        <p class={group.direct === null ? 'bar-subtitle' : 'bar-subtitle bar-subtitle-whole'}>
          {member ? (
            <>
              {there === null ? <ConnectionDot state={group.connection} /> : <PresenceDot presence={there.presence} />}
              <LifetimeMark group={group} />
              {/* Where there is little room, whose conversation it is goes before how it is connected, which the dot says too. */}
              <span class={isNarrow && (group.direct !== null || vanishes) ? 'visually-hidden' : undefined}>
                {(there === null ? null : presenceText(there)) ?? connectionText(group.connection)}
              </span>
              {isNarrow && (group.direct !== null || vanishes) ? null : <span aria-hidden="true">·</span>}
              <span class={isNarrow && group.direct !== null && vanishes ? 'visually-hidden' : 'bar-members'}>
                {group.direct === null ? strings.memberCount(group.members.length) : strings.directSubtitle}
              </span>
              {group.direct === null ? <VerifiedCount group={group} /> : null}
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
