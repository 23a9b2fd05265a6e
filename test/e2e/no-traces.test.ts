/**
 * What the browser itself writes to disk of the app's pages: nothing that was typed or shown there, in a whole profile
 * folder, while it runs, after a lock, a kill and a wipe. Each search has a control: an ordinary field in the same page,
 * which the browser's session files do contain.
 */
import type { EngineRequest, EngineValue } from '@sotto/engine/api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { AppPage, BrowserProfile } from '../fixtures/browser-profile.ts'
import { askEngine } from '../fixtures/engine-link.ts'
import { startProfile } from '../fixtures/start-profile.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { LONG_PATIENCE_MS, waitUntil } from '../fixtures/wait-until.ts'
import { countFound, filesWithAny, filesWithText } from './support/profile-search.ts'

const PASSPHRASE = 'qzpassphrase marker wjx'
const NAME = 'Qznamemarkerwjx'
const TITLE = 'Qztitlemarkerwjx'
const PASTED = 'sotto:qzpastedmarkerwjx'
const COMPOSER_DRAFT = 'qzdraftmarkerwjx is not sent yet'
const SAID = 'qzsaidmarkerwjx was sent'
const SOUGHT = 'qzsoughtmarkerwjx'
/** A relay that is not there. None is needed. */
const NOBODY = '/ip4/127.0.0.1/tcp/1/ws/p2p/12D3KooWByRS9omqFhBPLkyVsmFSqmPTAxaCWZAYk4r7bvmDu9Kr'
const SESSION_MS = 30_000
/** Otherwise Firefox writes its session every 15 s, and every hour once nobody has touched it for three minutes. */
const SESSIONS_AT_ONCE = { 'browser.sessionstore.interval': 500, 'browser.sessionstore.interval.idle': 500 }
/** This many rows to look for, and more. */
const MESSAGES = 150

