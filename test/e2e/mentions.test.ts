/**
 * A member mentions another by the name that the list offers: it is drawn with the reader's name for that person, and the list of
 * conversations says that one is mentioned. A message is forwarded without a word of where it came from.
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

describe.each(wantedBrowsers())('Alice, and Bob with %s', (browserOfBob) => {
  let relay: RelayProcess
  let alice: Member
  let bob: Member
  let group: string

  const openConversation = async ({ page }: Member): Promise<void> => {
    await page().click({ role: 'link', nameIncludes: 'Desk' })
    await page().waitFor(FIELD)
  }
  const type = async (page: AppPage, keys: string): Promise<void> => {
    for (const key of keys) await page.press(key)
  }

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, bob] = await Promise.all([startMember('chromium', 'Alice'), startMember(browserOfBob, 'Bob')])
    group = await meet(relay, alice, [bob])
    await openConversation(bob)
  })
  afterAll(async () => {
    for (const each of [alice, bob]) await each?.profile.remove()
    await relay?.remove()
  })

  it('Bob is offered who is in the group, and Escape closes the list', async () => {
    await bob.page().click(FIELD)
    await type(bob.page(), 'Has @')
    await bob.page().waitFor({ role: 'option', name: 'Alice' })
    await bob.page().press('Escape')
    await bob.page().waitUntilGone({ role: 'option', name: 'Alice' })
    expect(await bob.page().isShown(FIELD)).toBe(true)
  })

  it('what he chose is there again after his browser was closed', async () => {
    await type(bob.page(), 'al')
    await bob.page().press('Backspace')
    await bob.page().press('Backspace')
    await bob.page().press('Backspace')
    await type(bob.page(), '@al')
    await bob.page().waitFor({ role: 'option', name: 'Alice' })
    await bob.page().press('Enter')
    await waitUntil('it is written', async () => (await bob.page().value(FIELD)) === 'Has @Alice ')
    await waitUntil('it is kept', async () => (await bob.group(group))?.draftMentions.length === 1)
    await bob.away('stop')
    await bob.back()
    await openConversation(bob)
    await waitUntil('it is there', async () => (await bob.page().value(FIELD)) === 'Has @Alice ')
    await bob.page().click(FIELD)
    await bob.page().press('End')
    await type(bob.page(), 'the keys?')
    await bob.page().press('Enter')
    await bob.page().waitForText('Has @Alice the keys?', { inside: LOG })
  })

  it('Alice is told in the list that she is mentioned, and in the conversation', async () => {
    await alice.page().waitFor({ role: 'link', nameIncludes: '1 unread message mentions you' })
    await openConversation(alice)
    await alice.page().waitForText('Has @Alice the keys?', { inside: LOG })
    await waitUntil('she has read it', async () => (await alice.group(group))?.mentions === 0)
  })

  it('Bob is shown his own name for her', async () => {
    const account = (await alice.view()).profile?.account ?? ''
    await bob.ask({ kind: 'setPetname', account, petname: 'Lizzy' })
    await bob.page().waitForText('Has @Lizzy the keys?', { inside: LOG })
    await alice.page().waitForText('Has @Alice the keys?', { inside: LOG })
  })

  it('a message is forwarded to a conversation that is chosen, after a question that names it', async () => {
    const { group: other = '' } = await alice.ask({ kind: 'createGroup', title: 'Choir' })
    await alice.page().click({ role: 'button', nameIncludes: 'More: Bob,' })
    await alice.page().click({ role: 'menuitem', name: 'Forward' })
    await alice.page().click({ role: 'checkbox', name: 'Choir' })
    await alice.page().click(button('Next'))
    await alice.page().waitFor({ role: 'dialog', nameIncludes: 'Forward to Choir?' })
    await alice.page().click(button('Forward'))
    await waitUntil('it is there', async () => (await alice.texts(other)).includes('Has @Alice the keys?'))
    const forwarded = (await alice.messages(other)).at(-1)?.body
    expect(forwarded).toMatchObject({ kind: 'text', forwarded: true, mentions: [] })
  })
  it('an emoji is found by a word, and written where the cursor is', async () => {
    await bob.page().fill(FIELD, '')
    await bob.page().click(button('Emoji'))
    await bob.page().waitFor({ role: 'gridcell', name: 'grinning face' })
    await type(bob.page(), 'pizza')
    await bob.page().waitUntilGone({ role: 'gridcell', name: 'grinning face' })
    await bob.page().press('ArrowDown')
    await bob.page().press('Enter')
    await waitUntil('it is written', async () => (await bob.page().value(FIELD)) === '🍕')
    await bob.page().press('Enter')
    await alice.page().waitForText('🍕', { inside: LOG })
  })

  it('any emoji can be a reaction, and those used last come first', async () => {
    await alice.ask({ kind: 'send', group, text: 'And a pizza.' })
    await bob.page().click({ role: 'button', nameIncludes: 'React: Lizzy,' })
    await bob.page().click(button('Other emoji…'))
    await bob.page().waitFor({ role: 'gridcell', name: 'grinning face' })
    await type(bob.page(), 'red apple')
    await bob.page().waitFor({ role: 'gridcell', name: 'red apple' })
    await bob.page().press('Enter')
    await alice.page().waitFor({ role: 'button', nameIncludes: '🍎' })
    await waitUntil('it is kept', async () => (await bob.view()).profile?.recentEmoji[0] === '🍎')
  })
})
