/** Everything is deleted by a keyboard command, while the profile is locked and no page of the app is open. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type Member, openMember } from './support/group-of-browsers.ts'
import { countFound } from './support/profile-search.ts'

const NOBODY = '/ip4/127.0.0.1/tcp/1/ws/p2p/12D3KooWByRS9omqFhBPLkyVsmFSqmPTAxaCWZAYk4r7bvmDu9Kr'

describe.each(wantedBrowsers())('a profile in %s', (browser) => {
  const folder = makeTemporaryFolder('panic')
  let mira: Member

  beforeAll(async () => {
    mira = await openMember(browser, 'Mira', { folder: folder.path })
    await waitUntil('Mira can sign up', async () => (await mira.view()).phase === 'noProfile')
    await mira.ask({ kind: 'createProfile', name: 'Mira', passphrase: 'correct horse battery', relays: [NOBODY] })
    await mira.ask({ kind: 'createGroup', title: 'Desk' })
    await mira.page().evaluate(() => localStorage.setItem('sotto.theme', 'dark'), null)
  })
  afterAll(async () => {
    await mira?.profile.remove()
    folder.remove()
  })

  it('stays where the command is given once', async () => {
    await mira.ask({ kind: 'lock' })
    await mira.profile.giveCommand('wipe')
    expect((await mira.view()).phase).toBe('locked')
    // Until a press is a first one again.
    await new Promise((resolve) => setTimeout(resolve, 6_000))
    await mira.profile.giveCommand('wipe')
    expect((await mira.view()).phase).toBe('locked')
    expect(await mira.page().evaluate(listStored, null)).toContain('sotto-rows')
    await new Promise((resolve) => setTimeout(resolve, 6_000))
  })

  it('is gone where it is given twice, in every kind of storage, and the first screen says so', async () => {
    const secrets = [Buffer.from(await mira.page().evaluate(readSecretsFile, null), 'base64')]
    await waitUntil('the secrets are on the disk', () => countFound(folder.path, secrets) === 1)
    await mira.page().close()
    await mira.profile.giveCommand('wipe')
    await mira.profile.giveCommand('wipe')
    await waitUntil('the secrets are overwritten', () => countFound(folder.path, secrets) === 0)
    const page = await mira.profile.open('popup')
    await page.waitForText('Everything that Sotto kept in this browser is deleted. We looked again afterwards: nothing is left.')
    // A database that makes the browser write its tables comes and goes for a while.
    await waitUntil('nothing is listed', async () => (await page.evaluate(listStored, null)).length === 0)
    await page.waitFor({ role: 'textbox', name: 'Your name' })
  })
})

/** Runs in a page: the names of all that is stored for the extension. */
async function listStored(): Promise<readonly string[]> {
  const names = (await indexedDB.databases()).map(({ name }) => name ?? '')
  for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name)
  return [...names, ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...(await caches.keys())]
}

/** Runs in a page: the beginning of the file of the profile's secrets, in base64. */
async function readSecretsFile(): Promise<string> {
  const folder = await navigator.storage.getDirectory()
  const file = await (await folder.getFileHandle('sotto-secrets')).getFile()
  return btoa(String.fromCharCode(...new Uint8Array(await file.slice(0, 64).arrayBuffer())))
}
