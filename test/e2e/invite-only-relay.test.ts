/**
 * A relay that is not open to everybody: who comes without an invite of its operator's is told so, and loses nothing; with one, in the
 * relay's address, a group is made there; and members come in by the group's invite alone.
 */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { AppPage, BrowserProfile, Control } from '../fixtures/browser-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { startProfile } from '../fixtures/start-profile.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type Member, startMember } from './support/group-of-browsers.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'relay-node', 'src', 'main.ts')
const button = (name: string): Control => ({ role: 'button', name })
const ADDRESS: Control = { role: 'textbox', name: 'Relay address' }

describe.each(wantedBrowsers())('a relay that is not open to everybody, with %s', (browser) => {
  let relay: RelayProcess
  let profile: BrowserProfile
  let page: AppPage
  let bob: Member

  /** As its operator makes it. */
  const inviteToRelay = (): string => {
    const [, host = '', port = ''] = /\/ip4\/([^/]+)\/tcp\/(\d+)/.exec(relay.addresses()[0] ?? '') ?? []
    const words = ['--disable-warning=ExperimentalWarning', MAIN, 'admit', '--data', relay.folder, '--host', host, '--port', port, '--json']
    return (JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' })) as { readonly addresses: readonly string[] }).addresses[0] ?? ''
  }

  beforeAll(async () => {
    relay = await startRelay({ extraArguments: ['--invite-only'] })
    ;[profile, bob] = await Promise.all([startProfile(browser, { name: 'founder' }), startMember('chromium', 'Bob')])
    page = await profile.open('popup')
  })
  afterAll(async () => {
    await profile?.remove()
    await bob?.profile.remove()
    await relay?.remove()
  })

  it('says before it is kept that one has to ask who runs it', async () => {
    await page.fill({ role: 'textbox', name: 'Your name' }, 'Alice')
    await page.click({ role: 'checkbox', name: 'Use no passphrase' })
    await page.click(button('Relay'))
    await page.fill(ADDRESS, relay.addresses()[0] ?? '')
    await page.click(button('Try it'))
    await page.waitForText('This relay is not open to everybody. Ask')
    // All the same: it is kept, and says so in the settings and above the conversations.
    await page.click(button('Go on without it being reached'))
    await page.waitFor({ role: 'heading', name: 'Conversations' })
    await page.waitForText('What you write waits here until then; nothing is lost.')
    await page.click({ role: 'button', name: 'Settings' })
    await page.waitForText('Not open to everybody.', { inside: { role: 'list', name: 'Relays' } })
  })

  it('is connected as soon as its invite is added, which takes the place of the address without', async () => {
    await page.fill(ADDRESS, inviteToRelay())
    await page.click(button('Add relay'))
    await page.waitForText('Connected', { inside: { role: 'list', name: 'Relays' } })
    expect(await page.text({ role: 'list', name: 'Relays' })).not.toContain('Not open')
    await page.click(button('Back'))
    await page.waitFor({ role: 'heading', name: 'Conversations' })
    expect(await page.text()).not.toContain('not open to everybody')
  })

  it('lets members in by the invite to a group alone', async () => {
    await waitUntil('a new group', () =>
      page.evaluate(() => {
        const found = [...document.querySelectorAll('button')].find(
          (each) => (each.getAttribute('aria-label') ?? each.textContent ?? '').trim() === 'New group',
        )
        found?.click()
        return found !== undefined
      }, null),
    )
    await page.fill({ role: 'textbox', name: 'Group name' }, 'Choir')
    await page.click(button('Create group'))
    await page.click(button('Share an invite'))
    const invite = await waitUntil('the invite', () => page.value({ role: 'textbox', name: 'Invite text' }))
    await bob.ask({ kind: 'join', invite })
    await page.waitForText('Bob has joined')
    expect((await bob.view()).relays.some(({ state }) => state === 'connected')).toBe(true)
  })
})
