/** A member reacts to another's message, and both see the reaction, change it and take it back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { AppPage, Control } from '../fixtures/browser-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

const SAID = 'Shall we meet at ten?'
const REACT: Control = { role: 'button', nameIncludes: 'React: Alice,' }
const button = (name: string): Control => ({ role: 'button', name })

describe.each(wantedBrowsers())('Alice, and Bob with %s', (browserOfBob) => {
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let group: string

  const openConversation = async ({ page }: Member): Promise<void> => {
    await page().click({ role: 'link', nameIncludes: 'Desk' })
    await page().waitForText(SAID, { inside: { role: 'log', name: 'Messages' } })
  }
  /** The name of the control with the focus. */
  const focused = (page: AppPage): Promise<string> =>
    page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '', null)

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, bob] = await Promise.all([startMember('chromium', 'Alice'), startMember(browserOfBob, 'Bob')])
    group = await meet(relay, alice, [bob])
    await alice.ask({ kind: 'send', group, text: SAID })
    await waitUntil('Bob has it', async () => (await bob.texts(group)).includes(SAID))
    await openConversation(alice)
    await openConversation(bob)
  })
  afterAll(async () => {
    for (const each of [alice, bob]) await each?.profile.remove()
    await relay?.remove()
  })

  it('see what Bob put beside her message, each with the name of the other', async () => {
    await bob.page().click(REACT)
    await bob.page().click(button('👍'))
    await bob.page().waitFor(button('👍 You'))
    await alice.page().waitFor(button('👍 Bob'))
    expect(await bob.page().isShown(button('👍'))).toBe(false)
    expect(await focused(bob.page())).toContain('React: Alice,')
  })

  it('count together where she presses the same', async () => {
    await alice.page().click(button('👍 Bob'))
    await alice.page().waitFor(button('👍 Bob and you'))
    await bob.page().waitFor(button('👍 Alice and you'))
  })

  it('have one each: another one by keyboard takes the place of the first, and Escape chooses none', async () => {
    await bob.page().click(REACT)
    await bob.page().waitFor(button('🙏'))
    await bob.page().press('Escape')
    await bob.page().waitUntilGone(button('🙏'))
    expect(await focused(bob.page())).toContain('React: Alice,')

    await bob.page().press('Enter')
    await bob.page().waitFor(button('🙏'))
    expect(await focused(bob.page())).toBe('👍')
    await bob.page().press('ArrowLeft')
    expect(await focused(bob.page())).toBe('Other emoji…')
    await bob.page().press('ArrowLeft')
    expect(await focused(bob.page())).toBe('🙏')
    await bob.page().press('Enter')
    await bob.page().waitFor(button('🙏 You'))
    await bob.page().waitFor(button('👍 Alice'))
    await alice.page().waitFor(button('🙏 Bob'))
    await alice.page().waitFor(button('👍 You'))
  })

  it('still have them after Bob’s browser was killed', async () => {
    await bob.away('kill')
    await bob.back()
    await openConversation(bob)
    await bob.page().waitFor(button('🙏 You'))
    await bob.page().waitFor(button('👍 Alice'))
  })

  it('see them go when each takes theirs back, and the focus stays with the message', async () => {
    await bob.page().click(button('🙏 You'))
    await bob.page().waitUntilGone(button('🙏 You'))
    await alice.page().waitUntilGone(button('🙏 Bob'))
    expect(await focused(bob.page())).toContain('React: Alice,')
    await alice.page().click(button('👍 You'))
    await bob.page().waitUntilGone(button('👍 Alice'))
    expect((await bob.messages(group)).map(({ reactions }) => reactions).flat()).toEqual([])
  })
})
