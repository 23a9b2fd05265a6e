/**
 * What was said before: an admin lets new members see it, and who comes then has it, from a member that is named, also where its browser is
 * killed meanwhile.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { Control } from '../fixtures/browser-profile.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type Member, meet, startMember } from './support/group-of-browsers.ts'

const LOG = { role: 'log', name: 'Messages' } as const
const CHOICE: Control = { role: 'combobox', name: 'What new members see from before they came' }
const button = (name: string): Control => ({ role: 'button', name })
const LINES = 120

describe(`Alice wrote before others came with ${wantedBrowsers().join(' and ')}`, () => {
  let relay: RelayProcess
  let alice: Member
  let newMembers: readonly Member[] = []
  let group: string
  let invite: string

  const has = async (member: Member, text: string): Promise<boolean> => (await member.texts(group)).includes(text)

  beforeAll(async () => {
    relay = await startRelay()
    ;[alice, ...newMembers] = await Promise.all([
      startMember('chromium', 'Alice'),
      ...wantedBrowsers().map((browser, i) => startMember(browser, ['Bob', 'Carol'][i] ?? browser)),
    ])
    group = await meet(relay, alice, [])
    invite = (await alice.ask({ kind: 'createInvite', group })).invite ?? ''
    await alice.sendAll(
      group,
      Array.from({ length: LINES }, (_, i) => `line ${i}`),
    )
    await alice.ask({ kind: 'send', group, text: 'not for long', lifetimeSeconds: 3_600 })
  })
  afterAll(async () => {
    for (const each of [alice, ...newMembers]) await each?.profile.remove()
    await relay?.remove()
  })

  it('she chooses in the group’s details what new members see, and a line says so', async () => {
    const page = alice.page()
    await page.click({ role: 'link', nameIncludes: 'Desk' })
    await page.click(button('Members'))
    await page.waitFor(CHOICE)
    const isThere = (): Promise<boolean> => page.evaluate(() => document.activeElement?.tagName === 'SELECT', null)
    for (let tabs = 0; tabs < 40 && !(await isThere()); tabs++) await page.press('Tab')
    // Nothing, a day, a week, 30 days, 100 messages.
    for (let options = 0; options < 4; options++) await page.press('ArrowDown')
    await page.click(button('Set for the group'))
    await page.waitUntilGone(button('Set for the group'))
    await page.click(button('Back'))
    await page.waitForText('New members see the last 100 messages from before they came', { inside: LOG })
  })

  it('they have it under her name and as passed on by her, nothing unread, and find it; what vanishes they do not have', async () => {
    await Promise.all(
      newMembers.map(async (each) => {
        await each.ask({ kind: 'join', invite })
        await waitUntil(`${each.name} has some`, () => has(each, `line ${LINES - 1}`))
        await each.away('kill')
        await each.back()
        await waitUntil(`${each.name} has all`, () => has(each, `line ${LINES - 99}`))
      }),
    )
    for (const each of newMembers) {
      const texts = await each.texts(group)
      expect(texts).toEqual(Array.from({ length: texts.length }, (_, i) => `line ${LINES - texts.length + i}`))
      expect(texts.length).toBeLessThanOrEqual(100)
      expect((await each.group(group))?.unread).toBe(0)
      const page = each.page()
      await page.click({ role: 'link', nameIncludes: 'Desk' })
      await page.waitForText(`line ${LINES - 1}`, { inside: LOG })
      await page.waitForText('Passed on by Alice', { inside: LOG })
      const message = (await each.messages(group)).findLast(({ body }) => body.kind === 'text')?.id ?? ''
      expect((await each.ask({ kind: 'messageDetails', group, message })).details).toMatchObject({ basis: 'passedOn', readers: [] })
    }
  })

  it('what she edits is another text there too', async () => {
    const id = (await alice.messages(group)).find(({ body }) => body.kind === 'text' && body.text === `line ${LINES - 1}`)?.id ?? ''
    await alice.ask({ kind: 'editMessage', group, message: id, text: 'the last line' })
    for (const each of newMembers) await each.page().waitForText('the last line', { inside: LOG })
  })
})
