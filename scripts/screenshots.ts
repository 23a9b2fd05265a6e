/**
 * Takes a picture of every screen of the app, in light and dark and both widths, and checks each with axe's rules and the
 * type scale. The screens are played without an engine, in a page of the built extension as Chromium installs it: an
 * extension's page has other defaults than one on the web. Pictures go to `out/screenshots/`. Ends with 1 if a screen
 * breaks a rule or throws.
 *
 * Words after the command narrow it to the pictures whose names contain one of them. `--store` takes those that the stores
 * show instead, 1280 by 800, into `out/store/`. `--sheet` makes the one of eight screens that is in the README.
 */
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type BrowserContext, type Page, chromium } from 'playwright-core'
import { build as bundle } from 'vite'
import { SCENE_NOW_MS } from '../extension/app/preview/scene-messages.ts'
import type { SceneName } from '../extension/app/preview/scenes.ts'
import { CHROMIUM_EXTENSION, CHROMIUM_EXTENSION_ID } from '../test/fixtures/chromium.ts'
import { chromiumArguments, chromiumProgram } from '../test/fixtures/chromium-program.ts'
import { makeTemporaryFolder } from '../test/fixtures/temporary-folder.ts'
import { MESSAGE_LEAST_PX, readTypeScale, TYPE_SCALE_PX } from '../test/fixtures/type-scale.ts'
import { build } from './build.ts'
import { makeContactSheet } from './contact-sheet.ts'
import { ROOT } from './repository.ts'

/** Time limit of the whole command, ms. */
const LIMIT_MS = 12 * 60_000
const PICTURES = join(ROOT, 'out', 'screenshots')
const STORE_PICTURES = join(ROOT, 'out', 'store')
const SHEET_PICTURES = join(ROOT, 'out', 'sheet')
const SHEET = join(ROOT, 'docs', 'screenshots', 'screens.webp')
/** What Chrome's store asks for, and what Firefox's takes. */
const STORE_SIZE = { width: 1280, height: 800 } as const
/** The built extension with one additional page, which plays scenes. */
const PREVIEW_EXTENSION = join(ROOT, 'out', 'preview-extension')
const PREVIEW_URL = `chrome-extension://${CHROMIUM_EXTENSION_ID}/preview/index.html`

const SIZES = { popup: { width: 380, height: 600 }, panel: { width: 960, height: 680 } } as const
type Width = keyof typeof SIZES
const THEMES = ['light', 'dark'] as const
type Theme = (typeof THEMES)[number]

/**
 * How a person has set the browser up. `turned`: from right to left. `contrast`: the system's high contrast. `zoomed`: 200 %,
 * half as many CSS pixels on the same screen. `large`: letters twice the usual size.
 */
type Seen = 'turned' | 'contrast' | 'zoomed' | 'large'

interface Screen {
  readonly name: string
  readonly scene: SceneName
  /** The hash to open at. */
  readonly at?: string
  readonly layout?: 'options'
  readonly widths?: readonly Width[]
  readonly language?: 'de'
  readonly offline?: boolean
  readonly seen?: Seen
  /** What a person does there first. */
  readonly act?: (page: Page) => Promise<void>
}

const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click()
const entry = (page: Page, name: string): Promise<void> => page.getByRole('menuitem', { name, exact: true }).click()
const POPUP: readonly Width[] = ['popup']
const ofLast = (page: Page, name: RegExp): Promise<void> => page.getByRole('button', { name }).last().click()
/** Chooses from the menu of the last own message. */
const chooseOfOwn = async (page: Page, name: string): Promise<void> => {
  await ofLast(page, /^More: You,/)
  await entry(page, name)
}
/** Types words to look for, and waits for what was found. */
const seek = async (page: Page, words: string): Promise<void> => {
  await page.getByRole('searchbox').last().fill(words)
  await page.locator('.found-all [role=status]:not(:empty)').last().waitFor()
}

/** The screens that people use most, as a person sees them who has set the browser up otherwise. */
function seenOtherwise(seen: Seen, widths: readonly Width[]): readonly Screen[] {
  const scenes: readonly Pick<Screen, 'name' | 'scene' | 'at' | 'act'>[] = [
    { name: 'welcome', scene: 'noProfile' },
    { name: 'locked', scene: 'locked' },
    { name: 'list', scene: 'conversations' },
    { name: 'conversation', scene: 'conversations', at: '#/conversation/desk', act: canWrite },
    { name: 'replies', scene: 'replies', at: '#/conversation/desk', act: canWrite },
    { name: 'members', scene: 'conversations', at: '#/members/desk' },
    { name: 'vanishing', scene: 'vanishing', at: '#/conversation/desk', act: canWrite },
    { name: 'lifetime', scene: 'vanishingOwn', at: '#/lifetime/desk' },
    { name: 'settings', scene: 'conversations', at: '#/settings' },
    { name: 'share', scene: 'shared' },
  ]
  return scenes.map((screen) => ({ ...screen, name: `${seen}-${screen.name}`, widths, seen }))
}

/** The field for a message is on the screen as a whole. */
async function canWrite(page: Page): Promise<void> {
  const box = await page.getByRole('textbox', { name: 'Message' }).boundingBox()
  const size = page.viewportSize()
  if (box === null || size === null || box.y < 0 || box.y + box.height > size.height || box.x < 0 || box.x + box.width > size.width)
    throw new Error('the field for a message is outside of the window')
}

