/** The current place in the app. The address's hash carries it, so that Back works and a link can open a conversation. */
export type Route =
  | { readonly screen: 'list' }
  | { readonly screen: 'newGroup' }
  | { readonly screen: 'pasteInvite' }
  | { readonly screen: 'settings' }
  | { readonly screen: 'share' }
  | { readonly screen: 'archive' }
  | { readonly screen: 'requests' }
  | { readonly screen: 'conversation'; readonly group: string }
  | { readonly screen: 'members'; readonly group: string }
  | { readonly screen: 'invite'; readonly group: string }
  | { readonly screen: 'find'; readonly group: string }
  | { readonly screen: 'security'; readonly group: string }
  | { readonly screen: 'lifetime'; readonly group: string }
  | { readonly screen: 'relays'; readonly group: string }
  | { readonly screen: 'files'; readonly group: string }
  | { readonly screen: 'person'; readonly group: string; readonly account: string }

const PLAIN_SCREENS = ['newGroup', 'pasteInvite', 'settings', 'share', 'archive', 'requests'] as const
const GROUP_SCREENS = ['conversation', 'members', 'invite', 'find', 'security', 'lifetime', 'relays', 'files'] as const

/** The hash of a route, with its `#`. */
export function hashOf(route: Route): string {
  if (route.screen === 'list') return '#/'
  if (route.screen === 'person') return `#/person/${encodeURIComponent(route.group)}/${encodeURIComponent(route.account)}`
  return 'group' in route ? `#/${route.screen}/${encodeURIComponent(route.group)}` : `#/${route.screen}`
}

/** The route of a hash; the list if it names none. */
export function routeOf(hash: string): Route {
  const [, name, group, account] = hash.split('/')
  const plain = PLAIN_SCREENS.find((screen) => screen === name)
  if (plain !== undefined) return { screen: plain }
  const ofGroup = GROUP_SCREENS.find((screen) => screen === name)
  if (group === undefined || group === '') return { screen: 'list' }
  try {
    if (name === 'person' && account !== undefined && account !== '')
      return { screen: 'person', group: decodeURIComponent(group), account: decodeURIComponent(account) }
    if (ofGroup === undefined) return { screen: 'list' }
    return { screen: ofGroup, group: decodeURIComponent(group) }
  } catch {
    return { screen: 'list' }
  }
}

/**
 * Where the Back button of a screen leads, coming from another: there, if that is a place that this screen belongs to, else to its
 * parent. So Back never goes in a circle, and a page that opens in the middle has somewhere to go back to.
 */
export function backFrom(route: Route, from: Route | null): Route {
  if (from === null || !('group' in route) || !('group' in from) || route.group !== from.group) return parentOf(route)
  const isPlace = route.screen !== 'conversation' && route.screen !== 'members' && (from.screen === 'conversation' || from.screen === 'members')
  return isPlace ? from : parentOf(route)
}

/** Where the Back button of a screen leads otherwise. */
export function parentOf(route: Route): Route {
  switch (route.screen) {
    case 'list':
    case 'newGroup':
    case 'pasteInvite':
    case 'settings':
    case 'share':
    case 'archive':
    case 'requests':
    case 'conversation':
      return { screen: 'list' }
    case 'members':
    case 'find':
    case 'security':
    case 'lifetime':
      return { screen: 'conversation', group: route.group }
    case 'invite':
    case 'relays':
    case 'files':
    case 'person':
      return { screen: 'members', group: route.group }
  }
}
