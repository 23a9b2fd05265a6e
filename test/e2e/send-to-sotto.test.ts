/** “Send to Sotto…” in the browser's menu: what was chosen on a page gets into a draft of the person's choice, and no further. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wantedBrowsers } from '../../scripts/browsers.ts'
import type { ChromiumProfile } from '../fixtures/chromium.ts'
import { type RelayProcess, startRelay } from '../fixtures/relay-process.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { type Member, startMember } from './support/group-of-browsers.ts'

const PASSPHRASE = 'correct horse battery'
const FIELD = { role: 'textbox', name: 'Message' } as const
const TITLE = 'Send to which conversation?'
const CHOSEN = 'The council votes on Thursday.'

describe.each(wantedBrowsers())('Mira in %s', (browser) => {
  let relay: RelayProcess
  let mira: Member
  let group: string

  /** What a click in the menu does. A test cannot press the browser's own menu: Chromium's worker is told as if by it. */
  const chooseInMenu = async (text: string): Promise<void> => {
    if (browser === 'firefox') await mira.ask({ kind: 'keepTyped', field: 'shared', text })
    else
      await (mira.profile as ChromiumProfile).evaluateInWorker(
        `chrome.contextMenus.onClicked.dispatch({ menuItemId: 'selection', selectionText: ${JSON.stringify(text)} }, {})`,
      )
  }

  beforeAll(async () => {
    relay = await startRelay()
    mira = await startMember(browser, 'Mira', PASSPHRASE)
    await mira.ask({ kind: 'addRelay', address: relay.addresses()[0] ?? '' })
    group = (await mira.ask({ kind: 'createGroup', title: 'Desk' })).group ?? ''
    await mira.ask({ kind: 'createGroup', title: 'Choir' })
    await mira.ask({ kind: 'setDraft', group, text: 'Look at this:' })
  })
  afterAll(async () => {
    await mira?.profile.remove()
    await relay?.remove()
  })

  it('the browser has an entry for each thing that can be chosen', async () => {
    const there = await mira.page().evaluate(async () => {
      interface Api {
        readonly contextMenus?: { readonly update: (id: string, change: object) => Promise<void> }
      }
      const world = globalThis as unknown as { readonly browser?: Api; readonly chrome: Api }
      const menus = (world.browser ?? world.chrome).contextMenus
      // Only what is there can be changed.
      const has = async (id: string) =>
        menus?.update(id, {}).then(
          () => true,
          () => false,
        )
      return Promise.all(['selection', 'link', 'image', 'video'].map(has))
    }, null)
    expect(there).toEqual([true, true, true, false])
  })

  it('she is asked where it goes, and it gets into that draft', async () => {
    await chooseInMenu(CHOSEN)
    await mira.page().waitForText(TITLE)
    await mira.page().waitForText(CHOSEN)
    await mira.page().click({ role: 'button', name: 'Desk' })
    await mira.page().waitFor(FIELD)
    await waitUntil('the draft', async () => (await mira.group(group))?.draft === `Look at this:\n${CHOSEN}`)
    expect(await mira.page().value(FIELD)).toBe(`Look at this:\n${CHOSEN}`)
    // Nothing is sent by itself.
    expect(await mira.texts(group)).toEqual([])
    expect((await mira.view()).typed.shared).toBe('')
  })

  it('she may change her mind', async () => {
    await chooseInMenu(CHOSEN)
    await mira.page().waitForText(TITLE)
    await mira.page().click({ role: 'button', name: 'Send it nowhere' })
    await mira.page().waitFor({ role: 'list', name: 'Conversations' })
    expect((await mira.view()).typed.shared).toBe('')
  })

  it('a keyboard command locks, and the browser offers its keys for that', async () => {
    const commands = await mira.page().evaluate(async () => {
      interface Api {
        readonly commands: { readonly getAll: () => Promise<readonly { readonly name: string; readonly description: string }[]> }
      }
      const world = globalThis as unknown as { readonly browser?: Api; readonly chrome: Api }
      return (await (world.browser ?? world.chrome).commands.getAll()).map(({ name, description }) => `${name}: ${description}`)
    }, null)
    expect(commands).toContain('lock: Lock Sotto')
    expect(commands).toContain(`${browser === 'firefox' ? '_execute_sidebar_action' : 'open-panel'}: Open Sotto beside the page`)
    // As the menu above.
    if (browser === 'firefox') await mira.ask({ kind: 'lock' })
    else await (mira.profile as ChromiumProfile).evaluateInWorker(`chrome.commands.onCommand.dispatch('lock')`)
    await mira.page().waitForText('Welcome back')
    await mira.ask({ kind: 'unlock', passphrase: PASSPHRASE })
  })

  it('while the profile is locked it waits, and that is said', async () => {
    await mira.ask({ kind: 'lock' })
    await chooseInMenu(CHOSEN)
    await mira.page().waitForText('What you chose is kept in memory until you unlock.')
    await mira.ask({ kind: 'unlock', passphrase: PASSPHRASE })
    await mira.page().waitForText(TITLE)
    await mira.ask({ kind: 'lock' })
    await mira.ask({ kind: 'unlock', passphrase: PASSPHRASE })
    // A lock forgets what was not put anywhere.
    expect((await mira.view()).typed.shared).toBe('')
  })
})
