/**
 * What is said now and kept nowhere: Alice sees that Bob types and that he has read, also what he read without a connection; and that he
 * is there, once both allow it. What is switched off shows nothing of others either.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { Control } from '../fixtures/browser-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { PATIENCE_MS, waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

const LOG = { role: 'log', name: 'Messages' } as const
const FIELD: Control = { role: 'textbox', name: 'Message' }
const button = (name: string): Control => ({ role: 'button', name })
const PRESENCE: Control = { role: 'switch', name: 'Show when I am here' }
const RECEIPTS: Control = { role: 'switch', name: 'Send read receipts' }
/** Longer than a heartbeat, shorter than what is promised. */
const GONE_MS = 45_000

describe.each(wantedBrowsers())('Alice, and Bob with %s', (browserOfBob) => {
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let group: string

  const openConversation = async ({ page }: Member): Promise<void> => {
    await page().click({ role: 'link', nameIncludes: 'Desk' })
    await page().waitFor(FIELD)
  }
  /** What is typed is said now and kept nowhere: a person types on until a connection carries it. */
  const seenTyping = async (text: string): Promise<void> => {
    let typed = text
    await waitUntil(
      'Alice sees that Bob types',
      async () => {
        await bob.page().fill(FIELD, typed)
        typed += '.'
        return (await alice.page().text()).includes('Bob is typing…')
      },
      PATIENCE_MS,
    )
  }
  const turn = async (who: Member, choice: Control): Promise<void> => {
    await who.page().click(button('Back'))
    await who.page().click(button('Settings'))
    await who.page().click(choice)
    await who.page().click(button('Back'))
    await openConversation(who)
  }

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, bob] = await Promise.all([startMember('chromium', 'Alice'), startMember(browserOfBob, 'Bob')])
    group = await meet(relay, alice, [bob])
    await openConversation(alice)
  })
  afterAll(async () => {
    for (const each of [alice, bob]) await each?.profile.remove()
    await relay?.remove()
  })

  it('Alice sees “Read” once Bob has opened the conversation, and not before', async () => {
    await alice.page().fill(FIELD, 'Are you in?')
    await alice.page().press('Enter')
    await alice.page().waitForText('Delivered', { inside: LOG })
    await waitUntil('Bob has it', async () => (await bob.texts(group)).includes('Are you in?'))
    expect(await alice.page().text(LOG)).not.toMatch(/\bRead\b/)
    await openConversation(bob)
    await alice.page().waitForText(/\bRead\b/, { inside: LOG })
    await alice.page().click({ role: 'button', nameIncludes: 'More: You' })
    await alice.page().click({ role: 'menuitem', name: 'Details' })
    await alice.page().waitForText('Bob', { inside: { role: 'list', name: 'Read by' } })
    await alice.page().click(button('Close'))
  })

  it('what he reads while nothing reaches him, Alice learns when he is back', async () => {
    await alice.ask({ kind: 'send', group, text: 'And now?' })
    await bob.page().waitForText('And now?', { inside: LOG })
    await alice.page().waitForText(/And now\?[\s\S]*\bRead\b/, { inside: LOG })
    await bob.page().click(button('Back'))
    await alice.ask({ kind: 'send', group, text: 'Still?' })
    await waitUntil('Bob has it', async () => (await bob.texts(group)).includes('Still?'))
    await relay.stop()
    await waitUntil('he is cut off', async () => (await bob.view()).relays.every(({ state }) => state !== 'connected'))
    await bob.page().click({ role: 'link', nameIncludes: 'Desk' })
    await bob.page().waitFor(FIELD)
    await relay.start()
    await alice.page().waitForText(/Still\?[\s\S]*\bRead\b/, { inside: LOG })
  })

  it('she sees that he types, and no longer once he sends it or presses Escape', async () => {
    await seenTyping('I am')
    await bob.page().press('Escape')
    await waitUntil('he types no longer', async () => !(await alice.page().text()).includes('is typing'))
    await seenTyping('I am in')
    await bob.page().press('Enter')
    await alice.page().waitForText('I am in', { inside: LOG })
    await waitUntil('he types no longer', async () => !(await alice.page().text()).includes('is typing'))
  })

  it('she does not see whether he is there, until both allow it', async () => {
    await turn(alice, PRESENCE)
    await alice.page().click(button('Members'))
    await alice.page().waitForText('1 device')
    expect(await alice.page().text()).not.toMatch(/here now|offline/i)
    await turn(bob, PRESENCE)
    await alice.page().waitForText('Here now')
  })

  it('and sees it go within 45 seconds of a death, and at once of a lock or a stop', async () => {
    const diedMs = performance.now()
    await bob.away('kill')
    await alice.page().waitForText('Not here now', { withinMs: GONE_MS })
    expect(performance.now() - diedMs).toBeLessThan(GONE_MS)
    await bob.back()
    await alice.page().waitForText(/Here now/)
    await bob.ask({ kind: 'setPrivacy', what: 'presence', isOn: false })
    await waitUntil('nothing is said of him', async () => !/here now/i.test(await alice.page().text()))
    await alice.page().click(button('Back'))
  })

  it('who sends no read receipts sees none', async () => {
    await turn(alice, RECEIPTS)
    await waitUntil('none is shown', async () => !/\bRead\b/.test(await alice.page().text(LOG)))
    await alice.page().waitForText('Delivered', { inside: LOG })
  })
})
