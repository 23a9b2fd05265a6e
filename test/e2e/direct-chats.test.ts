/**
 * Alice writes to Bob alone, from the list of members: his browser joins by itself, and both see the other's name in place of a
 * title. He blocks her and takes it back. A small group is made in plain words, and its lock says what they mean. Bob tells the
 * admin of a message that should not stay.
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
  let carol: Member
  let group: string

  const say = async (page: AppPage, text: string): Promise<void> => {
    await page.fill(FIELD, text)
    await page.press('Enter')
  }

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, bob, carol] = await Promise.all([startMember('chromium', 'Alice'), startMember(browserOfBob, 'Bob'), startMember('chromium', 'Carol')])
    group = await meet(relay, alice, [bob, carol])
  })
  afterAll(async () => {
    for (const each of [alice, bob, carol]) await each?.profile.remove()
    await relay?.remove()
  })

  it('Bob reports what Carol wrote: Alice, the admin, is shown it, and Carol is not', async () => {
    await carol.ask({ kind: 'send', group, text: 'Buy now' })
    const page = bob.page()
    await page.click({ role: 'link', nameIncludes: 'Desk' })
    await page.click({ role: 'button', nameIncludes: 'More: Carol,' })
    await page.click({ role: 'menuitem', name: 'Report to the admins' })
    await page.fill({ role: 'textbox', name: 'What is wrong with it? (may stay empty)' }, 'An advertisement')
    await page.click(button('Report'))
    await page.waitUntilGone(button('Report'))
    await page.click(button('Back'))
    await alice.page().click({ role: 'link', nameIncludes: 'Desk' })
    await alice.page().waitForText('An advertisement', { inside: LOG })
    await alice.page().waitForText('Bob reported a message from Carol', { inside: LOG })
    await alice.page().click(button('Back'))
    await carol.page().click({ role: 'link', nameIncludes: 'Desk' })
    await carol.page().waitForText('Buy now', { inside: LOG })
    expect(await carol.page().text(LOG)).not.toContain('An advertisement')
    await carol.page().click(button('Back'))
  })

  it('from the members to a conversation with Bob alone', async () => {
    const page = alice.page()
    await page.click({ role: 'link', nameIncludes: 'Desk' })
    await page.click(button('Members'))
    await page.click({ role: 'link', name: 'Bob' })
    await page.click(button('Message Bob'))
    await page.waitFor({ role: 'heading', name: 'Bob' })
    await say(page, 'Just between us')
    await page.waitForText('Just between us', { inside: LOG })
  })

  it('Bob finds it under her name, and answers', async () => {
    const page = bob.page()
    await page.click({ role: 'link', nameIncludes: 'Just between us' })
    await page.waitFor({ role: 'heading', name: 'Alice' })
    await page.waitForText('Only the two of you')
    await say(page, 'Of course')
    await alice.page().waitForText('Of course', { inside: LOG })
  })

  it('the lock says who can read it, and Carol knows of nothing', async () => {
    const page = alice.page()
    await page.click(button('Security: only the two of you can read it'))
    await page.waitForText('For each person by itself')
    await page.click(button('Back'))
    expect((await carol.view()).groups.map(({ title }) => title)).toEqual(['Desk'])
  })

  it('Bob blocks her: nothing that she writes comes, and it goes on when he takes it back', async () => {
    const page = bob.page()
    const { groups } = await bob.view()
    const [alone = '', desk = ''] = [true, false].map((isAlone) => groups.find(({ direct }) => (direct !== null) === isAlone)?.id)
    await page.click(button('About Alice'))
    await page.click(button('Block Alice'))
    await page.click(button('Block'))
    await page.waitFor(button('Unblock Alice'))
    await page.click(button('Back'))
    await page.waitForText('You blocked Alice. Nothing is sent or received here.')
    await say(alice.page(), 'Are you there?')
    await alice.ask({ kind: 'send', group: desk, text: 'Is Bob there?' })
    await waitUntil('Carol has it', async () => (await carol.texts(desk)).includes('Is Bob there?'))
    await carol.ask({ kind: 'send', group: desk, text: 'He is' })
    await waitUntil('Bob has what Carol wrote', async () => (await bob.texts(desk)).includes('He is'))
    expect([await bob.texts(desk), await bob.texts(alone)].flat()).not.toContain('Is Bob there?')
    expect(await bob.texts(alone)).not.toContain('Are you there?')
    await page.click(button('Unblock Alice'))
    await page.waitFor(FIELD)
    await say(alice.page(), 'And now?')
    await page.waitForText('And now?', { inside: LOG })
    expect(await bob.texts(desk)).toContain('Is Bob there?')
  })

  it('it can be ended, and begun again', async () => {
    const page = bob.page()
    await page.click(button('About Alice'))
    await page.click(button('End this conversation'))
    await page.click(button('End'))
    await waitUntil('she has heard of it', async () => (await alice.view()).groups.some(({ direct, members }) => direct !== null && members.length === 1))
    await waitUntil('he is out', async () => (await bob.view()).groups.some(({ direct, state }) => direct !== null && state === 'left'))
    const { account = '' } = (await bob.view()).groups.find(({ direct }) => direct !== null)?.direct ?? {}
    const { group = '' } = await bob.ask({ kind: 'openDirectChat', account })
    await bob.ask({ kind: 'send', group, text: 'One more thing' })
    await waitUntil('it is there', async () => (await alice.group(group))?.state === 'member' && (await alice.texts(group)).includes('One more thing'))
  })

  it('a small group is made in plain words', async () => {
    const page = alice.page()
    await page.click(button('Back'))
    await page.waitFor({ role: 'heading', name: 'Conversations' })
    await page.click(button('New group'))
    await page.fill({ role: 'textbox', name: 'Group name' }, 'Four eyes')
    await page.click({ role: 'radio', name: 'Small and strongest' })
    await page.click(button('Create group'))
    await page.waitFor({ role: 'heading', name: 'Four eyes' })
    const made = (await alice.view()).groups.find(({ title }) => title === 'Four eyes')
    expect(made?.security.groupCipher).toBe('pairwise')
    const { invite = '' } = await alice.ask({ kind: 'createInvite', group: made?.id ?? '' })
    await bob.ask({ kind: 'join', invite })
    await waitUntil('Bob is in', async () => (await bob.group(made?.id ?? ''))?.state === 'member')
    await say(page, 'Sealed for each of us')
    await waitUntil('Bob has it', async () => (await bob.texts(made?.id ?? '')).includes('Sealed for each of us'))
  })
})
