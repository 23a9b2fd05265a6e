/** The list of conversations: pinned, muted, archived and marked as unread, by menus that a keyboard opens too; over a restart of the browser. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { Control } from '../fixtures/browser-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

const button = (name: string): Control => ({ role: 'button', name })
const item = (name: string): Control => ({ role: 'menuitem', name })
const link = (nameIncludes: string): Control => ({ role: 'link', nameIncludes })
const LIST: Control = { role: 'list', name: 'Conversations' }

describe.each(wantedBrowsers())('Alice with %s, and Bob', (browserOfAlice) => {
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let desk: string

  /** The titles in the list, in their order. */
  const titles = (): Promise<readonly string[]> =>
    alice.page().evaluate(() => [...document.querySelectorAll('ul[aria-label="Conversations"] li a .conversation-name')].map((each) => each.textContent), null)
  const choose = async (title: string, name: string): Promise<void> => {
    await alice.page().click(button(`More for ${title}`))
    await alice.page().click(item(name))
    await alice.page().waitUntilGone(item(name))
  }

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, bob] = await Promise.all([startMember(browserOfAlice, 'Alice'), startMember('chromium', 'Bob')])
    desk = await meet(relay, alice, [bob])
    for (const title of ['Choir', 'Climbing']) await alice.ask({ kind: 'createGroup', title })
    await alice.page().waitFor(link('Climbing'))
  })
  afterAll(async () => {
    for (const each of [alice, bob]) await each?.profile.remove()
    await relay?.remove()
  })

  it('a pinned conversation is on top, over a restart', async () => {
    expect(await titles()).toEqual(['Climbing', 'Choir', 'Desk'])
    await choose('Desk', 'Pin to the top')
    await waitUntil('Desk is on top', async () => (await titles())[0] === 'Desk')
    await alice.away('stop')
    await alice.back()
    await alice.page().waitFor(link('Pinned'))
    expect(await titles()).toEqual(['Desk', 'Climbing', 'Choir'])
  })

  it('the menu opens, goes round and closes by keyboard, and the focus goes back to where it was', async () => {
    await alice.page().evaluate(() => [...document.querySelectorAll<HTMLElement>('ul li a')].at(-1)?.focus(), null)
    await alice.page().press('Tab')
    await alice.page().press('Enter')
    await alice.page().waitFor(item('Archive'))
    await alice.page().press('ArrowDown')
    expect(await alice.page().evaluate(() => document.activeElement?.textContent, null)).toBe('Mark as unread')
    await alice.page().press('Escape')
    await alice.page().waitUntilGone(item('Archive'))
    expect(await alice.page().evaluate(() => document.activeElement?.getAttribute('aria-label'), null)).toContain('Choir')
    await alice.page().press('Enter')
    await alice.page().waitFor(item('Archive'))
    await alice.page().press('ArrowDown')
    await alice.page().press('Enter')
    await alice.page().waitFor(link('Marked as unread'))
  })

  it('a conversation that is marked as unread is read when it is opened', async () => {
    await alice.page().click(link('Choir'))
    await alice.page().waitFor({ role: 'textbox', name: 'Message' })
    await alice.page().click(button('Back'))
    await alice.page().waitFor(link('Choir'))
    await alice.page().waitUntilGone(link('Marked as unread'))
  })

  it('an archived conversation comes back with a message, and stays in the archive while it is muted', async () => {
    await choose('Desk', 'Archive')
    await alice.page().waitFor(link('Archived: 1 conversation'))
    expect(await titles()).toEqual(['Climbing', 'Choir'])
    await bob.ask({ kind: 'send', group: desk, text: 'anybody here?' })
    await alice.page().waitForText('anybody here?', { inside: LIST })
    await choose('Desk', 'Mute for ever')
    await alice.page().waitFor(link('Muted'))
    await choose('Desk', 'Archive')
    await alice.page().waitFor(link('Archived: 1 conversation'))
    await bob.ask({ kind: 'send', group: desk, text: 'nobody?' })
    await waitUntil('it came', async () => (await alice.group(desk))?.unread === 2)
    expect(await titles()).toEqual(['Climbing', 'Choir'])
    await alice.page().click(link('Archived: 1 conversation'))
    await alice.page().click(link('2 unread messages'))
    await alice.page().waitForText('nobody?', { inside: { role: 'log', name: 'Messages' } })
    // Back to where it was opened.
    await alice.page().click(button('Back'))
    await choose('Desk', 'Back to the list')
    await alice.page().waitForText('Nothing is archived')
  })

  it('the screen with an invite says who joined, and Back leads where she came from', async () => {
    await alice.page().click(button('Back'))
    await alice.page().click(link('Choir'))
    await alice.page().click(button('Share an invite'))
    await alice.page().waitFor(button('Copy invite'))
    const choir = (await alice.view()).groups.find(({ title }) => title === 'Choir')?.id ?? ''
    const { invite = '' } = await alice.ask({ kind: 'createInvite', group: choir })
    await bob.ask({ kind: 'join', invite })
    await alice.page().waitForText('Bob joined')
    await alice.page().click(button('Back'))
    await alice.page().waitFor({ role: 'textbox', name: 'Message' })
  })
})
