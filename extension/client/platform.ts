/** What a page asks of the browser itself, beside the engine. */
import { browser } from 'wxt/browser'
import { type HandedFile, handOver, type HandingTrouble } from './file-channel.ts'

export type { HandingTrouble }

export interface StorageFacts {
  readonly usedBytes: number
  readonly isKept: boolean
}

export interface Platform {
  /** Whether the browser lets the extension show notifications. */
  readonly mayNotify: () => Promise<boolean>
  /**
   * Asks the person, through the browser, for the optional permission. Called at once while a click is handled: browsers
   * refuse it otherwise. Whether it is there now.
   */
  readonly askToNotify: () => Promise<boolean>
  /** What is stored here, and whether the browser keeps it when space runs short. */
  readonly storage: () => Promise<StorageFacts>
  /** Asks the browser to keep it. Whether it does. */
  readonly askToKeep: () => Promise<boolean>
  /** Gives the engine a file that `attachFile` named. Resolves once it is attached (null), or with why it cannot be. */
  readonly handOver: (handed: Omit<HandedFile, 'kind'>) => Promise<HandingTrouble | null>
  /** A popup goes away where the browser's dialog for choosing files opens. */
  readonly choosingClosesPopup: boolean
  /** Opens the app in a tab, at a place of it (`hashOf`). */
  readonly openInTab: (hash: string) => void
  /** Brings this page's tab or window to the person. */
  readonly comeForward: () => Promise<void>
}

const NOTIFICATIONS = { permissions: ['notifications'] } satisfies { permissions: ['notifications'] }

export const browserPlatform: Platform = {
  mayNotify: () => browser.permissions.contains(NOTIFICATIONS),
  askToNotify: () => browser.permissions.request(NOTIFICATIONS).catch(() => false),
  storage: async () => {
    const [estimate, isPersisted, isUnlimited] = await Promise.all([
      navigator.storage.estimate(),
      navigator.storage.persisted(),
      browser.permissions.contains({ permissions: ['unlimitedStorage'] }),
    ])
    // With that permission Chrome deletes nothing when space runs short, though it goes on to say that it might. Firefox asks nobody then.
    return { usedBytes: estimate.usage ?? 0, isKept: isPersisted || (import.meta.env.CHROME && isUnlimited) }
  },
  askToKeep: () => navigator.storage.persist(),
  handOver,
  choosingClosesPopup: import.meta.env.FIREFOX,
  openInTab: (hash) => void browser.tabs.create({ url: browser.runtime.getURL('/sidepanel.html') + hash }),
  comeForward: async () => {
    const tab = await browser.tabs.getCurrent()
    if (tab?.id !== undefined) await browser.tabs.update(tab.id, { active: true })
    const { id } = await browser.windows.getCurrent()
    if (id !== undefined) await browser.windows.update(id, { focused: true })
  },
}
