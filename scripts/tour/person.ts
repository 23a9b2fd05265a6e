/** What a person does in the app, by the words on the screen. For the tour and for stories. */
import type { AppPage, BrowserProfile } from '../../test/fixtures/browser-profile.ts'
import { waitUntil } from '../../test/fixtures/wait-until.ts'

export interface Person {
  readonly name: string
  readonly profile: BrowserProfile
  readonly page: () => AppPage
  /** Reopens the popup, as after it lost the focus. */
  readonly reopen: () => Promise<void>
  readonly signUp: (relay: string | null, passphrase?: string) => Promise<void>
  readonly unlock: (passphrase: string) => Promise<void>
  readonly createGroup: (title: string) => Promise<void>
  /** From the conversation to the invite and back: returns its text. */
  readonly invite: () => Promise<string>
  readonly paste: (invite: string) => Promise<void>
  readonly say: (text: string) => Promise<void>
  readonly hears: (text: string, withinMs?: number) => Promise<void>
  /** From the conversation to the members and back. */
  readonly remove: (name: string) => Promise<void>
  /** From the conversation to the settings, and to the list of conversations. */
  readonly showsPresence: () => Promise<void>
  readonly open: (title: string) => Promise<void>
  readonly screenshot: (file: string) => Promise<void>
}

/** A person's actions in a browser profile. The first one opens the popup. */
export async function asPerson(name: string, profile: BrowserProfile, relay: string | null): Promise<Person> {
  const open = (): Promise<AppPage> => profile.open('popup', relay === null ? undefined : { relay })
  let page = await open()
  const inConversation = { role: 'textbox', name: 'Message' } as const
  const back = async (): Promise<void> => page.click({ role: 'button', name: 'Back' })
  return {
    name,
    profile,
    page: () => page,
    reopen: async () => {
      await page.close().catch(() => {})
      page = await open()
    },
    signUp: async (_relay, passphrase) => {
      await page.fill({ role: 'textbox', name: 'Your name' }, name)
      if (passphrase === undefined) await page.click({ role: 'checkbox', name: 'Use no passphrase' })
      else {
        await page.fill({ role: 'textbox', name: 'Passphrase' }, passphrase)
        await page.fill({ role: 'textbox', name: 'Passphrase again' }, passphrase)
      }
      await page.click({ role: 'button', name: 'Get started' })
      await page.waitFor({ role: 'heading', name: 'Conversations' })
    },
    unlock: async (passphrase) => {
      await page.fill({ role: 'textbox', name: 'Passphrase' }, passphrase)
      await page.click({ role: 'button', name: 'Unlock' })
    },
    createGroup: async (title) => {
      await clickFirst(page, 'New group')
      await page.fill({ role: 'textbox', name: 'Group name' }, title)
      await page.click({ role: 'button', name: 'Create group' })
      await page.waitFor({ role: 'heading', nameIncludes: title })
    },
    invite: async () => {
      await page.click({ role: 'button', name: 'Share an invite' }).catch(async () => {
        await page.click({ role: 'button', name: 'Members' })
        await page.click({ role: 'button', name: 'Invite people' })
      })
      const text = await waitUntil('the invite', () => page.value({ role: 'textbox', name: 'Invite text' }))
      // The way back leads through the members.
      await back()
      if (await page.isShown({ role: 'heading', name: 'Members' })) await back()
      await page.waitFor(inConversation)
      return text
    },
    paste: async (invite) => {
      await clickFirst(page, 'Paste an invite')
      await page.fill({ role: 'textbox', name: 'Invite' }, invite)
      await page.click({ role: 'button', name: 'Join group' })
    },
    say: async (text) => {
      await page.fill(inConversation, text)
      await page.press('Enter')
      await page.waitForText(text, { inside: { role: 'log', name: 'Messages' } })
    },
    hears: async (text, withinMs) => {
      await page.waitForText(text, { inside: { role: 'log', name: 'Messages' }, ...(withinMs === undefined ? {} : { withinMs }) })
    },
    remove: async (other) => {
      await page.click({ role: 'button', name: 'Members' })
      await page.click({ role: 'button', name: `Actions for ${other}` })
      await page.click({ role: 'button', name: 'Remove from group' })
      await page.click({ role: 'button', name: 'Remove' })
      await page.waitUntilGone({ role: 'button', name: `Actions for ${other}` })
      await back()
    },
    showsPresence: async () => {
      await back()
      await page.click({ role: 'button', name: 'Settings' })
      await page.click({ role: 'switch', name: 'Show when I am here' })
      await back()
    },
    open: async (title) => page.click({ role: 'link', nameIncludes: title }),
    screenshot: (file) => page.screenshot(file),
  }
}

/** An empty list offers some actions twice: in its bar and in its middle. Either will do. */
async function clickFirst(page: AppPage, name: string): Promise<void> {
  await page.waitFor({ role: 'heading', name: 'Conversations' })
  await waitUntil(`a button “${name}”`, () =>
    page.evaluate((wanted) => {
      const button = [...document.querySelectorAll('button')].find((each) => (each.getAttribute('aria-label') ?? each.textContent ?? '').trim() === wanted)
      button?.click()
      return button !== undefined
    }, name),
  )
}
