/**
 * What an address of our own page carries: `?relay=ADDRESS`, as the development start opens it. Only the extension's own
 * pages and the person at the address bar can open one. It fills in a field, and does no more.
 */
import { browser } from 'wxt/browser'

const WIPE_COMMAND = 'wipe'

/** The keys that delete everything, and the browser's page on which they are chosen: no extension may choose them itself. */
const wipeKey = {
  read: async (): Promise<string> => (await browser.commands.getAll()).find(({ name }) => name === WIPE_COMMAND)?.shortcut ?? '',
  choose: (): void => {
    // Firefox has it, and Chrome's types do not.
    const commands = browser.commands as typeof browser.commands & { readonly openShortcutSettings?: () => Promise<void> }
    if (commands.openShortcutSettings === undefined) void browser.tabs.create({ url: 'chrome://extensions/shortcuts' })
    else void commands.openShortcutSettings()
  },
}

export function pageDefaults(): { readonly relay: string | null; readonly version: string; readonly wipeKey: typeof wipeKey } {
  return { relay: new URLSearchParams(location.search).get('relay'), version: browser.runtime.getManifest().version, wipeKey }
}
