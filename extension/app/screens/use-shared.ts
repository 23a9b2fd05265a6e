/** What was chosen on a web page opens the screen that asks where it goes. */
import { useEffect } from 'preact/hooks'
import type { App } from '../state/app.ts'

/** Goes to the question as soon as there is one, and leaves it when another page has answered. */
export function useShared(app: App): void {
  const { phase, typed } = app.view.value
  const isAsked = typed.shared !== ''
  useEffect(() => {
    if (phase !== 'ready' || app.layout === 'options') return
    if (isAsked) app.go({ screen: 'share' })
    else if (app.route.peek().screen === 'share') app.goInstead({ screen: 'list' })
  }, [phase, isAsked])
}
