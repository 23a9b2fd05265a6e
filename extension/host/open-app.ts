/** Opens the app where the browser allows it: beside the page that the person reads, or else in a tab. */
import { browser } from 'wxt/browser'

const PANEL_PAGE = '/sidepanel.html'

interface Sidebar {
  readonly open: () => Promise<void>
}

/** Firefox's, which has no window to name; undefined in Chrome. */
const sidebar = (): Sidebar | undefined => (browser as unknown as { readonly sidebarAction?: Sidebar }).sidebarAction

/**
 * Opens the side panel. Browsers allow that only while they handle what a person did, so this is called first of all there.
 * Rejects where it is not allowed.
 */
export const openPanel = (windowId: number | undefined): Promise<void> => {
  const beside = sidebar()
  if (beside !== undefined) return beside.open()
  return windowId === undefined ? Promise.reject(new Error('no window')) : browser.sidePanel.open({ windowId })
}

/** Opens the app in a tab, and brings its window forward. */
export async function openTab(): Promise<void> {
  const tab = await browser.tabs.create({ url: browser.runtime.getURL(PANEL_PAGE) })
  if (tab.windowId !== undefined) await browser.windows.update(tab.windowId, { focused: true })
}
