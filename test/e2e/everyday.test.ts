/**
 * Everyday messaging. A member answers another's message: both see what is answered, can go there, and a browser that closes loses
 * nothing of it. Texts are drawn with their marks, and links lead out safely and are what they say.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { AppPage, Control } from '../fixtures/browser-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

const ASKED = 'Who has the keys to the hall?'
/** More than a page of messages. */
const BETWEEN = 210
const LOG = { role: 'log', name: 'Messages' } as const
const button = (name: string): Control => ({ role: 'button', name })
const FIELD: Control = { role: 'textbox', name: 'Message' }
const QUOTE: Control = button(`In reply to Alice ${ASKED}`)

describe.each(wantedBrowsers())('Alice, and Bob with %s', (browserOfBob) => {
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let group: string

  const openConversation = async ({ page }: Member): Promise<void> => {
    await page().click({ role: 'link', nameIncludes: 'Desk' })
    await page().waitFor(FIELD)
  }
  /** The text of the message with the focus. */
  const focusedText = (page: AppPage): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '', null)

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, bob] = await Promise.all([startMember('chromium', 'Alice'), startMember(browserOfBob, 'Bob')])
    group = await meet(relay, alice, [bob])
    await alice.ask({ kind: 'send', group, text: ASKED })
    await waitUntil('Bob has it', async () => (await bob.texts(group)).includes(ASKED))
    await openConversation(alice)
    await openConversation(bob)
  })
  afterAll(async () => {
    for (const each of [alice, bob]) await each?.profile.remove()
    await relay?.remove()
  })

  it('Bob chooses to answer, and changes his mind with Escape', async () => {
    await bob.page().click({ role: 'button', nameIncludes: 'Reply: Alice,' })
    await bob.page().waitFor(button('Do not reply to it'))
    expect(await bob.page().evaluate(() => document.activeElement?.tagName ?? '', null)).toBe('TEXTAREA')
    await bob.page().press('Escape')
    await bob.page().waitUntilGone(button('Do not reply to it'))
  })

  it('what he is about to answer is there again after his browser was closed', async () => {
    await bob.page().click({ role: 'button', nameIncludes: 'Reply: Alice,' })
    await bob.page().waitFor(button('Do not reply to it'))
    await bob.away('stop')
    await bob.back()
    await openConversation(bob)
    await bob.page().waitFor(button('Do not reply to it'))
  })

  it('both see what his message answers', async () => {
    await bob.page().fill(FIELD, 'Wen, until six.')
    await bob.page().press('Enter')
    await bob.page().waitFor(QUOTE)
    await bob.page().waitUntilGone(button('Do not reply to it'))
    await alice.page().waitForText('Wen, until six.', { inside: LOG })
    await alice.page().waitFor(button(`In reply to You ${ASKED}`))
  })

  it('what a text marks is drawn so, and links open elsewhere, without a word of where they were', async () => {
    await alice.ask({ kind: 'send', group, text: 'The **deadline** is [tonight](https://minutes.example.org/4), says [example.org](https://example.net/5).' })
    const named: Control = { role: 'link', name: 'tonight' }
    await bob.page().waitFor(named)
    // What says another host than it leads to is shown as what it is.
    await bob.page().waitFor({ role: 'link', name: 'https://example.net/5' })
    const links = await bob
      .page()
      .evaluate(
        () =>
          [...document.querySelectorAll<HTMLAnchorElement>('[role=log] a')].map(({ href, target, rel, referrerPolicy }) => [href, target, rel, referrerPolicy]),
        null,
      )
    expect(links).toEqual(['https://minutes.example.org/4', 'https://example.net/5'].map((href) => [href, '_blank', 'noopener noreferrer', 'no-referrer']))
    expect(await bob.page().text({ role: 'log', name: 'Messages' })).toContain('The deadline is tonight, says https://example.net/5.')
  })

  it('a press on it goes to the message, however far back it is', async () => {
    await alice.sendAll(
      group,
      Array.from({ length: BETWEEN }, (_, i) => `line ${i}`),
    )
    const message = (await bob.messages(group)).find(({ body }) => body.kind === 'text' && body.text === 'Wen, until six.')
    const asked = message?.body.kind === 'text' ? (message.body.replyTo?.message ?? '') : ''
    await bob.ask({ kind: 'send', group, text: 'As I said.', replyTo: asked })
    await bob.away('stop')
    await bob.back()
    await openConversation(bob)
    await bob.page().waitForText('As I said.', { inside: LOG })
    await bob.page().click(QUOTE)
    await waitUntil('the focus is on it', async () => (await focusedText(bob.page())).includes(ASKED))
  })
})
