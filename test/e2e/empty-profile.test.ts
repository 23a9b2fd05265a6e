/** A browser with a profile's header alone, as an interrupted creation once left it: it begins again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { BrowserProfile } from '../fixtures/browser-profile.ts'
import { askEngine } from '../fixtures/engine-link.ts'
import { startProfile } from '../fixtures/start-profile.ts'
import { waitUntil } from '../fixtures/wait-until.ts'

const PASSPHRASE = 'correct horse battery'
const PROFILE = { kind: 'createProfile', name: 'Mira', passphrase: PASSPHRASE, relays: [] } as const

/** Empties every table of a database. Runs in the page. */
const emptyDatabase = async (name: string): Promise<void> => {
  const done = (request: IDBRequest): Promise<void> =>
    new Promise((resolve, reject) => {
      request.addEventListener('success', () => resolve())
      request.addEventListener('error', () => reject(request.error ?? new Error('not done')))
    })
  const opening = indexedDB.open(name)
  await done(opening)
  const stores = [...opening.result.objectStoreNames]
  const transaction = opening.result.transaction(stores, 'readwrite')
  for (const store of stores) await done(transaction.objectStore(store).clear())
  await new Promise((resolve) => transaction.addEventListener('complete', resolve))
  opening.result.close()
}

describe.each(wantedBrowsers())('%s, with a header and no rows', (browser) => {
  let profile: BrowserProfile

  beforeAll(async () => {
    profile = await startProfile(browser, { name: 'emptied' })
  })
  afterAll(async () => {
    await profile?.remove()
  })

  it('says what happened, and takes a new profile', async () => {
    const before = await profile.open('popup')
    const phase = async (page: typeof before): Promise<string> => (await askEngine(page, { kind: 'look' })).view.phase
    await waitUntil('one can sign up', async () => (await phase(before)) === 'noProfile')
    expect((await askEngine(before, PROFILE)).reply).toMatchObject({ ok: true })
    // Locked, so that nothing is written any more.
    expect((await askEngine(before, { kind: 'lock' })).reply).toMatchObject({ ok: true })
    await before.evaluate(emptyDatabase, 'sotto-rows')
    await profile.stop()
    await profile.start()
    const page = await profile.open('popup')
    await waitUntil('it is locked', async () => (await phase(page)) === 'locked')
    expect((await askEngine(page, { kind: 'unlock', passphrase: PASSPHRASE })).reply).toMatchObject({ rejection: { code: 'profileEmpty' } })
    await page.waitForText('Nothing is left of it; you can begin anew.')
    expect((await askEngine(page, PROFILE)).reply).toMatchObject({ ok: true })
    expect(await phase(page)).toBe('ready')
  })
})
