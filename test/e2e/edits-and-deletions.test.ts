/**
 * A person changes what they said, and takes it back. The menu of a message works by keyboard; what is being edited outlasts its
 * browser beside the draft; long texts are folded.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { Control } from '../fixtures/browser-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

const LOG = { role: 'log', name: 'Messages' } as const
const button = (name: string): Control => ({ role: 'button', name })
const entry = (name: string): Control => ({ role: 'menuitem', name })
const FIELD: Control = { role: 'textbox', name: 'Message' }
const EDIT: Control = { role: 'textbox', name: 'Edit message' }
const MORE: Control = { role: 'button', nameIncludes: 'More: You,' }

describe.each(wantedBrowsers())('Alice, and Bob with %s', (browserOfBob) => {
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let group: string

  const openConversation = async ({ page }: Member): Promise<void> => {
    await page().click({ role: 'link', nameIncludes: 'Desk' })
    await page().waitFor({ role: 'log', name: 'Messages' })
  }
  const typed = (member: Member): Promise<string> => member.page().evaluate(() => document.querySelector('textarea')?.value ?? '', null)
  const shown = (member: Member): Promise<string> => member.page().text(LOG)

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, bob] = await Promise.all([startMember('chromium', 'Alice'), startMember(browserOfBob, 'Bob')])
    group = await meet(relay, alice, [bob])
    await bob.ask({ kind: 'send', group, text: 'The meeting is at four' })
    await waitUntil('Alice has it', async () => (await alice.texts(group)).includes('The meeting is at four'))
    await openConversation(alice)
    await openConversation(bob)
  })
  afterAll(async () => {
    for (const each of [alice, bob]) await each?.profile.remove()
    await relay?.remove()
  })

  it('the arrow up edits the last message, Escape leaves it as it is, and the draft stays', async () => {
    await bob.page().waitForText('The meeting is at four', { inside: LOG })
    await bob.page().fill(FIELD, '')
    await bob.page().press('ArrowUp')
    await bob.page().waitFor(EDIT)
    expect(await typed(bob)).toBe('The meeting is at four')
    await bob.page().press('Escape')
    await bob.page().waitFor(FIELD)
    await bob.page().fill(FIELD, 'by the way')
    await bob.page().press('ArrowUp')
    expect(await typed(bob)).toBe('by the way')
  })

  it('the menu edits it, by keyboard; what is edited is there again after the browser was closed', async () => {
    await bob.page().click(MORE)
    await bob.page().waitFor(entry('Edit'))
    await bob.page().press('Escape')
    await bob.page().waitUntilGone(entry('Edit'))
    await bob.page().press('Enter')
    await bob.page().waitFor(entry('Edit'))
    await bob.page().press('Enter')
    await bob.page().fill(EDIT, 'The meeting is at five')
    await waitUntil('it is kept', async () => (await bob.view()).groups[0]?.editing?.text === 'The meeting is at five')
    await bob.away('stop')
    await bob.back()
    await openConversation(bob)
    await bob.page().waitFor(EDIT)
    expect(await typed(bob)).toBe('The meeting is at five')
    await bob.page().press('Enter')
    await bob.page().waitFor(FIELD)
    expect(await typed(bob)).toBe('by the way')
    await bob.page().fill(FIELD, '')
  })

  it('both see the new text, that it was edited, and in the details what it said before', async () => {
    for (const member of [alice, bob]) {
      await member.page().waitForText('The meeting is at five', { inside: LOG })
      expect(await shown(member)).not.toContain('at four')
      expect(await shown(member)).toContain('Edited')
    }
    await alice.page().click({ role: 'button', nameIncludes: 'More: Bob,' })
    await alice.page().click(entry('Details'))
    await alice.page().waitForText('The meeting is at four', { inside: { role: 'list', name: 'What it said before' } })
    await alice.page().click(button('Close'))
  })

  it('deleted for everyone, it is gone from both, and a line says so', async () => {
    await bob.page().click(MORE)
    await bob.page().click(entry('Delete'))
    await bob.page().click(button('Delete for everyone'))
    await bob.page().waitForText('You deleted this message', { inside: LOG })
    await alice.page().waitForText('Bob deleted this message', { inside: LOG })
    for (const member of [alice, bob]) expect(await shown(member)).not.toContain('at five')
  })

  it('deleted for one, it stays with the other', async () => {
    await alice.page().click({ role: 'button', nameIncludes: 'More: Bob,' })
    await alice.page().click(entry('Delete'))
    await alice.page().click(button('Delete for me'))
    await waitUntil('the line is gone', async () => !(await shown(alice)).includes('deleted'))
    await bob.ask({ kind: 'send', group, text: 'Bring a card' })
    await alice.page().waitForText('Bring a card', { inside: LOG })
    await alice.page().click({ role: 'button', nameIncludes: 'More: Bob,' })
    await alice.page().click(entry('Delete'))
    await alice.page().click(button('Delete for me'))
    await waitUntil('it is gone', async () => !(await shown(alice)).includes('Bring a card'))
    expect(await shown(bob)).toContain('Bring a card')
  })

  it('a long text is folded, and unfolds', async () => {
    await bob.ask({ kind: 'send', group, text: Array.from({ length: 40 }, (_, i) => `point ${i + 1}`).join('\n') })
    await alice.page().waitForText('point 3', { inside: LOG })
    expect(await shown(alice)).not.toContain('point 40')
    await alice.page().click(button('Show more'))
    await alice.page().waitForText('point 40', { inside: LOG })
    await alice.page().waitFor(button('Show less'))
  })

  /** What a button's click in the same task as scrolling changes: the list is drawn again before the browser says that it was scrolled. */
  const movedBy = (scrolledPx: number, buttonText: string): Promise<number> =>
    alice.page().evaluate(
      async ([by, text]) => {
        const log = document.querySelector('[role="log"]')
        const clicked = [...document.querySelectorAll('button')].findLast(({ textContent }) => textContent.trim() === text)
        if (log === null || clicked === undefined) throw new RangeError(`no ${text}`)
        const before = log.scrollTop
        log.scrollBy(0, Number(by))
        clicked.click()
        for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame)
        return log.scrollTop - before
      },
      [String(scrolledPx), buttonText],
    )

  it('what was at the upper edge stays there when a text at the end unfolds, and where one scrolls at that moment', async () => {
    await alice.page().click(button('Show less'))
    await waitUntil('it is folded', async () => !(await shown(alice)).includes('point 40'))
    expect(await movedBy(0, 'Show more')).toBe(0)
    await alice.page().click(button('Show less'))
    await waitUntil('it is folded again', async () => !(await shown(alice)).includes('point 40'))
    await alice.page().click({ role: 'button', nameIncludes: 'More: Bob,' })
    await alice.page().waitFor(entry('Details'))
    expect(await movedBy(-80, 'Details')).toBe(-80)
    await alice.page().click(button('Close'))
  })
})
