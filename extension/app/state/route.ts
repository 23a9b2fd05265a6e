/** The current place in the app. The address's hash carries it, so that Back works and a link can open a conversation. */
export type Route =
  | { readonly screen: 'list' }
  | { readonly screen: 'newGroup' }
  | { readonly screen: 'pasteInvite' }
  | { readonly screen: 'settings' }
  | { readonly screen: 'conversation'; readonly group: string }
  | { readonly screen: 'members'; readonly group: string }
  | { readonly screen: 'invite'; readonly group: string }
  | { readonly screen: 'security'; readonly group: string }
  | { readonly screen: 'relays'; readonly group: string }

const PLAIN_SCREENS = ['newGroup', 'pasteInvite', 'settings'] as const
const GROUP_SCREENS = ['conversation', 'members', 'invite', 'security', 'relays'] as const

/** The hash of a route, with its `#`. */
export function hashOf(route: Route): string {
  if (route.screen === 'list') return '#/'
  return 'group' in route ? `#/${route.screen}/${encodeURIComponent(route.group)}` : `#/${route.screen}`
}

/** The route of a hash; the list if it names none. */
export function routeOf(hash: string): Route {
  const [, name, group] = hash.split('/')
  const plain = PLAIN_SCREENS.find((screen) => screen === name)
  if (plain !== undefined) return { screen: plain }
  const ofGroup = GROUP_SCREENS.find((screen) => screen === name)
  if (ofGroup === undefined || group === undefined || group === '') return { screen: 'list' }
  try {
    return { screen: ofGroup, group: decodeURIComponent(group) }
  } catch {
    return { screen: 'list' }
  }
}

/** Where the Back button of a screen leads. */
export function parentOf(route: Route): Route {
  switch (route.screen) {
    case 'list':
    case 'newGroup':
    case 'pasteInvite':
    case 'settings':
    case 'conversation':
      return { screen: 'list' }
    case 'members':
    case 'security':
      return { screen: 'conversation', group: route.group }
    case 'invite':
    case 'relays':
      return { screen: 'members', group: route.group }
  }
}
