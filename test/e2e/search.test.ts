/** People look for what was said: in all conversations, with accents or without, by keyboard; and switch it off. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { AppPage, Control } from '../fixtures/browser-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

const WANTED = 'The crème brûlée recipe is in the blue folder'
const FIELD: Control = { role: 'searchbox', name: 'Search messages and conversations' }
const hit = (words: string): Control => ({ role: 'link', nameIncludes: words })

describe.each(wantedBrowsers())('Alice writes, and Bob looks for it with %s', (browserOfBob) => {
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let group: string

  const focused = (page: AppPage): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '', null)

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, bob] = await Promise.all([startMember('chromium', 'Alice'), startMember(browserOfBob, 'Bob')])
    group = await meet(relay, alice, [bob])
    await alice.ask({ kind: 'send', group, text: WANTED })
    // So many that the wanted one is not among those that a conversation opens with.
    await Promise.all(Array.from({ length: 260 }, (_, i) => alice.ask({ kind: 'send', group, text: `Remark number ${i} about nothing` })))
    await alice.ask({ kind: 'send', group, text: 'That is all for today' })
    await waitUntil('Bob has all', async () => ((await bob.group(group))?.unread ?? 0) >= 262)
  })
  afterAll(async () => {
    for (const each of [alice, bob]) await each?.profile.remove()
    await relay?.remove()
  })

  it('by the beginnings of two words, without accents, and finds no other', async () => {
    await bob.page().fill(FIELD, 'bru creme')
    await bob.page().waitFor(hit('brûlée'))
    expect(await bob.page().isShown(hit('Remark number'))).toBe(false)
  })

  it('and the hit leads to the message, which has the focus', async () => {
    await bob.page().click(hit('brûlée'))
    await bob.page().waitForText(WANTED, { inside: { role: 'log', name: 'Messages' } })
    await waitUntil('the message has the focus', async () => (await focused(bob.page())).includes(WANTED))
  })

  it('in one conversation, page by page', async () => {
    await bob.page().click({ role: 'button', name: 'Search messages' })
    await bob.page().fill({ role: 'searchbox', name: 'Search messages' }, 'remark num')
    await bob.page().waitFor(hit('Remark number 259 '))
    expect(await bob.page().isShown(hit('Remark number 200 '))).toBe(false)
    await bob.page().click({ role: 'button', name: 'Show more' })
    await bob.page().waitFor(hit('Remark number 215 '))
  })

  it('and nothing is found when it is switched off', async () => {
    await bob.ask({ kind: 'setSearch', isOn: false })
    await bob.page().waitForText('Search in messages is switched off')
    await bob.ask({ kind: 'setSearch', isOn: true })
    await bob.page().waitFor(hit('Remark number 259 '))
  })
})
