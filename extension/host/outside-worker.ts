/**
 * Chrome: the engine's page, an offscreen document, has no more of the browser's API than messages. The service worker does
 * the rest; both ends are here. It keeps nothing: it may stop at any time, and is started by what happens.
 */
import { browser } from 'wxt/browser'
import type { Attention } from './attention.ts'
import { listenToNotifications, performAttention } from './browser-attention.ts'
import { listenToCommands } from './browser-commands.ts'
import { listenToMenu, makeMenu } from './browser-menu.ts'
import { ensureOffscreenEngine } from './offscreen-keeper.ts'
import { openTab } from './open-app.ts'
import type { Outside } from './outside.ts'
import { ownExtension, isOwnPage } from './own-extension.ts'

type ToWorker = { readonly kind: 'attend'; readonly attention: Attention }
type ToEnginePage =
  { readonly kind: 'notificationChosen'; readonly id: string } | { readonly kind: 'share'; readonly text: string } | { readonly kind: 'lockNow' }

const isOfKind = (message: unknown, kind: string): boolean => typeof message === 'object' && message !== null && 'kind' in message && message.kind === kind
/** Messages of these kinds come from this extension's own parts, of the same build, and are trusted as typed. */
const isToWorker = (message: unknown): message is ToWorker => isOfKind(message, 'attend')
const isToEnginePage = <K extends ToEnginePage['kind']>(message: unknown, kind: K): message is Extract<ToEnginePage, { readonly kind: K }> =>
  isOfKind(message, kind)

/** For the engine's page. */
export const outsideThroughWorker = (): Outside => ({
  // A worker that cannot be reached shows nothing; the next change tells it again.
  perform: (attention) => void browser.runtime.sendMessage({ kind: 'attend', attention } satisfies ToWorker).catch(() => {}),
  listen: ({ notificationChosen, lock, share }) =>
    browser.runtime.onMessage.addListener((message: unknown, sender, answer: (isShown: boolean) => void) => {
      if (!isOwnPage(sender, ownExtension())) return
      if (isToEnginePage(message, 'notificationChosen')) answer(notificationChosen(message.id))
      if (isToEnginePage(message, 'share')) answer(share(message.text))
      if (isToEnginePage(message, 'lockNow')) lock()
    }),
})

/** For the top of the worker. */
export function serveOutside(): void {
  browser.runtime.onMessage.addListener((message: unknown, sender) => {
    if (isOwnPage(sender, ownExtension()) && isToWorker(message)) performAttention(message.attention)
  })
  listenToNotifications((id) => void tell({ kind: 'notificationChosen', id }, Promise.resolve(false)))
  listenToMenu((text, isOpening) => void tell({ kind: 'share', text }, isOpening))
  // An engine that is not there has nothing open.
  listenToCommands({ lock: () => void browser.runtime.sendMessage({ kind: 'lockNow' } satisfies ToEnginePage).catch(() => {}) })
  browser.runtime.onInstalled.addListener(() => void makeMenu())
}

/** Tells the engine's page, and opens the app where no page of it is open or is being opened. */
async function tell(message: ToEnginePage, isOpening: Promise<boolean>): Promise<void> {
  await ensureOffscreenEngine()
  const isShown: unknown = await browser.runtime.sendMessage(message)
  if (!(await isOpening) && isShown !== true) await openTab()
}
