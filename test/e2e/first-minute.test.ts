/**
 * The first minute: a beginner tries a relay before it is kept, is told what is wrong with an address, makes a group, shares its invite,
 * and sees who joins; the one who joins sees each step.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { AppPage, BrowserProfile, Control } from '../fixtures/browser-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { startProfile } from '../fixtures/start-profile.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type Member, startMember } from './support/group-of-browsers.ts'

const button = (name: string): Control => ({ role: 'button', name })
const ADDRESS: Control = { role: 'textbox', name: 'Relay address' }

/** As it is listed, by its short name. */
const NOBODY_LISTED = /^127\.0\.0\.1:9$/m

describe.each(wantedBrowsers())('a beginner with %s', (browser) => {
  let relay: RelayProcess
  let profile: BrowserProfile
  let page: AppPage
  let bob: Member
  let invite: string

  /** As a person says it: without the relay's peer id. */
  const hostAndPort = (): string => {
    const [, host = '', port = ''] = /\/ip4\/([^/]+)\/tcp\/(\d+)/.exec(relay.addresses()[0] ?? '') ?? []
    return `${host}:${port}`
  }

  beforeAll(async () => {
    relay = await startRelay()
    ;[profile, bob] = await Promise.all([startProfile(browser, { name: 'beginner' }), startMember('chromium', 'Bob')])
    page = await profile.open('popup')
  })
  afterAll(async () => {
    await profile?.remove()
    await bob?.profile.remove()
    await relay?.remove()
  })

  it('is told when no relay answers at an address, and how soon one does', async () => {
    await page.fill({ role: 'textbox', name: 'Your name' }, 'Alice')
    await page.click({ role: 'checkbox', name: 'Use no passphrase' })
    await page.click(button('Relay'))
    await page.waitForText('ask a friend for the address of theirs')
    await page.fill(ADDRESS, '127.0.0.1:9')
    await page.click(button('Try it'))
    await page.waitForText(/No relay answers there|Nothing answered within 15 seconds/)
    await page.fill(ADDRESS, hostAndPort())
    await page.click(button('Try it'))
    await page.waitForText(/Reached in \d+ ms/)
    await page.click(button('Get started'))
    await page.waitFor({ role: 'heading', name: 'Conversations' })
    await page.click(button('Settings'))
    await page.waitForText('Connected')
    await page.click(button('Back'))
  })

  it('makes a group, whose first screen says what to do, and sees who has joined', async () => {
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
    await page.waitForText('Only you are here so far')
    await page.click(button('Share an invite'))
    invite = await waitUntil('the invite', () => page.value({ role: 'textbox', name: 'Invite text' }))
    await bob.ask({ kind: 'join', invite })
    await page.waitForText('Bob has joined')
    expect(await page.text()).not.toContain('Only you are here so far')
  })

  it('Settings tries a relay before it keeps it, and keeps one that is not reached only when asked again', async () => {
    while (!(await page.isShown({ role: 'heading', name: 'Conversations' }))) await page.click(button('Back'))
    await page.click(button('Settings'))
    await page.fill(ADDRESS, '127.0.0.1:9')
    await page.click(button('Add relay'))
    await page.waitFor(button('Add it all the same'))
    expect(await page.text({ role: 'list', name: 'Relays' })).not.toMatch(NOBODY_LISTED)
    await page.click(button('Add it all the same'))
    await page.waitForText(NOBODY_LISTED, { inside: { role: 'list', name: 'Relays' } })
  })
})
