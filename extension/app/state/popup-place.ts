/**
 * A popup closes whenever it loses the focus. The next one opens in the conversation that this one showed, if that is not long ago and
 * nothing led it elsewhere.
 */
import { effect, type ReadonlySignal, untracked } from '@preact/signals'
import type { EngineRequest, EngineView } from '@sotto/engine/api'
import type { AppLayout } from './page.ts'
import type { Route } from './route.ts'

/** The part of the app that this needs. */
interface PopupOf {
  readonly layout: AppLayout
  readonly view: ReadonlySignal<EngineView>
  readonly route: ReadonlySignal<Route>
  readonly now: ReadonlySignal<number>
  readonly goInstead: (route: Route) => void
  readonly request: (request: EngineRequest) => Promise<unknown>
}

/** Begins now, for as long as the page lives. `hash`: what the page's address says now. */
export function keepPopupPlace({ layout, view, route, now, goInstead, request }: PopupOf, hash: () => string): void {
  if (layout !== 'popup') return
  let isArrived = false
  let said: string | null | undefined
  effect(() => {
    const { phase, popupPlace, groups } = view.value
    if (phase !== 'ready') return
    if (!isArrived) {
      isArrived = true
      const isThere = popupPlace !== null && popupPlace.untilMs > Date.now() && groups.some(({ id, state }) => id === popupPlace.group && state !== 'joining')
      if (isThere && hash() === '') untracked(() => goInstead({ screen: 'conversation', group: popupPlace.group }))
    }
    const at = route.value
    const group = 'group' in at ? at.group : null
    // With every tick: that it is still open there.
    const tick = now.value
    if (group === null ? said === null : said === `${group} ${tick}`) return
    said = group === null ? null : `${group} ${tick}`
    void untracked(() => request({ kind: 'keepPopupPlace', group }))
  })
}
