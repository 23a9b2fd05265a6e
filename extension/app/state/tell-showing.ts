/**
 * Tells the engine's page which conversation the person looks at, so that nobody is notified of what is before their eyes,
 * and goes where the person chose to go outside of the app.
 */
import { effect, signal } from '@preact/signals'
import type { App } from './app.ts'

/** Begins now, for as long as the page lives. */
export function tellShowing(
  { client, platform, view, route, go, layout }: Pick<App, 'client' | 'platform' | 'view' | 'route' | 'go' | 'layout'>,
  page: Pick<Document, 'visibilityState' | 'addEventListener'>,
): void {
  const isVisible = signal(page.visibilityState === 'visible')
  page.addEventListener('visibilitychange', () => {
    isVisible.value = page.visibilityState === 'visible'
  })
  effect(() => {
    const at = route.value
    const isOpen = isVisible.value && view.value.phase === 'ready' && layout !== 'options' && at.screen === 'conversation'
    client.showing(isOpen ? at.group : null)
  })
  client.onGo((group) => {
    if (group !== null) go({ screen: 'conversation', group })
    // A browser that does not let it come forward leaves it where it is.
    void platform.comeForward().catch(() => {})
  })
}
