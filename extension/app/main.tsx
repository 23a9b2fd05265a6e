import { render } from 'preact'
import type { EngineClient } from '../client/engine-client.ts'
import type { Platform } from '../client/platform.ts'
import { Root } from './screens/root.tsx'
import { AppContext, createApp } from './state/app.ts'
import { keepPage } from './state/keep-page.ts'
import type { AppDefaults, AppLayout } from './state/page.ts'
import { keepPopupPlace } from './state/popup-place.ts'
import { tellActivity } from './state/tell-activity.ts'
import { tellShowing } from './state/tell-showing.ts'
import { startTheme } from './state/theme.ts'
import { language } from './strings/index.ts'
import './styles/theme.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/screens.css'
import './styles/conversation.css'
import './styles/files.css'
import './styles/contrast.css'

/**
 * Shows the app in a page for as long as the page lives.
 * @param root empty element that the app fills
 * @param client the engine, which may still be connecting
 * @param layout what kind of page this is
 * @param platform the browser that the page is in
 * @param defaults what the page itself knows
 */
export function mountApp(root: HTMLElement, client: EngineClient, layout: AppLayout, platform: Platform, defaults: AppDefaults = { relay: null }): void {
  startTheme()
  document.documentElement.lang = language
  document.documentElement.dataset['layout'] = layout
  const app = createApp(client, layout, platform, defaults)
  tellActivity(client, window)
  keepPopupPlace(app, () => location.hash)
  tellShowing(app, document)
  keepPage(document)
  render(
    <AppContext.Provider value={app}>
      <Root />
    </AppContext.Provider>,
    root,
  )
}
