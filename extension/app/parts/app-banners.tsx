/** What is wrong with this device or its connections, shown once above everything that it affects. */
import type { EngineView, GroupView, RelayView } from '@sotto/engine/api'
import { type App, useApp } from '../state/app.ts'
import { areRelaysGone, isCutOff } from '../state/is-cut-off.ts'
import { locale, strings } from '../strings/index.ts'
import { shownName } from '../strings/shown-names.ts'
import { roughSpan } from '../text/times.ts'
import { Banner, Button } from './controls.tsx'

interface Trouble {
  readonly look: 'info' | 'warning' | 'error'
  readonly icon: 'info' | 'warning' | 'cloudOff' | 'relay' | 'clock'
  readonly text: string
  /** What to do about it. */
  readonly action?: { readonly text: string; readonly run: () => void }
}

const noRelayReached = ({ relays }: EngineView): boolean =>
  relays.length > 0 && relays.every(({ state }) => state === 'unreachable' || state === 'anotherRelay')

/** Whether all that keeps a group, or this device, from a relay is that it is not open to everybody. */
const isTurnedAway = (relays: readonly RelayView[]): boolean =>
  relays.some(({ state }) => state === 'notAdmitted') && relays.every(({ state }) => state !== 'connected')

const getsThrough = ({ relays, groups }: EngineView): boolean =>
  relays.some(({ state }) => state === 'connected') || groups.some(({ connection }) => connection === 'direct' || connection === 'turn')

/** The one sentence about the connections. The cause that explains most comes first. */
function lineTrouble(app: App, group: GroupView | null): Trouble | null {
  if (app.connection.value === 'connecting') return { look: 'info', icon: 'clock', text: strings.bannerReconnecting }
  // In a removed or departed member's group nothing waits to leave.
  if (group?.state === 'removed' || group?.state === 'left') return null
  // It answered, so the network is there. A group that one joins says nothing of its relays.
  if (isTurnedAway(group === null || group.relays.length === 0 ? app.view.value.relays : group.relays)) {
    return { look: 'warning', icon: 'relay', text: strings.bannerNotAdmitted, action: { text: strings.relays, run: () => app.go({ screen: 'settings' }) } }
  }
  // The browser's view of its network counts only when nothing gets through: a relay in the same house needs no internet.
  if (!app.online.value && !getsThrough(app.view.value)) return { look: 'warning', icon: 'cloudOff', text: strings.bannerOffline }
  if (group !== null && areRelaysGone(group)) {
    const cutOff = group.may.setRelays ? strings.cutOffAdmin : strings.cutOffMember
    const action = { text: strings.groupRelays, run: () => app.go({ screen: 'relays', group: group.id }) }
    return { look: 'warning', icon: 'relay', text: isCutOff(group) ? cutOff : strings.bannerRelayUnreachableDirect, action }
  }
  const isReached = group?.relays.some(({ state }) => state === 'connected') === true
  if (isReached && group.may.setRelays && group.relays.some(({ isGone }) => isGone)) {
    const action = { text: strings.groupRelays, run: () => app.go({ screen: 'relays', group: group.id }) }
    return { look: 'info', icon: 'relay', text: strings.bannerRelayGone, action }
  }
  if (group === null && noRelayReached(app.view.value)) return { look: 'warning', icon: 'relay', text: strings.bannerRelayUnreachable }
  const alone = group === null || group.state !== 'member' || group.members.length < 2
  if (!alone && group.connection === 'offline') return { look: 'info', icon: 'cloudOff', text: strings.bannerGroupOffline }
  if (group?.waitsFor === 'comparison') return { look: 'info', icon: 'clock', text: strings.bannerComparison }
  if (group?.waitsFor === 'answer' && group.direct !== null) return { look: 'info', icon: 'clock', text: strings.bannerAnswer(shownName(group.direct)) }
  return null
}

const deviceTrouble = ({ trouble }: EngineView): Trouble | null => {
  switch (trouble) {
    case null:
    // Shown on the onboarding screen, before there is a profile.
    case 'profileEmpty':
    case 'storageRefused':
    case 'storageNewer':
    case 'storageFailed':
      return null
    case 'storageFull':
      return { look: 'error', icon: 'warning', text: strings.bannerStorageFull }
    case 'storageDamaged':
      return { look: 'error', icon: 'warning', text: strings.bannerStorageDamaged }
  }
}

/** What relays report about this device's clock. Everything else may go wrong because of it. */
export function clockTrouble({ clockAheadMs }: EngineView): string | null {
  if (clockAheadMs === null) return null
  const span = roughSpan(locale, Math.abs(clockAheadMs))
  return clockAheadMs > 0 ? strings.bannerClockAhead(span) : strings.bannerClockBehind(span)
}

/** @param group the conversation below it, if any */
export function AppBanners({ group = null }: { readonly group?: GroupView | null }) {
  const app = useApp()
  const clock = clockTrouble(app.view.value)
  const clockBanner: Trouble | null = clock === null ? null : { look: 'warning', icon: 'clock', text: clock }
  const troubles = [deviceTrouble(app.view.value), clockBanner, lineTrouble(app, group)].filter((trouble) => trouble !== null)
  return (
    <>
      {troubles.map(({ look, icon, text, action }) => (
        <Banner key={text} look={look} icon={icon}>
          {text}
          {action === undefined ? null : (
            <p class="banner-action">
              <Button onClick={action.run}>{action.text}</Button>
            </p>
          )}
        </Banner>
      ))}
    </>
  )
}
