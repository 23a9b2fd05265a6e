import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { BrowserProfile } from '../fixtures/browser-profile.ts'
import { CHROMIUM_EXTENSION, type ChromiumProfile, startChromium } from '../fixtures/chromium.ts'
import { connectCdp, debuggingPort, listTargets } from '../fixtures/cdp.ts'
import { askEngine } from '../fixtures/engine-link.ts'
import { startUnattachedChromium } from '../fixtures/unattached-chromium.ts'
import { startProfile } from '../fixtures/start-profile.ts'
import { LONG_PATIENCE_MS, waitUntil } from '../fixtures/wait-until.ts'

const started: BrowserProfile[] = []
afterAll(() => Promise.all(started.map((profile) => profile.remove())))

describe.each(wantedBrowsers())('in %s', (browser) => {
  test('the extension loads, its pages show the app, and the engine answers them', async () => {
    const profile = await startProfile(browser, { name: 'skeleton' })
    started.push(profile)
    const popup = await profile.open('popup')
    await popup.waitForText(/\S/)

    const { view, reply, engine } = await askEngine(popup, { kind: 'unlock', passphrase: 'nobody chose one' })
    expect(view.groups).toEqual([])
    expect(reply).toMatchObject({ ok: false, rejection: { code: 'noProfile' } })
    const wrong = await askEngine(popup, { kind: 'unlock' })
    expect(wrong.reply).toEqual({ ok: false, rejection: { code: 'badRequest', numbers: {} } })

    const options = await profile.open('options')
    await options.waitForText(/\S/)
    const panel = await profile.open('sidepanel')
    await panel.waitForText(/\S/)
    // Every page connects to the same engine.
    expect((await askEngine(panel, { kind: 'lock' })).engine).toEqual(engine)
  })

  test('stored data is there after the browser was killed, and the engine is a new one', async () => {
    const profile = await startProfile(browser, { name: 'killed' })
    started.push(profile)
    const before = await profile.open('popup')
    const first = await askEngine(before, { kind: 'lock' })
    await before.evaluate(keepInDatabase, 'kept')

    await profile.kill()
    await profile.start()

    const after = await profile.open('popup')
    expect(await after.evaluate(readFromDatabase, 'value')).toBe('kept')
    expect((await askEngine(after, { kind: 'lock' })).engine.id).not.toBe(first.engine.id)
  })
})

describe.runIf(wantedBrowsers().includes('chromium'))('in chromium', () => {
  let profile: ChromiumProfile

  test('the worker, which starts often, contains no code of the engine', () => {
    // What it says in menus and notifications, in both languages, is a part of it. The engine alone is two hundred times as much.
    expect(statSync(join(CHROMIUM_EXTENSION, 'background.js')).size).toBeLessThan(9_000)
  })

  test('an engine page that was closed comes back when a page asks, and open pages find it again', async () => {
    profile = await startChromium({ name: 'closed' })
    started.push(profile)
    const popup = await profile.open('popup')
    await popup.waitForText(/\S/)
    const first = await askEngine(popup, { kind: 'lock' })

    await profile.closeEnginePage()
    // The open popup notices and has the engine started again: no other page is here to do it.
    await waitUntil('the engine page to come back', profile.hasEnginePage)
    const second = await askEngine(popup, { kind: 'lock' })
    expect(second.engine.id).not.toBe(first.engine.id)
  })

  test('pages that ask at the same time get one engine', async () => {
    const pages = [await profile.open('popup'), await profile.open('sidepanel'), await profile.open('options')]
    await profile.closeEnginePage()
    const answers = await Promise.all(pages.map((page) => askEngine(page, { kind: 'lock' })))
    expect(new Set(answers.map(({ engine }) => engine.id)).size).toBe(1)
  })

  test('with no page open and no debugger, the alarm brings a closed engine back', async () => {
    const unattached = await startUnattachedChromium({ name: 'alarm' })
    onTestFinished(() => unattached.remove())
    const { browser } = await debuggingPort(unattached.folder)
    const cdp = await connectCdp(browser)
    onTestFinished(() => cdp.close())
    const enginePage = async () => (await listTargets(cdp)).find(({ type }) => type === 'background_page')

    const first = await waitUntil('the engine page', enginePage)
    await cdp.send('Target.closeTarget', { targetId: first.targetId })
    const second = await waitUntil(
      'the engine page to come back',
      async () => {
        const page = await enginePage()
        return page?.targetId === first.targetId ? null : page
      },
      LONG_PATIENCE_MS,
    )
    expect(second.url).toMatch(/\/engine\.html$/)
  })
})

/** Runs in a page. */
function keepInDatabase(value: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('skeleton story', 1)
    opening.addEventListener('error', () => reject(opening.error ?? new Error('not opened')))
    opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore('kept'))
    opening.addEventListener('success', () => {
      const transaction = opening.result.transaction('kept', 'readwrite', { durability: 'strict' })
      transaction.objectStore('kept').put(value, 'value')
      transaction.addEventListener('complete', () => resolve())
      transaction.addEventListener('error', () => reject(transaction.error ?? new Error('not written')))
    })
  })
}

/** Runs in a page. */
function readFromDatabase(key: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('skeleton story', 1)
    opening.addEventListener('error', () => reject(opening.error ?? new Error('not opened')))
    opening.addEventListener('success', () => {
      const reading = opening.result.transaction('kept').objectStore('kept').get(key)
      reading.addEventListener('success', () => resolve(reading.result))
      reading.addEventListener('error', () => reject(reading.error ?? new Error('not read')))
    })
  })
}