describe.each(wantedBrowsers())('the profile folder of %s', (browser) => {
  let folder = makeTemporaryFolder('traces')
  const secrets: string[] = [PASSPHRASE, NAME, TITLE, PASTED, COMPOSER_DRAFT, SAID, SOUGHT]
  let profile: BrowserProfile
  let page: AppPage
  let controls = 0

  beforeAll(async () => {
    profile = await startProfile(browser, { name: 'traces', folder: folder.path, preferences: SESSIONS_AT_ONCE })
    page = await profile.open('sidepanel', { relay: NOBODY })
  })
  afterAll(async () => {
    await profile?.remove()
    folder.remove()
  })

  const expectNoTrace = (): void => {
    for (const secret of secrets) expect(filesWithText(folder.path, secret), secret).toEqual([])
  }
  /** The browser has written down what it keeps of this page, and our texts are not in it. */
  const expectNoTraceOfPage = async (): Promise<void> => {
    const control = `qzcontrol${++controls}wjx`
    await page.evaluate((label) => {
      const field = document.createElement('textarea')
      field.setAttribute('aria-label', label)
      field.style.cssText = 'position: fixed; inset: 0 auto auto 0; width: 120px; z-index: 9'
      document.body.append(field)
    }, control)
    await page.fill({ role: 'textbox', name: control }, control)
    await waitUntil('the browser to keep its session', () => filesWithText(folder.path, control).length > 0, SESSION_MS)
    expectNoTrace()
    await page.evaluate((label) => document.querySelector(`[aria-label="${label}"]`)?.remove(), control)
  }

  /** Opens a page, and unlocks the vault in it with a visible passphrase. */
  const unlock = async (): Promise<void> => {
    page = await profile.open('sidepanel')
    await page.waitFor({ role: 'button', name: 'Unlock' })
    await page.evaluate(showPassphrase, null)
    await page.fill({ role: 'textbox', name: 'Passphrase' }, PASSPHRASE)
    await page.click({ role: 'button', name: 'Unlock' })
  }

  it('holds no name and no passphrase of the first screen, though it is shown', async () => {
    await page.fill({ role: 'textbox', name: 'Your name' }, NAME)
    await page.evaluate(showPassphrase, null)
    await page.fill({ role: 'textbox', name: 'Passphrase' }, PASSPHRASE)
    await page.fill({ role: 'textbox', name: 'Passphrase again' }, PASSPHRASE)
    await expectNoTraceOfPage()
  })

  it('holds no title, no invite, no search and no composer draft', async () => {
    await page.click({ role: 'button', name: 'Get started' })
    await page.waitFor({ role: 'heading', name: 'Conversations' }, SESSION_MS)
    await page.evaluate(() => void (location.hash = '#/newGroup'), null)
    await page.fill({ role: 'textbox', name: 'Group name' }, TITLE)
    await expectNoTraceOfPage()
    await page.click({ role: 'button', name: 'Create group' })
    await page.waitFor({ role: 'textbox', name: 'Message' })
    await page.fill({ role: 'textbox', name: 'Message' }, SAID)
    await page.click({ role: 'button', name: 'Send' })
    await page.waitForText(SAID, { inside: { role: 'log', name: 'Messages' } })
    await page.click({ role: 'button', name: 'Members' })
    await page.click({ role: 'button', name: 'Invite people' })
    const invite = await waitUntil('the invite', () => page.value({ role: 'textbox', name: 'Invite text' }))
    secrets.push(invite)
    await expectNoTraceOfPage()
    await page.click({ role: 'button', name: 'Paste an invite' })
    await page.fill({ role: 'textbox', name: 'Invite' }, PASTED)
    await expectNoTraceOfPage()
    await page.fill({ role: 'searchbox', name: 'Search messages and conversations' }, TITLE)
    await page.click({ role: 'link', nameIncludes: TITLE })
    await page.fill({ role: 'textbox', name: 'Message' }, COMPOSER_DRAFT)
    await page.fill({ role: 'searchbox', name: 'Search messages and conversations' }, SOUGHT)
    await expectNoTraceOfPage()
  })

  it('holds nothing after a lock, nor after the browser was killed', async () => {
    await askEngine(page, { kind: 'lock' })
    await page.waitFor({ role: 'button', name: 'Unlock' })
    await expectNoTraceOfPage()
    await profile.kill()
    expectNoTrace()
    await profile.start()
    await unlock()
    await page.click({ role: 'link', nameIncludes: TITLE })
    await waitUntil('the draft is there', async () => (await page.value({ role: 'textbox', name: 'Message' })) === COMPOSER_DRAFT, SESSION_MS)
    // Driven like this, Chromium writes no session in a folder's later lives: there is no control in them.
    await profile.stop()
    expectNoTrace()
  })

  it('holds nothing after a wipe, and none of the sealed rows either', async () => {
    await profile.remove()
    folder.remove()
    folder = makeTemporaryFolder('wiped')
    profile = await startProfile(browser, { name: 'wiped', folder: folder.path, preferences: SESSIONS_AT_ONCE })
    page = await profile.open('sidepanel', { relay: NOBODY })
    await page.waitFor({ role: 'textbox', name: 'Your name' })
    const ask = async (request: EngineRequest): Promise<EngineValue> => {
      const { reply } = await askEngine(page, request)
      if (!reply.ok) throw new Error(`${request.kind} was refused: ${reply.rejection.code}`)
      return reply.value
    }
    await ask({ kind: 'createProfile', name: NAME, passphrase: null, relays: [NOBODY] })
    const { group = '' } = await ask({ kind: 'createGroup', title: TITLE })
    for (let i = 0; i < MESSAGES; i++) await ask({ kind: 'send', group, text: `${SAID}, ${i}` })
    await page.click({ role: 'link', nameIncludes: TITLE })
    await page.fill({ role: 'textbox', name: 'Message' }, COMPOSER_DRAFT)
    await expectNoTraceOfPage()
    const sealed = (await page.evaluate(readSealed, null)).map((text) => Buffer.from(text, 'base64'))
    expect(sealed.length).toBeGreaterThan(MESSAGES)
    // The control: most of it is on the disk, the rest is split between two blocks.
    await waitUntil('the rows are on the disk', () => countFound(folder.path, sealed) > sealed.length / 2)
    const secretsOnDisk = [Buffer.from(await page.evaluate(readSecretsFile, null), 'base64')]
    expect(countFound(folder.path, secretsOnDisk)).toBe(1)
    await ask({ kind: 'wipe' })
    expect(countFound(folder.path, secretsOnDisk)).toBe(0)
    await page.waitFor({ role: 'textbox', name: 'Your name' })
    // The browser deletes unused files within moments, or when it has time.
    const areGone = (): boolean => {
      const holding = filesWithAny(folder.path, sealed)
      if (holding.length > 0) throw new Error(`they are in ${holding.join(', ')}`)
      return true
    }
    await waitUntil('the sealed rows are gone', areGone, LONG_PATIENCE_MS)
    await expectNoTraceOfPage()
    await profile.kill()
    expectNoTrace()
    expect(countFound(folder.path, sealed)).toBe(0)
  })
})

/** Runs in a page. Hidden passphrase fields have no role. */
function showPassphrase(): void {
  document.querySelector<HTMLButtonElement>('button[aria-label="Show passphrase"]')?.click()
}

/** Runs in a page: the beginning of the file of the profile's secrets, in base64. */
async function readSecretsFile(): Promise<string> {
  const folder = await navigator.storage.getDirectory()
  const file = await (await folder.getFileHandle('sotto-secrets')).getFile()
  return btoa(String.fromCharCode(...new Uint8Array(await file.slice(0, 64).arrayBuffer())))
}

/** Runs in a page: a part of every sealed value of the extension's databases, in base64. */
async function readSealed(): Promise<readonly string[]> {
  const settled = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.addEventListener('success', () => resolve(request.result))
      request.addEventListener('error', () => reject(request.error ?? new Error('not read')))
    })
  const parts: string[] = []
  for (const { name } of await indexedDB.databases()) {
    const database = await settled(indexedDB.open(name ?? ''))
    for (const store of database.objectStoreNames) {
      for (const value of await settled(database.transaction(store).objectStore(store).getAll())) {
        if (value instanceof Uint8Array && value.length >= 32) parts.push(btoa(String.fromCharCode(...value.subarray(0, 32))))
      }
    }
    database.close()
  }
  return parts
}
