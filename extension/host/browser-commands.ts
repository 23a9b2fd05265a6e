/** Keyboard commands beside the browser's own for the button, which opens the popup, and Firefox's for its sidebar. */
import { browser } from 'wxt/browser'
import { openPanel, openTab } from './open-app.ts'

/** For the top of a worker. */
export function listenToCommands({ lock }: { readonly lock: () => void }): void {
  browser.commands.onCommand.addListener((name, tab) => {
    if (name === 'lock') lock()
    // At once: afterwards the browser no longer takes it for the person's wish.
    if (name === 'open-panel') openPanel(tab?.windowId).catch(() => void openTab())
  })
}
