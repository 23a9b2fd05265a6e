/** What tells a person of messages while no page shows them: the badge, the title, notifications. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserName, wantedBrowsers } from '../../scripts/browsers.ts'
import type { AppPage, ProfileOptions } from '../fixtures/browser-profile.ts'
import { CHROMIUM_EXTENSION, type ChromiumProfile } from '../fixtures/chromium.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

const PASSPHRASE = 'correct horse battery'
const FIELD = { role: 'textbox', name: 'Message' } as const
/** Longer than the wait before a notification, and than that between two. */
const ENOUGH_MS = 4_500

interface Shown {
  readonly badge: string
  readonly title: string
  readonly notifications: readonly string[]
}

/** The button and the notifications, asked of the browser from a page of the extension. */
const shown = (page: AppPage): Promise<Shown> =>
  page.evaluate(async () => {
    interface Button {
      readonly getBadgeText: (details: object) => Promise<string>
      readonly getTitle: (details: object) => Promise<string>
    }
    interface Api {
      readonly action?: Button
      readonly browserAction?: Button
      readonly notifications?: { readonly getAll: () => Promise<object> }
    }
    const world = globalThis as unknown as { readonly browser?: Api; readonly chrome: Api }
    const api = world.browser ?? world.chrome
    const button = api.action ?? api.browserAction
    return {
      badge: (await button?.getBadgeText({})) ?? '',
      title: (await button?.getTitle({})) ?? '',
      notifications: Object.keys((await api.notifications?.getAll()) ?? {}),
    }
  }, null)

/**
 * A browser that asks nobody whether notifications are allowed: no test can press the browser's own buttons. Firefox has a
 * preference for that; for Chromium the permission is one that the extension always has.
 */
function withoutQuestions(browser: BrowserName): { readonly options: Pick<ProfileOptions, 'extension' | 'preferences'>; readonly remove: () => void } {
  if (browser === 'firefox')
    return {
      options: {
        preferences: {
          'extensions.webextOptionalPermissionPrompts': false,
          // Firefox shows them itself: there may be no service for it on this machine.
          'alerts.useSystemBackend': false,
        },
      },
      remove: () => {},
    }
  const folder = makeTemporaryFolder('notifying-extension')
  const extension = join(folder.path, 'extension')
  cpSync(CHROMIUM_EXTENSION, extension, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(extension, 'manifest.json'), 'utf8')) as { permissions: string[]; optional_permissions: string[] }
  expect(manifest.permissions).not.toContain('notifications')
  expect(manifest.optional_permissions).toEqual(['notifications'])
  writeFileSync(
    join(extension, 'manifest.json'),
    JSON.stringify({ ...manifest, permissions: [...manifest.permissions, 'notifications'], optional_permissions: [] }),
  )
  return { options: { extension }, remove: folder.remove }
}

describe.each(wantedBrowsers())('Bob with %s', (browserOfBob) => {
  const { options, remove } = withoutQuestions(browserOfBob)
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let group: string
  const write = (text: string) => alice.ask({ kind: 'send', group, text })
  const notifications = async () => (await shown(bob.page())).notifications
  const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, bob] = await Promise.all([startMember('chromium', 'Alice'), startMember(browserOfBob, 'Bob', PASSPHRASE, options)])
    group = await meet(relay, alice, [bob])
  })
  afterAll(async () => {
    for (const each of [alice, bob]) await each?.profile.remove()
    await relay?.remove()
    remove()
  })

  it('the button and the title count what is unread', async () => {
    await write('one')
    await write('two')
    await waitUntil('the badge', async () => (await shown(bob.page())).badge === '2')
    expect(await bob.page().evaluate(() => document.title, null)).toBe('(2) Sotto')
    expect(await notifications()).toEqual([])
    await bob.page().click({ role: 'link', nameIncludes: 'Desk' })
    await waitUntil('it is read', async () => (await shown(bob.page())).badge === '')
    expect(await bob.page().evaluate(() => document.title, null)).toBe('Sotto')
  })

  it('notifications come once they are chosen, one for a conversation', async () => {
    await bob.page().click({ role: 'button', name: 'Back' })
    await bob.page().click({ role: 'button', name: 'Settings' })
    await bob
      .page()
      .click({ role: 'radio', name: 'With content The system shows who wrote what, also on a locked screen if it is set up so, and may keep it.' })
    await waitUntil('it is kept', async () => (await bob.view()).profile?.notifications.show === 'content')
    await write('three')
    await waitUntil('a notification', async () => (await notifications()).length === 1)
    await write('four')
    await pass(ENOUGH_MS)
    expect(await notifications()).toHaveLength(1)
    expect((await shown(bob.page())).badge).toBe('2')
  })

  it.runIf(browserOfBob === 'chromium')('one that is chosen leads to its conversation, in a page of its own where none is open', async () => {
    const profile = bob.profile as ChromiumProfile
    const choose = async () => {
      const [id = ''] = await notifications()
      await profile.evaluateInWorker(`chrome.notifications.onClicked.dispatch(${JSON.stringify(id)})`)
    }
    await choose()
    await waitUntil('a page that shows it', async () =>
      Boolean(
        await profile.evaluateInWorker(
          `chrome.runtime.getContexts({ contextTypes: ['TAB'] }).then((all) => all.some(({ documentUrl }) => documentUrl.includes('sidepanel.html#/conversation/')))`,
        ),
      ),
    )
    await waitUntil('it is read there', async () => (await shown(bob.page())).badge === '')
    expect(await notifications()).toEqual([])
    await profile.evaluateInWorker(
      `chrome.runtime.getContexts({ contextTypes: ['TAB'] }).then((all) => chrome.tabs.remove(all.filter(({ documentUrl }) => documentUrl.includes('sidepanel.html')).map(({ tabId }) => tabId)))`,
    )
  })

  it('none comes for what is before the person’s eyes, and what is read elsewhere takes its own away', async () => {
    await bob.page().click({ role: 'button', name: 'Back' })
    await write('five')
    await waitUntil('a notification', async () => (await notifications()).length === 1)
    await bob.page().click({ role: 'link', nameIncludes: 'Desk' })
    await bob.page().waitFor(FIELD)
    await waitUntil('it is gone', async () => (await notifications()).length === 0)
    await write('six')
    await bob.page().waitForText('six', { inside: { role: 'log', name: 'Messages' } })
    await pass(ENOUGH_MS)
    expect(await shown(bob.page())).toEqual({ badge: '', title: 'Sotto', notifications: [] })
  })

  it('a locked profile says so at the button, and shows nothing', async () => {
    await bob.page().click({ role: 'button', name: 'Back' })
    await write('seven')
    await waitUntil('a notification', async () => (await notifications()).length === 1)
    await bob.ask({ kind: 'lock' })
    await waitUntil('it is gone', async () => (await notifications()).length === 0)
    expect(await shown(bob.page())).toMatchObject({ badge: '', title: 'Sotto is locked: nothing is received' })
    await bob.ask({ kind: 'unlock', passphrase: PASSPHRASE })
    await waitUntil('it counts again', async () => (await shown(bob.page())).badge === '1')
    expect((await bob.view()).profile?.notifications).toEqual({ show: 'content', mentionsThroughMute: true })
  })
})
