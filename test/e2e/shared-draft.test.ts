/** One person, several pages: a text typed in one is there in the next, and is sent once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { AppPage, BrowserProfile } from '../fixtures/browser-profile.ts'
import { askEngine } from '../fixtures/engine-link.ts'
import { startProfile } from '../fixtures/start-profile.ts'
import { waitUntil } from '../fixtures/wait-until.ts'

/** A relay that is not there. None is needed. */
const NOBODY = '/ip4/127.0.0.1/tcp/1/ws/p2p/12D3KooWByRS9omqFhBPLkyVsmFSqmPTAxaCWZAYk4r7bvmDu9Kr'
const NAME = { role: 'textbox', name: 'Your name' } as const
const TITLE = { role: 'textbox', name: 'Group name' } as const
const INVITE = { role: 'textbox', name: 'Invite' } as const
const MESSAGE = { role: 'textbox', name: 'Message' } as const

describe.each(wantedBrowsers())('a person with a popup and a panel in %s', (browser) => {
  let profile: BrowserProfile
  let popup: AppPage

  beforeAll(async () => {
    profile = await startProfile(browser, { name: 'shared-draft' })
    popup = await profile.open('popup', { relay: NOBODY })
  })
  afterAll(() => profile?.remove())

  /** As when the popup loses the focus. */
  const reopen = async (): Promise<void> => {
    await popup.close()
    popup = await profile.open('popup', { relay: NOBODY })
  }
  const holds = (page: AppPage, field: typeof MESSAGE | typeof NAME | typeof TITLE | typeof INVITE, text: string): Promise<unknown> =>
    waitUntil(`${field.name} to hold ${text.slice(0, 40)}`, async () => (await page.value(field)) === text)
  const at = (page: AppPage, hash: string): Promise<void> => page.evaluate((to) => void (location.hash = to), hash)
  const texts = async (): Promise<readonly string[]> => {
    const [group] = (await askEngine(popup, { kind: 'look' })).view.groups
    const { reply } = await askEngine(popup, { kind: 'readMessages', group: group?.id ?? '', before: null, limit: 200 })
    if (!reply.ok) throw new Error(reply.rejection.code)
    return (reply.value.messages ?? []).flatMap(({ body }) => (body.kind === 'text' ? [body.text] : []))
  }

  it('finds the typed name again when the popup was closed', async () => {
    await popup.fill(NAME, 'Mira')
    await reopen()
    await holds(popup, NAME, 'Mira')
  })

  it('is told when a name shows nothing, and no profile is created', async () => {
    await popup.fill(NAME, '\u3164\u200b')
    await popup.click({ role: 'checkbox', name: 'Use no passphrase' })
    await popup.click({ role: 'button', name: 'Get started' })
    await popup.waitForText('The name is empty')
    await popup.fill(NAME, 'Eve\u202e')
    await popup.click({ role: 'button', name: 'Get started' })
    await popup.waitFor({ role: 'heading', name: 'Conversations' })
  })

  it('finds a typed title and a pasted invite again, each until it is used', async () => {
    await at(popup, '#/pasteInvite')
    await popup.fill(INVITE, 'sotto:half of it')
    await reopen()
    await at(popup, '#/newGroup')
    await popup.fill(TITLE, 'Desk')
    await reopen()
    await at(popup, '#/pasteInvite')
    await holds(popup, INVITE, 'sotto:half of it')
    await at(popup, '#/newGroup')
    await holds(popup, TITLE, 'Desk')
    await popup.click({ role: 'button', name: 'Create group' })
    await popup.waitFor(MESSAGE)
    await at(popup, '#/newGroup')
    await holds(popup, TITLE, '')
  })

  it('has a name in its one form: what would reverse a sentence is gone from it', async () => {
    const { view } = await askEngine(popup, { kind: 'look' })
    expect(view.profile?.name).toBe('Eve')
    await at(popup, '#/settings')
    await holds(popup, NAME, 'Eve')
  })

  it('keeps a pasted text that is longer than a message, although the popup closes at once', async () => {
    await at(popup, '#/')
    await popup.click({ role: 'link', nameIncludes: 'Desk' })
    await popup.fill(MESSAGE, 'saved before')
    await waitUntil('it is kept', async () => (await askEngine(popup, { kind: 'look' })).view.groups[0]?.draft === 'saved before')
    const pasted = 'pasted 👩‍👩‍👧 '.repeat(1_500)
    await popup.fill(MESSAGE, pasted)
    await popup.waitForText('Too long by more than 1000 characters')
    await reopen()
    await holds(popup, MESSAGE, pasted)
  })

  it('sees in the panel what is typed in the popup, and sends it once from both', async () => {
    const panel = await profile.open('sidepanel')
    await panel.click({ role: 'link', nameIncludes: 'Desk' })
    await popup.fill(MESSAGE, 'said once')
    await holds(panel, MESSAGE, 'said once')
    await panel.click({ role: 'button', name: 'Send' })
    await holds(popup, MESSAGE, '')
    await popup.press('Enter')
    await popup.fill(MESSAGE, '\u200b\u3164')
    await popup.press('Enter')
    await popup.fill(MESSAGE, 'invoice-\u202efdp.exe')
    await popup.press('Enter')
    await panel.waitForText('fdp.exe', { inside: { role: 'log', name: 'Messages' } })
    expect(await texts()).toEqual(['said once', 'invoice-\u202efdp.exe'])
    expect(await panel.text({ role: 'log', name: 'Messages' })).toContain('invoice-⇄fdp.exe')
    await panel.close()
  })
})
