/**
 * Messages vanish in real browsers: with a time that a person sets for all, or for one message; before the reader's eyes, and where the popup
 * was closed or the browser killed meanwhile. Lifetimes are the shortest that there are.
 */
import { LIMITS } from '@sotto/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { AppPage, Control } from '../fixtures/browser-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

const LEAST = LIMITS.lifetimeLeastSeconds
/** Until a message with the shortest life is gone, ms. */
const GONE_MS = LEAST * 1000 + 15_000
const LOG = { role: 'log', name: 'Messages' } as const
const FIELD: Control = { role: 'textbox', name: 'Message' }
const SEARCH: Control = { role: 'searchbox', name: 'Search messages' }
const SHORTER: Control = { role: 'button', name: 'How long this message lasts' }
const button = (name: string): Control => ({ role: 'button', name })
const hit = (words: string): Control => ({ role: 'link', nameIncludes: words })

describe.each(wantedBrowsers())('Alice, and Bob with %s', (browserOfBob) => {
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let group: string

  const openConversation = async ({ page }: Member): Promise<void> => {
    await page().click({ role: 'link', nameIncludes: 'Desk' })
    await page().waitFor(FIELD)
  }
  const shown = (member: Member): Promise<string> => member.page().text(LOG)
  const isGone = async (member: Member, text: string): Promise<void> => {
    await waitUntil(`${member.name} has it no more`, async () => !(await shown(member)).includes(text), GONE_MS)
  }
  const hasRead = async (member: Member, text: string): Promise<void> => {
    await member.page().waitForText(text, { inside: LOG })
    await waitUntil(`${member.name} has read`, async () => (await member.group(group))?.unread === 0)
  }
  const idOf = async (member: Member, text: string): Promise<string> =>
    (await member.messages(group)).find(({ body }) => body.kind === 'text' && body.text === text)?.id ?? ''
  /** Chooses a time of one's own, in a form that is open. */
  const chooseOwn = async (page: AppPage, number: string): Promise<void> => {
    await page.click({ role: 'radio', name: 'Another time' })
    await page.fill({ role: 'textbox', name: 'How many' }, number)
    await page.press('Tab')
    await page.type('s')
    await page.press('Tab')
  }

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, bob] = await Promise.all([startMember('chromium', 'Alice'), startMember(browserOfBob, 'Bob')])
    group = await meet(relay, alice, [bob])
    await openConversation(alice)
    await openConversation(bob)
  })
  afterAll(async () => {
    for (const each of [alice, bob]) await each?.profile.remove()
    await relay?.remove()
  })

  it('Bob, who is no admin, sets a time of his own for all; a number that is too small is said to be', async () => {
    await bob.page().click(button('Members'))
    await bob.page().click(button('Vanishing messages: Off'))
    await chooseOwn(bob.page(), '5')
    await bob.page().click(button('Set for everybody'))
    await bob.page().waitForText('The shortest is 30 seconds')
    await bob.page().fill({ role: 'textbox', name: 'How many' }, String(LEAST))
    await bob.page().click(button('Set for everybody'))
    await bob.page().click(button('Back'))
    for (const member of [alice, bob]) {
      await member.page().waitForText('From here on messages vanish 30 seconds after they were seen', { inside: LOG })
      await member.page().waitFor({ role: 'button', nameIncludes: 'Vanishing messages: 30 s' })
    }
  })

  it('what was said goes from both, with the edit, the reaction, the quote and the hit; the focus stays in the conversation', async () => {
    await alice.page().fill(FIELD, 'The key is under the stone')
    await alice.page().press('Enter')
    const id = await (async () => {
      await waitUntil('it is sent', async () => (await idOf(bob, 'The key is under the stone')) !== '')
      return idOf(bob, 'The key is under the stone')
    })()
    await alice.ask({ kind: 'editMessage', group, message: id, text: 'The key is under the blue stone' })
    await hasRead(bob, 'blue stone')
    expect(await shown(bob)).toMatch(/Vanishes in \d+ seconds/)
    await bob.ask({ kind: 'react', group, message: id, emoji: '👍' })
    await alice.page().waitFor({ role: 'button', nameIncludes: '👍' })
    await alice.page().click(button('Search messages'))
    await alice.page().fill(SEARCH, 'blue')
    await alice.page().waitFor(hit('blue'))
    await bob.page().click(button('Search messages'))
    await bob.page().fill(SEARCH, 'blue')
    await bob.page().click(hit('blue'))
    await waitUntil('the message has the focus', () => bob.page().evaluate(() => document.activeElement?.textContent.includes('blue stone') ?? false, null))
    await bob.ask({ kind: 'send', group, text: 'Which one is blue?', replyTo: id })
    await bob.ask({ kind: 'setReplyTo', group, message: id })
    await bob.page().waitForText('Replying to')

    await alice.page().waitUntilGone(hit('under the'), GONE_MS)
    await alice.page().click(button('Back'))
    await alice.page().waitForText('A message that is not on this device', { inside: LOG })
    expect(await shown(alice)).not.toMatch(/stone|👍|Edited/)
    await isGone(bob, 'stone')
    expect(await shown(bob)).toContain('A message that is not on this device')
    expect(await bob.page().text()).not.toMatch(/stone|Replying to/)
    expect(await bob.page().evaluate(() => document.activeElement?.closest('[role="log"]') !== null, null)).toBe(true)
    for (const member of [alice, bob]) expect((await member.ask({ kind: 'search', text: 'stone', group: null, from: 0 })).found?.conversations).toEqual([])
  })

  it('one message is given a shorter life than the others, which outlasts the popup; a killed reader and a closed popup show it no more', async () => {
    await alice.ask({ kind: 'setLifetime', group, seconds: 0 })
    await alice.page().waitForText('From here on messages stay until they are deleted', { inside: LOG })
    await alice.page().fill(FIELD, 'Burn this')
    await alice.page().click(SHORTER)
    await chooseOwn(alice.page(), String(LEAST))
    await alice.page().click(button('Choose'))
    await alice.page().waitForText('This one vanishes after 30 seconds')
    await alice.page().close()
    await alice.reopen()
    await openConversation(alice)
    await alice.page().waitForText('This one vanishes after 30 seconds')
    await waitUntil('the draft is there', async () => (await alice.page().value(FIELD)) === 'Burn this')
    await alice.page().click(button('Send'))
    await waitUntil('the next one lasts', async () => !(await alice.page().text()).includes('This one vanishes'))
    await alice.page().fill(FIELD, 'This one stays')
    await alice.page().press('Enter')
    await hasRead(bob, 'This one stays')
    expect(await shown(bob)).toContain('Burn this')
    await bob.away('kill')
    await alice.page().close()
    await new Promise((resolve) => setTimeout(resolve, LEAST * 1000))
    await alice.reopen()
    await bob.back()
    for (const member of [alice, bob]) {
      await openConversation(member)
      await member.page().waitForText('This one stays', { inside: LOG })
      await isGone(member, 'Burn this')
      // Both had seen it: nothing vanished while they were away.
      expect(await shown(member)).not.toContain('while you were away')
    }
  })
})
