/** A whole story by keyboard alone: from the first screen to a talk, and out again. No step uses a mouse or fills a field by script. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { AppPage, BrowserProfile, Control } from '../fixtures/browser-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { startProfile } from '../fixtures/start-profile.ts'
import { LONG_PATIENCE_MS, waitUntil } from '../fixtures/wait-until.ts'
import { type Keyboard, keyboardOf } from './support/by-keyboard.ts'
import { type Member, startMember } from './support/group-of-browsers.ts'

const LOG: Control = { role: 'log', name: 'Messages' }
const PASSPHRASE = 'correct horse battery'

describe.each(wantedBrowsers())('Mira with the keyboard of %s', (browser) => {
  let relay: RelayProcess
  let profile: BrowserProfile
  let page: AppPage
  let keys: Keyboard
  let bob: Member

  beforeAll(async () => {
    relay = await startRelay()
    ;[profile, bob] = await Promise.all([startProfile(browser, { name: 'mira' }), startMember('chromium', 'Bob')])
    page = await profile.open('popup', { relay: relay.addresses()[0] ?? '' })
    keys = keyboardOf(() => page)
  })
  afterAll(async () => {
    await profile?.remove()
    await bob?.profile.remove()
    await relay?.remove()
  })

  it('makes a profile, and each field and button shows that it has the focus', async () => {
    await page.waitFor({ role: 'textbox', name: 'Your name' })
    for (const [field, text] of [
      ['Your name', 'Mira'],
      ['Passphrase', PASSPHRASE],
      ['Passphrase again', PASSPHRASE],
    ] as const) {
      expect(await keys.tabTo(field)).toMatchObject({ isSeen: true })
      await keys.type(text)
    }
    expect(await keys.tabTo('Get started')).toMatchObject({ isSeen: true })
    await keys.press('Enter')
    await page.waitFor({ role: 'heading', name: 'Conversations' }, LONG_PATIENCE_MS)
  })

  it('makes a group and writes in it', async () => {
    await keys.activate('New group')
    await keys.tabTo('Group name')
    await keys.type('Desk')
    // Until the relay has answered, the form stays and says so.
    await waitUntil('the group is there', async () => {
      await keys.press('Enter')
      return page.isShown({ role: 'textbox', name: 'Message' })
    })
    await keys.tabTo('Message')
    await keys.type('first line')
    await keys.press('Shift+Enter')
    await keys.type('second line')
    await keys.press('Enter')
    await page.waitForText(/first line\s+second line/, { inside: LOG })
    // What was sent leaves the focus where the next is written.
    expect(await keys.focused()).toMatchObject({ name: 'Message' })
  })

  it('invites, and hears from who came', async () => {
    await keys.activate('Members')
    await page.waitFor({ role: 'heading', name: 'Members' })
    await keys.activate('Invite people')
    const invite = await waitUntil('the invite', () => page.value({ role: 'textbox', name: 'Invite text' }))
    const { group = '' } = await bob.ask({ kind: 'join', invite })
    await waitUntil('Bob is in', async () => (await bob.group(group))?.state === 'member', LONG_PATIENCE_MS)
    await bob.ask({ kind: 'send', group, text: 'hello from Bob' })
    await keys.activate('Back')
    await page.waitFor({ role: 'heading', name: 'Members' })
    await keys.activate('Back')
    await page.waitForText('hello from Bob', { inside: LOG, withinMs: LONG_PATIENCE_MS })
  })

  it('reacts, answers, looks at the details, and leaves each by Escape to where it came from', async () => {
    const react = await keys.tabTo('React: Bob')
    await keys.press('Enter')
    await waitUntil('the emoji are offered', async () => (await keys.focused()).name !== react.name)
    await keys.press('Escape')
    await waitUntil('the focus is back', async () => (await keys.focused()).name === react.name)
    await keys.press('Enter')
    await waitUntil('the emoji are offered', async () => (await keys.focused()).name !== react.name)
    await keys.press('ArrowRight')
    await keys.press('Enter')
    await waitUntil('the reaction is there', async () => {
      const { messages = [] } = await bob.ask({ kind: 'readMessages', group: (await bob.view()).groups[0]?.id ?? '', before: null, limit: 50 })
      return messages.some(({ reactions }) => reactions.length > 0)
    })
    const more = await keys.tabTo('More: Bob')
    await keys.press('Enter')
    await waitUntil('the menu is open', async () => (await keys.focused()).name !== more.name)
    for (let i = 0; i < 8 && (await keys.focused()).name !== 'Details'; i++) await keys.press('ArrowDown')
    await keys.press('Enter')
    await page.waitFor({ role: 'dialog', name: 'Message details' })
    await keys.press('Escape')
    await page.waitUntilGone({ role: 'dialog', name: 'Message details' })
    expect((await keys.focused()).name).toBe(more.name)
    await keys.tabTo('Reply: Bob')
    await keys.press('Enter')
    await waitUntil('the composer has the focus', async () => (await keys.focused()).name === 'Message')
    await keys.type('an answer by keys')
    await keys.press('Enter')
    await page.waitForText('an answer by keys', { inside: LOG })
  })

  it('locks, and unlocks', async () => {
    await keys.activate('Back')
    await page.waitFor({ role: 'heading', name: 'Conversations' })
    await keys.activate('Settings')
    await page.waitFor({ role: 'heading', name: 'Settings' })
    await keys.activate('Lock now')
    await page.waitFor({ role: 'button', name: 'Unlock' })
    await keys.tabTo('Passphrase')
    await keys.type(PASSPHRASE)
    await keys.press('Enter')
    await waitUntil('the profile is open', async () => !(await page.isShown({ role: 'button', name: 'Unlock' })), LONG_PATIENCE_MS)
  })
})
