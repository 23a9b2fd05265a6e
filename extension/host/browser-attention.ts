/** Badge and notifications by the browser's own API: in Chrome's service worker and in Firefox's background page. */
import { browser } from 'wxt/browser'
import { type OutsideWords, outsideWords } from '../app/strings/outside-words.ts'
import { countText } from '../client/unread.ts'
import type { Attention, Badge, MessageNotification } from './attention.ts'

/** Asked for when it is needed: Chrome's offscreen document, which loads this too, has no such API. */
const words = (): OutsideWords => outsideWords(browser.i18n.getUILanguage())
/** Stands out from the green icon, white on it at 6.5 to 1. */
const BADGE_COLOUR = '#b3261e'
const BADGE_TEXT_COLOUR = '#ffffff'

/** In Manifest V2 it has another name. */
const button = (): typeof browser.action => browser.action ?? (browser as unknown as { readonly browserAction: typeof browser.action }).browserAction
/** Undefined while the person has not allowed it: the permission is optional. */
const notifications = (): typeof browser.notifications | undefined => browser.notifications

/** Shows it. What the browser refuses is of no use to anybody: nothing is reported. */
export function performAttention(attention: Attention): void {
  void perform(attention).catch(() => {})
}

async function perform(attention: Attention): Promise<void> {
  switch (attention.kind) {
    case 'badge':
      return showBadge(attention.badge)
    case 'notify':
      return notify(attention.notification)
    case 'takeAway':
      return takeAway(attention.ids)
  }
}

const ICON_SIZES = [16, 32, 48] as const
const iconPaths = (folder: string): Record<string, string> => Object.fromEntries(ICON_SIZES.map((size) => [String(size), `/icon/${folder}${size}.png`]))

async function showBadge(badge: Badge): Promise<void> {
  const isLocked = badge.kind === 'locked'
  await button().setBadgeText({ text: badge.kind === 'count' ? countText(badge.count) : '' })
  await button().setBadgeBackgroundColor({ color: BADGE_COLOUR })
  await button().setBadgeTextColor({ color: BADGE_TEXT_COLOUR })
  await button().setTitle({ title: isLocked ? words().lockedButton : words().button })
  await button().setIcon({ path: iconPaths(isLocked ? 'locked-' : '') })
}

async function notify(notification: MessageNotification): Promise<void> {
  await notifications()?.create(notification.id, { type: 'basic', iconUrl: browser.runtime.getURL('/icon/128.png'), ...words().notification(notification) })
}

async function takeAway(ids: readonly string[] | null): Promise<void> {
  const shown = notifications()
  if (shown === undefined) return
  for (const id of ids ?? Object.keys(await shown.getAll())) await shown.clear(id)
}

/** Calls back for each notification that the person chooses, from the moment on that they are allowed. For the top of a worker. */
export function listenToNotifications(chosen: (id: string) => void): void {
  let isListening = false
  const listen = (): void => {
    if (isListening || notifications() === undefined) return
    isListening = true
    notifications()?.onClicked.addListener((id) => {
      void notifications()?.clear(id)
      chosen(id)
    })
  }
  listen()
  browser.permissions.onAdded.addListener(listen)
}
