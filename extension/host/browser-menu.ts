/** “Send to Sotto…” in the browser's menu, for selected text, a link or a picture. Nothing runs in the page. */
import { browser } from 'wxt/browser'
import { outsideWords } from '../app/strings/outside-words.ts'
import { openPanel } from './open-app.ts'
import { SHARED_KINDS, sharedTextOf } from './shared-text.ts'

/** Puts the entries there, in place of those of an earlier version. Chrome keeps them, Firefox forgets them at each start. */
export async function makeMenu(): Promise<void> {
  const words = outsideWords(browser.i18n.getUILanguage()).menu
  await browser.contextMenus.removeAll()
  for (const kind of SHARED_KINDS) {
    browser.contextMenus.create({
      id: kind,
      title: words[kind],
      contexts: [kind],
      // Of a link and a picture it is the address; only one that leads somewhere for others too.
      ...(kind === 'selection' ? {} : { targetUrlPatterns: ['http://*/*', 'https://*/*'] }),
    })
  }
}

/** For the top of a worker. `share` takes the text, and whether the app is being opened for it. */
export function listenToMenu(share: (text: string, isOpening: Promise<boolean>) => void): void {
  browser.contextMenus.onClicked.addListener((click, tab) => {
    const text = sharedTextOf(click)
    if (text === '') return
    // At once: afterwards the browser no longer takes it for the person's wish.
    const isOpening = openPanel(tab?.windowId).then(
      () => true,
      () => false,
    )
    share(text, isOpening)
  })
}
