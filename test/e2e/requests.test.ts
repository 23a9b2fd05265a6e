/**
 * Alice makes a contact link. Bob, who shares no group with her, writes to her with it: it waits under Requests, and she accepts.
 * Carol does too, and is blocked. With the link replaced, copies of it lead nowhere.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { AppPage, Control } from '../fixtures/browser-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

const LOG = { role: 'log', name: 'Messages' } as const
const button = (name: string): Control => ({ role: 'button', name })
const FIELD: Control = { role: 'textbox', name: 'Message' }

describe.each(wantedBrowsers())('Alice with %s, and Bob', (browserOfAlice) => {
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let carol: Member
  let link = ''

  const say = async (page: AppPage, text: string): Promise<void> => {
    await page.fill(FIELD, text)
    await page.press('Enter')
  }
  const waiting = async (): Promise<readonly string[]> => (await alice.view()).requests.filter(({ isBlocked }) => !isBlocked).map(({ name }) => name)

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, bob, carol] = await Promise.all([startMember(browserOfAlice, 'Alice'), startMember('chromium', 'Bob'), startMember('chromium', 'Carol')])
    await alice.ask({ kind: 'addRelay', address: relay.addresses()[0] ?? '' })
    await waitUntil('Alice has the relay', async () => (await alice.view()).relays.every(({ state }) => state === 'connected'))
    await meet(relay, bob, [carol])
  })
  afterAll(async () => {
    for (const each of [alice, bob, carol]) await each?.profile.remove()
    await relay?.remove()
  })

  it('Alice makes a contact link in the settings', async () => {
    const page = alice.page()
    await page.click(button('Settings'))
    await page.click(button('Make a contact link'))
    await page.waitFor({ role: 'img', name: 'QR code of the contact link' })
    await page.waitFor({ role: 'textbox', name: 'Contact link text' })
    link = (await alice.ask({ kind: 'contactLink', what: 'show' })).contactLink ?? ''
    await page.click(button('Back'))
  })

  it('Bob pastes it where invites are pasted, is asked whether he means her, and writes', async () => {
    const page = bob.page()
    await page.click(button('Paste an invite'))
    await page.fill({ role: 'textbox', name: 'Invite' }, `Write to me: ${link}`)
    await page.click(button('Join group'))
    await page.waitFor({ role: 'heading', name: 'Write to Alice?' })
    await page.click(button('Write to Alice'))
    await page.waitFor({ role: 'heading', name: 'Alice' })
    await say(page, 'We met at the harbour')
    await page.waitForText('What you write waits until Alice accepts. You are not told whether it was seen.')
  })

  it('it waits under Requests and is counted nowhere', async () => {
    await waitUntil('the request is there', async () => (await waiting()).includes('Bob'))
    expect((await alice.view()).groups).toEqual([])
    const page = alice.page()
    await page.click({ role: 'link', name: 'Requests' })
    await page.waitFor({ role: 'heading', name: 'Claims to be Bob' })
    await page.waitForText('We met at the harbour')
  })

  it('accepted it is a conversation, with what was written before', async () => {
    const page = alice.page()
    await page.click(button('Accept Bob'))
    await page.waitFor({ role: 'heading', name: 'Bob' })
    await page.waitForText('We met at the harbour', { inside: LOG })
    await say(page, 'So we did')
    await bob.page().waitForText('So we did', { inside: LOG })
  })

  it('Carol is blocked, sees no difference, and is let write again', async () => {
    const { group = '' } = await carol.ask({ kind: 'writeByLink', link })
    await carol.ask({ kind: 'send', group, text: 'Buy this' })
    await waitUntil('the request is there', async () => (await waiting()).includes('Carol'))
    const before = (await carol.group(group))?.waitsFor
    const page = alice.page()
    await page.click(button('Back'))
    await page.click({ role: 'link', name: 'Requests' })
    await page.click(button('Block Carol'))
    await page.click(button('Block'))
    await page.waitFor(button('Unblock Carol'))
    await page.waitForText('No requests')
    expect((await carol.group(group))?.waitsFor).toBe(before)
    expect(await carol.group(group)).toMatchObject({ waitsFor: 'answer', members: [{ own: true }] })
    await page.click(button('Unblock Carol'))
    await page.click(button('Back'))
  })

  it('a replaced link leads nowhere', async () => {
    const page = alice.page()
    await page.click(button('Settings'))
    await page.click(button('Replace contact link'))
    await page.waitForText('This is a new contact link. Copies of the one before lead nowhere any more.')
    const { contactLink = '' } = await alice.ask({ kind: 'contactLink', what: 'show' })
    expect(contactLink).not.toBe(link)
    const { group = '' } = await carol.ask({ kind: 'writeByLink', link: contactLink })
    await carol.ask({ kind: 'send', group, text: 'By the new one' })
    await waitUntil('the new one leads to her', async () => (await waiting()).includes('Carol'))
  })
})
