/** What all screens share: the engine's view, the current route, and how to send the engine a request. */
import { type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { EngineRequest, EngineView, GroupView } from '@sotto/engine/api'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { ClientState, EngineClient } from '../../client/engine-client.ts'
import type { Platform } from '../../client/platform.ts'
import { rejectionSentence, strings } from '../strings/index.ts'
import type { Answer } from './answer.ts'
import type { AppDefaults, AppLayout } from './page.ts'
import { createPictures, type Pictures } from './pictures.ts'
import { type Route, backFrom, hashOf, routeOf } from './route.ts'

/** An invite that was created while this page was open. */
export interface ShownInvite {
  readonly text: string
  readonly expiresMs: number
  readonly uses: number
}

export interface App {
  readonly client: EngineClient
  readonly layout: AppLayout
  readonly platform: Platform
  readonly defaults: AppDefaults
  readonly view: ReadonlySignal<EngineView>
  readonly connection: ReadonlySignal<ClientState['connection']>
  /** Whether this machine has a network at all. */
  readonly online: ReadonlySignal<boolean>
  readonly route: ReadonlySignal<Route>
  /** Room for two columns. */
  readonly wide: ReadonlySignal<boolean>
  /** ms since the epoch, updated every half minute: what is shown as `today` changes with it. */
  readonly now: ReadonlySignal<number>
  /** Read out by screen readers without moving the focus. */
  readonly announcement: Signal<string>
  /** What went wrong during onboarding or unlock. It outlives those screens, which make way while the engine opens. */
  readonly entryError: Signal<string | null>
  /** What is typed into the fields for searching, everywhere and in one conversation. It goes no further than the engine, and is gone with the page. */
  readonly searched: Signal<string>
  readonly searchedIn: Signal<string>
  /** A message that a search found, until its conversation shows it. */
  readonly lookedFor: Signal<{ readonly group: string; readonly message: string } | null>
  readonly invites: Signal<ReadonlyMap<string, ShownInvite>>
  readonly go: (route: Route) => void
  /** Like `go`, but Back does not return here. */
  readonly goInstead: (route: Route) => void
  readonly back: () => void
  readonly request: (request: EngineRequest) => Promise<Answer>
  readonly pictures: Pictures
}

const STARTING: EngineView = {
  phase: 'starting',
  profile: null,
  relays: [],
  groups: [],
  requests: [],
  search: { isOn: true, percent: null },
  popupPlace: null,
  clockAheadMs: null,
  typed: { profileName: '', groupTitle: '', invite: '', shared: '' },
  trouble: null,
  nextTryMs: null,
  wiped: null,
}

/** How often relative times are written again. */
const TICK_MS = 30_000

/** Two columns from this width, CSS px. */
const WIDE_PX = 680

/** Subscribes to the engine and to the browser for as long as the page lives. */
export function createApp(client: EngineClient, layout: AppLayout, platform: Platform, defaults: AppDefaults): App {
  const known = client.state()
  const view = signal(known.view ?? STARTING)
  const connection = signal(known.connection)
  const online = signal(navigator.onLine)
  const route = signal(routeOf(location.hash))
  const now = signal(Date.now())
  const wideQuery = matchMedia(`(min-width: ${WIDE_PX}px)`)
  const wide = signal(wideQuery.matches && layout === 'panel')

  client.subscribe((state) => {
    connection.value = state.connection
    if (state.view !== null) view.value = state.view
  })
  addEventListener('online', () => {
    online.value = true
  })
  addEventListener('offline', () => {
    online.value = false
  })
  addEventListener('popstate', () => {
    route.value = routeOf(location.hash)
  })
  wideQuery.addEventListener('change', () => {
    wide.value = wideQuery.matches && layout === 'panel'
  })
  // Each half minute begins with a tick, and so does each day.
  const tick = (): void => {
    now.value = Date.now()
    setTimeout(tick, TICK_MS - (Date.now() % TICK_MS))
  }
  tick()
  // A page that was hidden, or a machine that slept, had no ticks.
  document.addEventListener('visibilitychange', () => {
    now.value = Date.now()
  })

  const show = (next: Route, how: 'pushState' | 'replaceState'): void => {
    if (hashOf(next) === hashOf(route.peek())) return
    // A screen that takes another's place is left as that one would be.
    const from: unknown = how === 'pushState' ? hashOf(route.peek()) : history.state
    history[how](from, '', hashOf(next))
    route.value = next
  }

  return {
    client,
    layout,
    platform,
    defaults,
    view,
    connection,
    online,
    route,
    wide,
    now,
    announcement: signal(''),
    entryError: signal<string | null>(null),
    searched: signal(''),
    searchedIn: signal(''),
    lookedFor: signal<{ readonly group: string; readonly message: string } | null>(null),
    invites: signal<ReadonlyMap<string, ShownInvite>>(new Map()),
    go: (next) => show(next, 'pushState'),
    goInstead: (next) => show(next, 'replaceState'),
    pictures: createPictures({ view, request: client.request }),
    back: () => {
      const from: unknown = history.state
      show(backFrom(route.peek(), typeof from === 'string' ? routeOf(from) : null), 'pushState')
    },
    request: async (request) => {
      try {
        const reply = await client.request(request)
        return reply.ok ? reply : { ...reply.rejection, ok: false, sentence: rejectionSentence(reply.rejection) }
      } catch {
        return { ok: false, code: 'fault', sentence: strings.faultText }
      }
    },
  }
}

export const AppContext = createContext<App | null>(null)

/** The app that a component is part of. */
export function useApp(): App {
  const app = useContext(AppContext)
  if (app === null) throw new Error('outside of the app')
  return app
}

/** The group with that id in the current view; undefined if it is not on this device. */
export const groupOf = (app: App, id: string): GroupView | undefined => app.view.value.groups.find((group) => group.id === id)
