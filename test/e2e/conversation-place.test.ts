/** A conversation opens where it was left: scrolled to a message, with the cursor where it was in the draft, also after the browser was closed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { Control } from '../fixtures/browser-profile.ts'
import { askEngine } from '../fixtures/engine-link.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

const PASSPHRASE = 'correct horse battery'
/** Several pages. */
const LINES = 450
const LOG = { role: 'log', name: 'Messages' } as const
const FIELD: Control = { role: 'textbox', name: 'Message' }
const button = (name: string): Control => ({ role: 'button', name })

describe.each(wantedBrowsers())('Alice with %s, and Bob', (browserOfAlice) => {
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let group: string

  const openConversation = async (): Promise<void> => {
    await alice.page().click({ role: 'link', nameIncludes: 'Desk' })
    await alice.page().waitFor(LOG)
    await alice.page().waitFor(FIELD)
  }
  /** The line at the upper edge of what is shown; a row that ends within two pixels of it is not: heights are fractions. */
  const topLine = (): Promise<string> =>
    alice.page().evaluate(() => {
      const log = document.querySelector('[role="log"]')
      const top = log?.getBoundingClientRect().top ?? 0
      // The text alone: what stands beside it (“1 min ago”) begins with a number too.
      const texts = [...(log?.querySelectorAll('[dir="auto"]') ?? [])].filter(({ textContent }) => /^line \d+$/.test(textContent.trim()))
      return texts.find((text) => (text.closest('li')?.getBoundingClientRect().bottom ?? 0) > top + 2)?.textContent.trim() ?? ''
    }, null)
  const isAtLine = async (line: string): Promise<void> => {
    await waitUntil('it is there', async () => (await topLine()) === line, 20_000).catch(() => {})
    expect(await topLine()).toBe(line)
  }
  const scrollBy = (px: number): Promise<void> => alice.page().evaluate((by) => document.querySelector('[role="log"]')?.scrollBy(0, by), px)

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, bob] = await Promise.all([startMember(browserOfAlice, 'Alice'), startMember('chromium', 'Bob')])
    group = await meet(relay, alice, [bob])
    await bob.sendAll(
      group,
      Array.from({ length: LINES }, (_, line) => `line ${line}`),
    )
    await waitUntil('all of it came', async () => (await alice.group(group))?.unread === LINES, 120_000)
  })
  afterAll(async () => {
    for (const each of [alice, bob]) await each?.profile.remove()
    await relay?.remove()
  })

  it('it opens at the first unread message, below the line that says who came, and a button leads to the end', async () => {
    await openConversation()
    await alice.page().waitForText('Bob joined', { inside: LOG })
    await isAtLine('line 0')
    await alice.page().click(button('Jump to newest message'))
    await alice.page().waitForText(`line ${LINES - 1}`, { inside: LOG })
    await waitUntil('it is read', async () => (await alice.group(group))?.unread === 0)
  })

  it('it is there again where she left it, in the list and after the browser was closed', async () => {
    await scrollBy(-4_000)
    await waitUntil('it is kept', async () => (await alice.group(group))?.readingPlace !== null)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const line = await topLine()
    expect(line).toMatch(/^line \d+$/)
    await alice.page().click(button('Back'))
    await openConversation()
    await isAtLine(line)
    await alice.away('stop')
    await alice.back()
    await openConversation()
    await isAtLine(line)
  })

  it('what came meanwhile is said by a button that leads there', async () => {
    for (const text of ['first new', 'second new']) await bob.ask({ kind: 'send', group, text })
    await alice.page().click(button('2 new messages'))
    await alice.page().waitForText('second new', { inside: LOG })
    await waitUntil('it is read', async () => (await alice.group(group))?.unread === 0)
    await waitUntil('the end is kept', async () => (await alice.group(group))?.readingPlace === null)
  })

  it('the cursor is where it was in the draft', async () => {
    await alice.page().fill(FIELD, 'half a sentence')
    await alice.page().press('Home')
    for (let i = 0; i < 5; i++) await alice.page().press('ArrowRight')
    await waitUntil('it is kept', async () => (await alice.group(group))?.draftSelection?.start === 5)
    await alice.away('stop')
    await alice.back()
    await openConversation()
    await waitUntil('the draft is there', async () => (await alice.page().value(FIELD)) === 'half a sentence')
    const place = await alice.page().evaluate(() => {
      const field = document.activeElement
      return field instanceof HTMLTextAreaElement ? [field.selectionStart, field.selectionEnd] : []
    }, null)
    expect(place).toEqual([5, 5])
  })

  it('a popup opens in the conversation that the last one showed, behind the vault where that is locked; and in the list, where that was left', async () => {
    await alice.page().close()
    const next = await alice.profile.open('popup')
    await next.waitFor(FIELD)
    expect(await next.value(FIELD)).toBe('half a sentence')
    await askEngine(next, { kind: 'changePassphrase', current: null, next: PASSPHRASE })
    await askEngine(next, { kind: 'lock' })
    await next.close()
    const locked = await alice.profile.open('popup')
    await locked.waitFor(button('Unlock'))
    expect(await locked.isShown(FIELD)).toBe(false)
    // Where it is typed at once: the field has the focus.
    await locked.type(PASSPHRASE)
    await locked.press('Enter')
    await locked.waitFor(FIELD)
    await locked.click(button('Back'))
    await locked.waitFor({ role: 'link', nameIncludes: 'Desk' })
    await locked.close()
    const last = await alice.profile.open('popup')
    await last.waitFor({ role: 'link', nameIncludes: 'Desk' })
  })
})