/** The picture of a conversation is there, and not its thumbnail alone. */
const picturesDrawn = (page: Page): Promise<void> => page.locator('.picture-whole').first().waitFor({ state: 'attached' })
const cardsDrawn = (page: Page): Promise<void> =>
  page
    .getByText(/interview/)
    .first()
    .waitFor()
const attachmentsDrawn = (page: Page): Promise<void> => page.getByRole('list', { name: 'Attached files' }).waitFor()

const SCREENS: readonly Screen[] = [
  { name: 'starting', scene: 'starting', widths: POPUP },
  { name: 'welcome', scene: 'noProfile' },
  {
    name: 'welcome-without-passphrase',
    scene: 'noProfile',
    widths: POPUP,
    act: (page) => page.getByRole('checkbox', { name: 'Use no passphrase' }).check(),
  },
  {
    name: 'welcome-passphrases-differ',
    scene: 'noProfile',
    widths: POPUP,
    act: async (page) => {
      await page.getByRole('textbox', { name: 'Your name' }).fill('Mira')
      await page.getByLabel('Passphrase', { exact: true }).fill('one two three')
      await page.getByLabel('Passphrase again').fill('one two four')
      await press(page, 'Get started')
    },
  },
  { name: 'wiped', scene: 'wiped', widths: POPUP },
  { name: 'wiped-but-not-all', scene: 'wipedButNotAll', widths: POPUP },
  {
    name: 'welcome-strength',
    scene: 'noProfile',
    widths: POPUP,
    act: async (page) => {
      await page.getByLabel('Passphrase', { exact: true }).fill('the blue lamp')
      await page.getByText(/A thief with this computer/).waitFor()
    },
  },
  { name: 'locked', scene: 'locked' },
  {
    name: 'locked-waiting',
    scene: 'lockedWaiting',
    widths: POPUP,
    act: async (page) => {
      await page.getByLabel('Passphrase', { exact: true }).fill('not it')
      await press(page, 'Unlock')
    },
  },
  {
    name: 'locked-wrong',
    scene: 'locked',
    widths: POPUP,
    act: async (page) => {
      await page.getByLabel('Passphrase', { exact: true }).fill('not it')
      await press(page, 'Unlock')
      await press(page, 'Forgot your passphrase?')
    },
  },
  { name: 'opening', scene: 'opening', widths: POPUP },
  { name: 'unavailable-damaged', scene: 'storageDamagedAtStart', widths: POPUP },
  { name: 'unavailable-full', scene: 'storageFullAtStart', widths: POPUP },
  { name: 'unavailable-refused', scene: 'storageRefused', widths: POPUP },
  { name: 'unavailable-newer', scene: 'storageNewer', widths: POPUP },
  { name: 'unavailable-failed', scene: 'storageFailed', widths: POPUP },
  { name: 'welcome-interrupted', scene: 'profileEmpty', widths: POPUP },
  {
    name: 'welcome-refused',
    scene: 'nameRefused',
    widths: POPUP,
    act: async (page) => {
      await page.getByRole('textbox', { name: 'Your name' }).fill('Mira')
      await page.getByLabel('Passphrase', { exact: true }).fill('one')
      await page.getByLabel('Passphrase again').fill('one')
      await press(page, 'Get started')
    },
  },
  { name: 'list-empty', scene: 'empty' },
  { name: 'list', scene: 'conversations' },
  { name: 'list-arranged', scene: 'arranged' },
  { name: 'list-arranged-german', scene: 'arranged', language: 'de' },
  {
    name: 'list-menu',
    scene: 'arranged',
    act: (page) => page.getByRole('link', { name: /^City desk/ }).press('Shift+F10'),
  },
  {
    name: 'list-menu-german',
    scene: 'arranged',
    language: 'de',
    widths: POPUP,
    act: (page) => page.getByRole('button', { name: /^Mehr für .*Climbing/ }).click(),
  },
  { name: 'archive', scene: 'arranged', at: '#/archive' },
  {
    name: 'list-nothing-found',
    scene: 'conversations',
    widths: POPUP,
    act: (page) => seek(page, 'xyz'),
  },
  { name: 'list-reconnecting', scene: 'reconnecting', widths: POPUP },
  { name: 'list-storage-full', scene: 'storageFull', widths: POPUP },
  { name: 'new-group', scene: 'empty', at: '#/newGroup' },
  { name: 'list-direct', scene: 'direct' },
  { name: 'conversation-direct', scene: 'direct', at: '#/conversation/alone-with-tala' },
  { name: 'conversation-direct-blocked', scene: 'directBlocked', at: '#/conversation/alone-with-tala', widths: POPUP },
  { name: 'conversation-direct-awaits', scene: 'directAwaits', at: '#/conversation/alone-with-tala', widths: POPUP },
  { name: 'conversation-direct-asked', scene: 'directAsked', at: '#/conversation/alone-with-tala' },
  { name: 'conversation-direct-asked-written', scene: 'directAskedWritten', at: '#/conversation/alone-with-tala', widths: POPUP },
  { name: 'conversation-direct-accepted', scene: 'directAccepted', at: '#/conversation/alone-with-tala', widths: POPUP },
  { name: 'list-requests', scene: 'requests' },
  { name: 'requests', scene: 'requests', at: '#/requests' },
  { name: 'requests-german', scene: 'requests', at: '#/requests', widths: POPUP, language: 'de' },
  { name: 'requests-turned', scene: 'requests', at: '#/requests', widths: POPUP, seen: 'turned' },
  { name: 'requests-none', scene: 'requestsBlocked', at: '#/requests', widths: POPUP },
  { name: 'requests-block', scene: 'requests', at: '#/requests', widths: POPUP, act: (page) => press(page, 'Block Inês Tavares') },
  { name: 'requests-remove', scene: 'requests', at: '#/requests', widths: POPUP, act: (page) => press(page, 'Remove all requests') },
  { name: 'contact-link-write', scene: 'linkPasted', at: '#/pasteInvite', widths: POPUP, act: (page) => press(page, 'Join group') },
  {
    name: 'contact-link',
    scene: 'contactLink',
    at: '#/settings',
    act: async (page) => {
      await press(page, 'Show contact link')
      await page.getByRole('button', { name: 'Take contact link back', exact: true }).scrollIntoViewIfNeeded()
    },
  },
  { name: 'security-direct', scene: 'direct', at: '#/security/alone-with-tala', widths: POPUP },
  { name: 'person-direct', scene: 'direct', at: '#/person/alone-with-tala/tala', widths: POPUP },
  {
    name: 'paste-invite',
    scene: 'empty',
    at: '#/pasteInvite',
    act: async (page) => {
      await page.getByRole('textbox', { name: 'Invite' }).fill('sotto:old')
      await press(page, 'Join group')
    },
  },
  {
    name: 'paste-several-invites',
    scene: 'severalInvites',
    at: '#/pasteInvite',
    widths: POPUP,
    act: async (page) => {
      await page.getByRole('textbox', { name: 'Invite' }).fill('For the desk: sotto:one and this one is for the choir sotto:two')
      await press(page, 'Join group')
    },
  },
  { name: 'join-connecting', scene: 'joinConnecting', at: '#/conversation/joining', widths: POPUP },
  { name: 'join-waiting', scene: 'conversations', at: '#/conversation/joining' },
  { name: 'join-admitted', scene: 'joinAdmitted', at: '#/conversation/joining', widths: POPUP },
  { name: 'join-wrong-clock', scene: 'joinWrongClock', at: '#/conversation/joining', widths: POPUP },
  { name: 'join-refused', scene: 'joinRefused', at: '#/conversation/joining', widths: POPUP },
  { name: 'conversation', scene: 'conversations', at: '#/conversation/desk' },
  { name: 'files', scene: 'files', at: '#/conversation/desk', act: picturesDrawn },
  { name: 'files-german', scene: 'files', at: '#/conversation/desk', widths: POPUP, language: 'de', act: picturesDrawn },
  {
    name: 'files-picture',
    scene: 'files',
    at: '#/conversation/desk',
    act: async (page) => {
      await picturesDrawn(page)
      await page.getByRole('button', { name: /^Picture by Tala/ }).click()
      await page.getByRole('dialog').getByRole('img').waitFor()
    },
  },
  { name: 'files-all', scene: 'files', at: '#/files/desk', act: picturesDrawn },
  { name: 'files-all-none', scene: 'quiet', at: '#/files/desk', widths: POPUP },
  { name: 'files-coming', scene: 'filesComing', at: '#/conversation/desk', act: cardsDrawn },
  { name: 'files-coming-german', scene: 'filesComing', at: '#/conversation/desk', widths: POPUP, language: 'de' },
  {
    name: 'details-files',
    scene: 'files',
    at: '#/conversation/desk',
    act: async (page) => {
      await page.getByRole('button', { name: 'More: You' }).first().click()
      await page.getByRole('menuitem', { name: 'Details' }).click()
      await page.getByText('Who has a file').waitFor()
    },
  },
  {
    name: 'forwarding-files',
    scene: 'files',
    at: '#/conversation/desk',
    act: async (page) => {
      await page.getByRole('button', { name: 'More: Jonas' }).first().click()
      await page.getByRole('menuitem', { name: 'Forward' }).click()
      await page.getByRole('checkbox').first().check()
      await page.getByRole('button', { name: 'Next' }).click()
      await page.getByRole('list', { name: 'Files that are forwarded' }).waitFor()
    },
  },
  { name: 'attaching', scene: 'attaching', at: '#/conversation/desk', act: attachmentsDrawn },
  { name: 'attaching-german', scene: 'attaching', at: '#/conversation/desk', widths: POPUP, language: 'de' },
  { name: 'conversation-unread', scene: 'conversations', at: '#/conversation/family' },
  { name: 'conversation-late', scene: 'late', at: '#/conversation/desk' },
  { name: 'conversation-late-german', scene: 'late', at: '#/conversation/desk', widths: POPUP, language: 'de' },
  { name: 'conversation-left-in-the-middle', scene: 'leftInTheMiddle', at: '#/conversation/desk' },
  { name: 'conversation-alone', scene: 'alone', at: '#/conversation/desk' },
  { name: 'conversation-comparing', scene: 'comparing', at: '#/conversation/desk', widths: POPUP },
  { name: 'conversation-quiet', scene: 'quiet', at: '#/conversation/desk', widths: POPUP },
  {
    name: 'conversation-unreadable',
    scene: 'unreadable',
    at: '#/conversation/desk',
    act: (page) => page.getByRole('button', { name: '4 messages cannot be opened yet' }).click(),
  },
  { name: 'conversation-cut-off', scene: 'cutOff', at: '#/conversation/desk', widths: POPUP },
  { name: 'group-relays', scene: 'cutOff', at: '#/relays/desk' },
  { name: 'group-relays-gone', scene: 'relayGone', at: '#/relays/desk' },
  { name: 'group-relays-gone-german', scene: 'relayGone', at: '#/relays/desk', widths: POPUP, language: 'de' },
  {
    name: 'group-relays-added',
    scene: 'relayGone',
    at: '#/relays/desk',
    widths: POPUP,
    act: (page) => page.getByRole('textbox', { name: 'Relay address' }).evaluate((element) => element.scrollIntoView()),
  },
  { name: 'conversation-relay-gone', scene: 'relayGone', at: '#/conversation/desk', widths: POPUP },
  {
    name: 'settings-relays',
    scene: 'relayGone',
    at: '#/settings',
    widths: POPUP,
    act: (page) => page.getByRole('region', { name: 'Relays' }).evaluate((element) => element.scrollIntoView()),
  },
  { name: 'group-relays-member', scene: 'cutOffMember', at: '#/relays/desk', widths: POPUP },
  { name: 'conversation-relay-unreachable', scene: 'relayUnreachable', at: '#/conversation/desk', widths: POPUP },
  { name: 'conversation-offline', scene: 'conversations', at: '#/conversation/choir', widths: POPUP, offline: true },
  {
    name: 'message-details',
    scene: 'conversations',
    at: '#/conversation/desk',
    act: async (page) => {
      const more = page.getByRole('button', { name: /^More: You,/ }).last()
      await more.focus()
      await more.press('Enter')
      await entry(page, 'Details')
    },
  },
  {
    name: 'message-details-german',
    scene: 'conversations',
    at: '#/conversation/desk',
    widths: POPUP,
    language: 'de',
    act: async (page) => {
      await page
        .getByRole('button', { name: /^Mehr: / })
        .first()
        .click()
      await entry(page, 'Einzelheiten')
    },
  },
  { name: 'conversation-thousands', scene: 'thousands', at: '#/conversation/desk' },
  {
    name: 'conversation-scrolled-far',
    scene: 'thousands',
    at: '#/conversation/desk',
    widths: POPUP,
    act: async (page) => {
      const list = page.getByRole('log', { name: 'Messages' })
      for (let page = 0; page < 8; page++) {
        await list.evaluate((element) => element.scrollTo(0, 0))
        await list.evaluate(() => new Promise((resolve) => setTimeout(resolve, 60)))
      }
    },
  },
  {
    name: 'conversation-too-long',
    scene: 'conversations',
    at: '#/conversation/desk',
    widths: POPUP,
    act: (page) => page.getByRole('textbox', { name: 'Message' }).fill('Far too long. '.repeat(1200)),
  },
  {
    name: 'conversation-send-refused',
    scene: 'sendRefused',
    at: '#/conversation/desk',
    widths: POPUP,
    act: async (page) => {
      await page.getByRole('textbox', { name: 'Message' }).fill('Did you get the scan?')
      await press(page, 'Send')
    },
  },
  { name: 'conversation-reactions', scene: 'reactions', at: '#/conversation/desk' },
  { name: 'conversation-marked', scene: 'marked', at: '#/conversation/desk' },
  { name: 'list-mentions', scene: 'mentions', widths: POPUP },
  { name: 'conversation-mentions', scene: 'mentions', at: '#/conversation/desk' },
  {
    name: 'conversation-mention-list',
    scene: 'mentions',
    at: '#/conversation/desk',
    act: async (page) => {
      await page.getByRole('textbox', { name: 'Message' }).press('End')
      await page.getByRole('textbox', { name: 'Message' }).press('ArrowDown')
    },
  },
  {
    name: 'forward',
    scene: 'mentions',
    at: '#/conversation/desk',
    act: async (page) => {
      await page.getByRole('button', { name: /^More: Wen/ }).click()
      await entry(page, 'Details')
      await press(page, 'Forward')
      await page.getByRole('checkbox', { name: /Family/ }).check()
    },
  },
  {
    name: 'forward-question',
    scene: 'mentions',
    at: '#/conversation/desk',
    widths: POPUP,
    act: async (page) => {
      await page.getByRole('button', { name: /^More: Wen/ }).click()
      await entry(page, 'Details')
      await press(page, 'Forward')
      await page.getByRole('checkbox', { name: /Family/ }).check()
      await page.getByRole('checkbox', { name: /Climbing/ }).check()
      await press(page, 'Next')
    },
  },
  { name: 'reported', scene: 'reported', at: '#/conversation/desk' },
  {
    name: 'report',
    scene: 'reported',
    at: '#/conversation/desk',
    act: async (page) => {
      await page.getByRole('button', { name: /^More: Wen/ }).click()
      await entry(page, 'Report to the admins')
    },
  },
  { name: 'found', scene: 'conversations', act: (page) => seek(page, 'th') },
  { name: 'found-nothing', scene: 'conversations', widths: POPUP, language: 'de', act: (page) => seek(page, 'xyz') },
  { name: 'found-indexing', scene: 'indexing', widths: POPUP, act: (page) => seek(page, 'the') },
  { name: 'find-in-conversation', scene: 'thousands', at: '#/find/desk', act: (page) => seek(page, 'so goes') },
  { name: 'conversation-vanishing', scene: 'vanishing', at: '#/conversation/desk' },
  { name: 'conversation-vanishing-german', scene: 'vanishing', at: '#/conversation/desk', widths: POPUP, language: 'de' },
  { name: 'conversation-vanishing-direct', scene: 'directVanishing', at: '#/conversation/alone-with-tala', widths: POPUP },
  { name: 'vanishing-sooner', scene: 'vanishingSooner', at: '#/conversation/desk' },
  {
    name: 'vanishing-sooner-choice',
    scene: 'vanishingSooner',
    at: '#/conversation/desk',
    act: (page) => press(page, 'How long this message lasts'),
  },
  {
    name: 'vanishing-sooner-truth',
    scene: 'vanishingSooner',
    at: '#/conversation/desk',
    widths: POPUP,
    act: async (page) => {
      await press(page, 'How long this message lasts')
      await press(page, 'What this does, and what it cannot do')
      await page.getByText('It is no lock.').scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'vanishing-details',
    scene: 'vanishing',
    at: '#/conversation/desk',
    widths: POPUP,
    act: (page) => chooseOfOwn(page, 'Details'),
  },
  { name: 'vanishing', scene: 'vanishing', at: '#/lifetime/desk' },
  { name: 'vanishing-german', scene: 'vanishing', at: '#/lifetime/desk', widths: POPUP, language: 'de' },
  {
    name: 'vanishing-members',
    scene: 'vanishing',
    at: '#/members/desk',
    widths: POPUP,
    act: (page) => page.getByRole('button', { name: /^Vanishing/ }).scrollIntoViewIfNeeded(),
  },
  {
    name: 'vanishing-own-wrong',
    scene: 'vanishingOwn',
    at: '#/lifetime/desk',
    widths: POPUP,
    act: async (page) => {
      await page.getByRole('textbox', { name: 'How many' }).fill('90000')
      await press(page, 'Set for everybody')
      await page.getByRole('alert').scrollIntoViewIfNeeded()
    },
  },
  { name: 'conversation-replies', scene: 'replies', at: '#/conversation/desk' },
  { name: 'conversation-signals', scene: 'signals', at: '#/conversation/desk' },
  { name: 'list-signals', scene: 'signals', widths: POPUP },
  { name: 'members-change', scene: 'conversations', at: '#/members/desk', act: (page) => press(page, 'Change picture, name and description') },
  { name: 'members-addresses-hidden', scene: 'addressesHidden', at: '#/members/desk' },
  { name: 'members-hide-addresses', scene: 'conversations', at: '#/members/desk', act: (page) => page.getByRole('switch').click() },
  { name: 'members-signals', scene: 'signals', at: '#/members/desk' },
  { name: 'conversation-changed', scene: 'changed', at: '#/conversation/desk' },
  { name: 'conversation-editing', scene: 'editing', at: '#/conversation/desk' },
  {
    name: 'conversation-menu',
    scene: 'changed',
    at: '#/conversation/desk',
    act: (page) => ofLast(page, /^More: You,/),
  },
  {
    name: 'conversation-delete',
    scene: 'changed',
    at: '#/conversation/desk',
    act: (page) => chooseOfOwn(page, 'Delete'),
  },
  {
    name: 'message-versions',
    scene: 'changed',
    at: '#/conversation/desk',
    act: (page) => chooseOfOwn(page, 'Details'),
  },
  {
    name: 'conversation-reaction-picker',
    scene: 'reactions',
    at: '#/conversation/desk',
    act: (page) => ofLast(page, /^React: Wen,/),
  },
  {
    name: 'emoji',
    scene: 'conversations',
    at: '#/conversation/desk',
    act: async (page) => {
      await page.getByRole('button', { name: 'Emoji', exact: true }).click()
      await page.getByRole('gridcell', { name: 'grinning face', exact: true }).focus()
    },
  },
  {
    name: 'emoji-found-german',
    scene: 'reactions',
    at: '#/conversation/desk',
    language: 'de',
    widths: POPUP,
    act: async (page) => {
      await page
        .getByRole('button', { name: /^Reagieren: Wen,/ })
        .last()
        .click()
      await page.getByRole('button', { name: 'Andere Emojis …' }).click()
      await page.getByRole('radio', { name: 'Mittel', exact: true }).press(' ')
      await page.getByRole('searchbox', { name: 'Emojis suchen' }).fill('winken')
      await page.getByRole('gridcell').first().waitFor()
    },
  },
  {
    name: 'conversation-reaction-refused',
    scene: 'reactionRefused',
    at: '#/conversation/desk',
    widths: POPUP,
    act: (page) => page.getByRole('button', { name: '👍 Tala Reyes', exact: true }).first().click(),
  },
  { name: 'conversation-hidden-signs', scene: 'hiddenSigns', at: '#/conversation/desk' },
  {
    name: 'members-hidden-signs',
    scene: 'hiddenSigns',
    at: '#/members/desk',
    widths: POPUP,
    act: async (page) => {
      await page.getByRole('button', { name: /^Actions for .*Eve/ }).click()
      await press(page, 'Remove from group')
    },
  },
  { name: 'removed', scene: 'conversations', at: '#/conversation/old' },
  {
    name: 'removed-forget',
    scene: 'conversations',
    at: '#/conversation/old',
    widths: POPUP,
    act: (page) => press(page, 'Forget this group'),
  },
  { name: 'security', scene: 'conversations', at: '#/security/desk' },
  { name: 'people-conversation', scene: 'people', at: '#/conversation/desk' },
  { name: 'people-conversation-german', scene: 'people', at: '#/conversation/desk', widths: POPUP, language: 'de' },
  { name: 'people-members', scene: 'people', at: '#/members/desk' },
  { name: 'people-verified', scene: 'people', at: '#/person/desk/jonas' },
  {
    name: 'people-read-code',
    scene: 'people',
    at: '#/person/desk/alike',
    act: async (page) => {
      await press(page, 'Read their code')
      await page.getByRole('button', { name: 'Compare', exact: true }).scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'people-code-of-another',
    scene: 'peopleNoMatch',
    at: '#/person/desk/alike',
    widths: POPUP,
    act: async (page) => {
      await press(page, 'Read their code')
      await page.getByRole('textbox', { name: 'Code as text' }).fill('sotto-safety:Ab3')
      await press(page, 'Compare')
    },
  },
  { name: 'people-another', scene: 'people', at: '#/person/desk/alike', widths: POPUP },
  { name: 'people-mark-lost', scene: 'people', at: '#/person/desk/tala', widths: POPUP },
  { name: 'people-forked', scene: 'people', at: '#/person/desk/wen' },
  { name: 'people-forked-german', scene: 'people', at: '#/person/desk/wen', widths: POPUP, language: 'de' },
  { name: 'members', scene: 'conversations', at: '#/members/desk', act: (page) => press(page, 'Actions for Tala Reyes') },
  {
    name: 'members-remove',
    scene: 'conversations',
    at: '#/members/desk',
    act: async (page) => {
      await press(page, 'Actions for Tala Reyes')
      await press(page, 'Remove from group')
    },
  },
  {
    name: 'members-leave',
    scene: 'onlyAdmin',
    at: '#/members/desk',
    widths: POPUP,
    act: (page) => press(page, 'Leave group'),
  },
  { name: 'invite', scene: 'conversations', at: '#/invite/desk' },
  { name: 'settings', scene: 'conversations', at: '#/settings' },
  {
    name: 'settings-notifications',
    scene: 'notifying',
    at: '#/settings',
    act: (page) => page.getByRole('radiogroup', { name: 'Notifications' }).evaluate((element) => element.scrollIntoView({ block: 'center' })),
  },
  { name: 'welcome-what-leaves', scene: 'noProfile', act: (page) => press(page, 'What leaves this device') },
  {
    name: 'settings-storage',
    scene: 'conversations',
    at: '#/settings',
    widths: POPUP,
    act: (page) => page.getByRole('region', { name: 'Storage' }).evaluate((element) => element.scrollIntoView({ block: 'center' })),
  },
  {
    name: 'settings-another-relay',
    scene: 'anotherRelay',
    at: '#/settings',
    widths: POPUP,
    act: (page) => page.getByRole('region', { name: 'Relays' }).evaluate((element) => element.scrollIntoView()),
  },
  {
    name: 'settings-not-admitted',
    scene: 'notAdmitted',
    at: '#/settings',
    widths: POPUP,
    act: (page) => page.getByRole('region', { name: 'Relays' }).evaluate((element) => element.scrollIntoView()),
  },
  {
    name: 'settings-local-relay',
    scene: 'localRelay',
    at: '#/settings',
    widths: POPUP,
    act: (page) => page.getByRole('region', { name: 'Relays' }).evaluate((element) => element.scrollIntoView()),
  },
  { name: 'share', scene: 'shared' },
  { name: 'share-locked', scene: 'sharedLocked', widths: POPUP },
  {
    name: 'settings-lock',
    scene: 'conversations',
    at: '#/settings',
    act: async (page) => {
      await page.getByRole('combobox', { name: 'Lock by itself after' }).scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'welcome-relay-tried',
    scene: 'noProfile',
    act: async (page) => {
      await press(page, 'Relay')
      await page.getByRole('textbox', { name: 'Relay address' }).fill('relay.example.org:443')
      await press(page, 'Try it')
    },
  },
  {
    name: 'settings-relay-silent',
    scene: 'conversations',
    at: '#/settings',
    widths: POPUP,
    act: async (page) => {
      await page.getByRole('textbox', { name: 'Relay address' }).fill('relay.elsewhere.net:443')
      await press(page, 'Add relay')
      await page.getByRole('button', { name: 'Add it all the same' }).scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'settings-privacy',
    scene: 'conversations',
    at: '#/settings',
    act: (page) => page.getByRole('switch', { name: 'Show when I am here' }).scrollIntoViewIfNeeded(),
  },
  {
    name: 'settings-privacy-german',
    scene: 'conversations',
    at: '#/settings',
    language: 'de',
    widths: POPUP,
    act: (page) => page.getByRole('switch', { name: 'Zeigen, wenn ich da bin' }).scrollIntoViewIfNeeded(),
  },
  { name: 'settings-passphrase', scene: 'conversations', at: '#/settings', act: (page) => press(page, 'Change passphrase…') },
  { name: 'settings-passphrase-first', scene: 'noPassphrase', at: '#/settings', widths: POPUP, act: (page) => press(page, 'Set a passphrase…') },
  { name: 'settings-no-passphrase', scene: 'noPassphrase', at: '#/settings', widths: POPUP },
  { name: 'settings-wipe', scene: 'conversations', at: '#/settings', widths: POPUP, act: (page) => press(page, 'Delete everything…') },
  { name: 'options', scene: 'conversations', layout: 'options', widths: ['panel'] },
  { name: 'german-list', scene: 'conversations', language: 'de', widths: POPUP },
  { name: 'german-conversation', scene: 'unreadable', at: '#/conversation/desk', language: 'de', widths: POPUP },
  { name: 'german-settings', scene: 'conversations', at: '#/settings', language: 'de', widths: POPUP },
  { name: 'german-welcome', scene: 'noProfile', language: 'de', widths: POPUP },
  ...seenOtherwise('turned', ['popup', 'panel']),
  ...seenOtherwise('contrast', ['popup', 'panel']),
  ...seenOtherwise('zoomed', ['popup', 'panel']),
  ...seenOtherwise('large', ['popup']),
]

interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** Texts that the page shows in another size than the scale's, and messages that are too small. */
async function looksWrongInSize(page: Page): Promise<readonly string[]> {
  const shown = await page.evaluate(readTypeScale, null)
  return Object.entries(TYPE_SCALE_PX).flatMap(([what, px]) => {
    const found = shown[what] ?? null
    if (found === null) return []
    if (what === 'message' && found < MESSAGE_LEAST_PX) return [`a message has ${found} px`]
    return found === px ? [] : [`${what} has ${found} px instead of ${px}`]
  })
}

/** Shows one screen, takes its picture, and returns what is wrong with it. */
async function look(
  context: BrowserContext,
  axe: string,
  screen: Screen,
  file: string,
  width: Width,
  theme: Theme,
  size: { readonly width: number; readonly height: number } = SIZES[width],
): Promise<readonly string[]> {
  const page = await context.newPage()
  const wrong: string[] = []
  page.on('pageerror', (fault) => wrong.push(`throws: ${fault.message}`))
  page.on('console', (line) => {
    if (line.type() === 'error') wrong.push(`console: ${line.text()}`)
  })
  try {
    await page.clock.setFixedTime(SCENE_NOW_MS)
    const { width: acrossPx, height: downPx } = size
    const times = screen.seen === 'zoomed' ? 2 : 1
    // A popup grows with its zoom as far as browsers let it: 800 by 600.
    await page.setViewportSize({ width: width === 'popup' ? acrossPx : acrossPx / times, height: downPx / times })
    const contrast = screen.seen === 'contrast' ? ({ contrast: 'more', forcedColors: 'active' } as const) : {}
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce', ...contrast })
    const more = screen.seen === 'turned' ? '&dir=rtl' : screen.seen === 'large' ? '&large' : ''
    await page.goto(`${PREVIEW_URL}?scene=${screen.scene}&layout=${screen.layout ?? width}${more}${screen.at ?? ''}`)
    await page.locator('#app > *').first().waitFor()
    if (screen.offline === true) await context.setOffline(true)
    await screen.act?.(page)
    // What draws codes is loaded with the first of them.
    await page.waitForFunction(() => document.querySelector('svg.qr[aria-hidden]') === null)
    // Everything that a click triggered is drawn after two frames.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    await page.screenshot({ path: file, animations: 'disabled' })
    await page.evaluate(axe)
    const violations = (await page.evaluate(`axe.run().then(({ violations }) => violations)`)) as readonly Violation[]
    for (const { id, help, nodes } of violations) wrong.push(`${id}: ${help}\n    ${nodes.map(({ html }) => html.slice(0, 160)).join('\n    ')}`)
    if (screen.seen !== 'large') wrong.push(...(await looksWrongInSize(page)))
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    if (overflow > 0) wrong.push(`is ${overflow} px wider than its page`)
  } catch (fault) {
    wrong.push(String(fault).split('\n').slice(0, 4).join('\n    '))
  } finally {
    if (screen.offline === true) await context.setOffline(false)
    await page.close()
  }
  return wrong
}

const LANGUAGES = ['en-GB', 'de-DE'] as const

/** The browser of a person with that language, with the extension in it. */
async function withBrowser<T>(language: (typeof LANGUAGES)[number], act: (context: BrowserContext) => Promise<T>): Promise<T> {
  const folder = makeTemporaryFolder('screenshots')
  const context = await chromium.launchPersistentContext(folder.path, {
    executablePath: chromiumProgram(),
    headless: false,
    viewport: null,
    locale: language,
    // On Linux the language of the browser's own texts comes from here.
    env: { ...process.env, LANGUAGE: language.replace('-', '_') },
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [...chromiumArguments(PREVIEW_EXTENSION, false), `--lang=${language}`],
  })
  try {
    context.setDefaultTimeout(10_000)
    return await act(context)
  } finally {
    await context.close()
    folder.remove()
  }
}

/** Five of each language: as many as the stores show. */
const STORE_SCREENS: readonly (Screen & { readonly theme: Theme })[] = (['en', 'de'] as const).flatMap((language) =>
  (
    [
      { name: '1-conversation', scene: 'replies', at: '#/conversation/desk', theme: 'light' },
      { name: '2-marks', scene: 'marked', at: '#/conversation/desk', theme: 'dark' },
      { name: '3-people', scene: 'people', at: '#/members/desk', theme: 'light' },
      { name: '4-verified', scene: 'people', at: '#/person/desk/jonas', theme: 'light' },
      { name: '5-first-minute', scene: 'noProfile', theme: 'dark' },
    ] as const
  ).map((screen) => ({ ...screen, name: `${language}-${screen.name}`, ...(language === 'de' ? { language } : {}) })),
)

/** The stores' pictures, with the same checks as all others. */
async function takeStorePictures(): Promise<number> {
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  let failures = 0
  for (const language of LANGUAGES) {
    await withBrowser(language, async (context) => {
      for (const screen of STORE_SCREENS.filter(({ language: spoken }) => (spoken === 'de') === (language === 'de-DE'))) {
        const wrong = await look(context, axe, screen, join(STORE_PICTURES, `${screen.name}.png`), 'panel', screen.theme, STORE_SIZE)
        if (wrong.length === 0) continue
        failures++
        console.error(`✗ ${screen.name}\n  ${wrong.join('\n  ')}`)
      }
    })
  }
  console.log(`${STORE_SCREENS.length} pictures of ${STORE_SIZE.width} by ${STORE_SIZE.height} in out/store, ${failures} with something wrong`)
  return failures
}

/** The screens of the README: above in light, below in dark. */
const SHEET_SCREENS: readonly (Screen & { readonly theme: Theme })[] = [
  { name: 'list', scene: 'arranged', theme: 'light' },
  { name: 'conversation', scene: 'replies', at: '#/conversation/desk', theme: 'light' },
  { name: 'marks', scene: 'marked', at: '#/conversation/desk', theme: 'light' },
  { name: 'details', scene: 'people', at: '#/person/desk/jonas', theme: 'light' },
  { name: 'first-minute', scene: 'noProfile', theme: 'dark' },
  { name: 'two', scene: 'direct', at: '#/conversation/alone-with-tala', theme: 'dark' },
  { name: 'people', scene: 'people', at: '#/members/desk', theme: 'dark' },
  { name: 'security', scene: 'conversations', at: '#/security/desk', theme: 'dark' },
]

/** The README's picture, of screens that are checked as all others. */
async function takeSheet(): Promise<number> {
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  return withBrowser('en-GB', async (context) => {
    let failures = 0
    const files: string[] = []
    for (const screen of SHEET_SCREENS) {
      const file = join(SHEET_PICTURES, `${screen.name}.png`)
      const wrong = await look(context, axe, screen, file, 'popup', screen.theme)
      files.push(file)
      if (wrong.length === 0) continue
      failures++
      console.error(`✗ ${screen.name}\n  ${wrong.join('\n  ')}`)
    }
    await makeContactSheet(context, files, SHEET)
    console.log(`docs/screenshots/screens.webp, ${failures} of its pictures with something wrong`)
    return failures
  })
}

async function lookAtAll(wanted: readonly string[]): Promise<number> {
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  let pictures = 0
  let failures = 0
  for (const language of LANGUAGES) {
    await withBrowser(language, async (context) => {
      for (const theme of THEMES) {
        for (const width of Object.keys(SIZES) as Width[]) {
          const screens = SCREENS.filter(
            ({ name, widths, language: spoken }) =>
              (widths ?? ['popup', 'panel']).includes(width) &&
              (spoken === 'de') === (language === 'de-DE') &&
              (wanted.length === 0 || wanted.some((word) => `${name}-${width}-${theme}`.includes(word))),
          )
          for (const screen of screens) {
            const name = `${screen.name}-${width}-${theme}`
            const wrong = await look(context, axe, screen, join(PICTURES, `${name}.png`), width, theme)
            pictures++
            if (wrong.length === 0) continue
            failures++
            console.error(`✗ ${name}\n  ${wrong.join('\n  ')}`)
          }
        }
        console.log(`${language}, ${theme}: ${pictures} pictures so far`)
      }
    })
  }
  console.log(`${pictures} pictures in out/screenshots, ${failures} with something wrong`)
  return failures
}

const hardEnd = setTimeout(() => {
  console.error(`Not done after ${LIMIT_MS / 60_000} minutes; giving up.`)
  process.exit(1)
}, LIMIT_MS)
hardEnd.unref()

const forStores = process.argv.includes('--store')
const forSheet = process.argv.includes('--sheet')
const wanted = process.argv.slice(2).filter((word) => word !== '--store' && word !== '--sheet')
const pictures = forStores ? STORE_PICTURES : forSheet ? SHEET_PICTURES : PICTURES
if (wanted.length === 0) rmSync(pictures, { recursive: true, force: true })
mkdirSync(pictures, { recursive: true })
await build()
rmSync(PREVIEW_EXTENSION, { recursive: true, force: true })
cpSync(CHROMIUM_EXTENSION, PREVIEW_EXTENSION, { recursive: true })
await bundle({
  root: join(ROOT, 'extension', 'app', 'preview'),
  configFile: false,
  logLevel: 'warn',
  base: './',
  build: { outDir: join(PREVIEW_EXTENSION, 'preview'), emptyOutDir: true, target: 'es2022' },
})
process.exit((await (forStores ? takeStorePictures() : forSheet ? takeSheet() : lookAtAll(wanted))) === 0 ? 0 : 1)
