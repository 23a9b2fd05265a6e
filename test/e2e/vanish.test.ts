/**
 * Messages vanish in real browsers: with a time that a person sets for all, or for one message; before the reader's eyes, and where the popup
 * was closed or the browser killed meanwhile. What vanishes has the shortest life that there is. All browsers are in one group: they wait together.
 */
import { LIMITS } from '@sotto/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { AppPage, Control } from '../fixtures/browser-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

const LEAST = LIMITS.lifetimeLeastSeconds
/** What quotes a message lasts longer than that, seconds. */
const LONGER = 120
/** Until a message with the shortest life is gone, ms. */
const GONE_MS = LEAST * 1000 + 15_000
const LOG = { role: 'log', name: 'Messages' } as const
const FIELD: Control = { role: 'textbox', name: 'Message' }
const SEARCH: Control = { role: 'searchbox', name: 'Search messages' }
const SHORTER: Control = { role: 'button', name: 'How long this message lasts' }
const button = (name: string): Control => ({ role: 'button', name })
const hit = (words: string): Control => ({ role: 'link', nameIncludes: words })

const READERS = ['Bob', 'Carol', 'Dora']

describe(`Alice writes, and others read with ${wantedBrowsers().join(' and ')}`, () => {
  let relay: RelayProcess
  let alice: Member
  let readers: readonly Member[] = []
  let everybody: readonly Member[] = []
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
  const idOf = async (member: Member, text: string): Promise<string> => {
    const has = async () => (await member.messages(group)).find(({ body }) => body.kind === 'text' && body.text === text)?.id
    return (await waitUntil(`${member.name} has ${text}`, async () => (await has()) ?? null)) ?? ''
  }
  const forReaders = (act: (reader: Member) => Promise<void>): Promise<unknown> => Promise.all(readers.map(act))
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
    everybody = await Promise.all([startMember('chromium', 'Alice'), ...wantedBrowsers().map((browser, i) => startMember(browser, READERS[i] ?? browser))])
    const [first, ...others] = everybody
    if (first === undefined) throw new Error('nobody is there')
    alice = first
    readers = others
    group = await meet(relay, alice, readers)
    for (const each of everybody) await waitUntil(`${each.name} knows all`, async () => (await each.group(group))?.members.length === everybody.length)
    await Promise.all(everybody.map(openConversation))
  })
  afterAll(async () => {
    for (const each of everybody) await each.profile.remove()
    await relay?.remove()
  })

  it('a reader, who is no admin, sets a time of its own for all; a number that is too small is said to be', async () => {
    for (const reader of readers) {
      await reader.page().click(button('Members'))
      await reader.page().click({ role: 'button', nameIncludes: 'Vanishing messages: ' })
      await chooseOwn(reader.page(), '5')
      await reader.page().click(button('Set for everybody'))
      await reader.page().waitForText('The shortest is 30 seconds')
      await reader.page().fill({ role: 'textbox', name: 'How many' }, String(LONGER))
      await reader.page().click(button('Set for everybody'))
      await reader.page().click(button('Back'))
      await reader.page().waitForText('From here on messages vanish 2 minutes after they were seen', { inside: LOG })
      await alice.page().waitFor({ role: 'button', nameIncludes: 'Vanishing messages: 2 min' })
      if (reader === readers.at(-1)) break
      await alice.ask({ kind: 'setLifetime', group, seconds: 0 })
      for (const each of readers) await waitUntil('it is off', async () => (await each.group(group))?.lifetimeSeconds === 0)
    }
  })

  it('what was said goes from all, with the edit, the reaction, the quote and the hit; the focus stays in the conversation', async () => {
    await forReaders((reader) => reader.page().click(button('Search messages')))
    const { message: id = '' } = await alice.ask({ kind: 'send', group, text: 'The key is under the stone', lifetimeSeconds: LEAST })
    await alice.ask({ kind: 'editMessage', group, message: id, text: 'The key is under the blue stone' })
    await alice.page().click(button('Search messages'))
    await alice.page().fill(SEARCH, 'stone')
    await alice.page().waitFor(hit('stone'))
    await forReaders(async (reader) => {
      await idOf(reader, 'The key is under the blue stone')
      await reader.page().fill(SEARCH, 'blue')
      await reader.page().waitFor(hit('blue'))
      // Its time begins here: until then nobody looked at it.
      await reader.page().click(hit('blue'))
      await waitUntil('the message has the focus', () =>
        reader.page().evaluate(() => document.activeElement?.textContent.includes('blue stone') ?? false, null),
      )
      await waitUntil('it is read', async () => (await reader.group(group))?.unread === 0)
      await reader.ask({ kind: 'react', group, message: id, emoji: '👍' })
      await reader.ask({ kind: 'send', group, text: `Which one, asks ${reader.name}`, replyTo: id })
      await reader.ask({ kind: 'setReplyTo', group, message: id })
      await reader.page().waitForText('Replying to')
      expect(await shown(reader)).toMatch(/blue stone[^]*Vanishes in \d+ seconds?/)
    })

    await alice.page().waitUntilGone(hit('stone'), GONE_MS)
    await alice.page().click(button('Back'))
    await alice.page().waitForText('A message that has vanished', { inside: LOG })
    expect(await shown(alice)).not.toMatch(/stone|👍|Edited/)
    await forReaders(async (reader) => {
      await isGone(reader, 'stone')
      expect(await shown(reader)).toContain('A message that has vanished')
      expect(await reader.page().text()).not.toMatch(/stone|Replying to/)
      expect(await reader.page().evaluate(() => document.activeElement?.closest('[role="log"]') !== null, null)).toBe(true)
    })
    for (const each of everybody) expect((await each.ask({ kind: 'search', text: 'stone', group: null, from: 0 })).found?.conversations).toEqual([])
  })

  it('one message is given a shorter life than the others, which outlasts the popup; killed readers and a closed popup show it no more', async () => {
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
    await forReaders(async (reader) => {
      await hasRead(reader, 'This one stays')
      expect(await shown(reader)).toContain('Burn this')
      await reader.away('kill')
    })
    await alice.page().close()
    await new Promise((resolve) => setTimeout(resolve, LEAST * 1000))
    await alice.reopen()
    await forReaders((reader) => reader.back())
    for (const each of everybody) {
      await openConversation(each)
      await each.page().waitForText('This one stays', { inside: LOG })
      await isGone(each, 'Burn this')
      // All had seen it: nothing vanished while they were away.
      expect(await shown(each)).not.toContain('while you were away')
    }
  })
})
