/**
 * Chrome: the engine's page, an offscreen document, has no more of the browser's API than messages. The service worker does
 * the rest, both ends of which are here. It keeps nothing: it may stop at any time, and is started by what happens.
 */
import { browser } from 'wxt/browser'
import type { Attention } from './attention.ts'
import { listenToNotifications, performAttention } from './browser-attention.ts'
import { ensureOffscreenEngine } from './offscreen-keeper.ts'
import { openTab } from './open-app.ts'
import type { Outside } from './outside.ts'
import { ownExtension, isOwnPage } from './own-extension.ts'

type ToWorker = { readonly kind: 'attend'; readonly attention: Attention }
type ToEnginePage = { readonly kind: 'notificationChosen'; readonly id: string }

/** Messages of these kinds come from this extension's own parts, of the same build, and are trusted as typed. */
const isOfKind = <M extends ToWorker | ToEnginePage>(message: unknown, kind: M['kind']): message is M =>
  typeof message === 'object' && message !== null && 'kind' in message && message.kind === kind

/** For the engine's page. */
export const outsideThroughWorker = (): Outside => ({
  // A worker that cannot be reached shows nothing; the next change tells it again.
  perform: (attention) => void browser.runtime.sendMessage({ kind: 'attend', attention } satisfies ToWorker).catch(() => {}),
  listen: ({ notificationChosen }) =>
    browser.runtime.onMessage.addListener((message: unknown, sender, answer: (isShown: boolean) => void) => {
      if (isOwnPage(sender, ownExtension()) && isOfKind<ToEnginePage>(message, 'notificationChosen')) answer(notificationChosen(message.id))
    }),
})

/** For the top of the worker. */
export function serveOutside(): void {
  browser.runtime.onMessage.addListener((message: unknown, sender) => {
    if (isOwnPage(sender, ownExtension()) && isOfKind<ToWorker>(message, 'attend')) performAttention(message.attention)
  })
  listenToNotifications((id) => {
    void showNotified(id)
  })
}

async function showNotified(id: string): Promise<void> {
  await ensureOffscreenEngine()
  const isShown: unknown = await browser.runtime.sendMessage({ kind: 'notificationChosen', id } satisfies ToEnginePage)
  if (isShown !== true) await openTab()
}
