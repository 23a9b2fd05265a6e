/**
 * Takes a picture of every screen of the app, played without an engine, in light and dark and both widths, and holds
 * each against axe's rules. Pictures go to `out/screenshots/`; ends with 1 when a screen breaks a rule or throws.
 *
 * Words after the command narrow it to the pictures whose names contain one of them.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { type Server, createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core'
import { build } from 'vite'
import { SCENE_NOW_MS, type SceneName } from '../extension/app/preview/scenes.ts'
import { findBrowsers } from './browsers.ts'
import { ROOT } from './repository.ts'

/** The whole command ends after this, ms, whatever hangs. */
const LIMIT_MS = 8 * 60_000
const PICTURES = join(ROOT, 'out', 'screenshots')
const BUILT = join(ROOT, 'out', 'preview')

const SIZES = { popup: { width: 380, height: 600 }, panel: { width: 960, height: 680 } } as const
type Width = keyof typeof SIZES
const THEMES = ['light', 'dark'] as const

interface Screen {
  readonly name: string
  readonly scene: SceneName
  /** The hash to open at. */
  readonly at?: string
  readonly layout?: 'options'
  readonly widths?: readonly Width[]
  readonly language?: 'de'
  readonly offline?: boolean
  /** What a person does there first. */
  readonly act?: (page: Page) => Promise<void>
}

const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click()
const POPUP: readonly Width[] = ['popup']

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
  { name: 'locked', scene: 'locked' },
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
  { name: 'list-empty', scene: 'empty' },
  { name: 'list', scene: 'conversations' },
  {
    name: 'list-nothing-found',
    scene: 'conversations',
    widths: POPUP,
    act: (page) => page.getByRole('searchbox', { name: 'Search conversations' }).fill('xyz'),
  },
  { name: 'list-reconnecting', scene: 'reconnecting', widths: POPUP },
  { name: 'list-storage-full', scene: 'storageFull', widths: POPUP },
  { name: 'new-group', scene: 'empty', at: '#/newGroup' },
  {
    name: 'paste-invite',
    scene: 'empty',
    at: '#/pasteInvite',
    act: async (page) => {
      await page.getByRole('textbox', { name: 'Invite' }).fill('sotto:old')
      await press(page, 'Join group')
    },
  },
  { name: 'join-connecting', scene: 'joinConnecting', at: '#/conversation/joining', widths: POPUP },
  { name: 'join-waiting', scene: 'conversations', at: '#/conversation/joining' },
  { name: 'join-admitted', scene: 'joinAdmitted', at: '#/conversation/joining', widths: POPUP },
  { name: 'join-refused', scene: 'joinRefused', at: '#/conversation/joining', widths: POPUP },
  { name: 'conversation', scene: 'conversations', at: '#/conversation/desk' },
  { name: 'conversation-unread', scene: 'conversations', at: '#/conversation/family' },
  { name: 'conversation-alone', scene: 'alone', at: '#/conversation/desk' },
  { name: 'conversation-quiet', scene: 'quiet', at: '#/conversation/desk', widths: POPUP },
  {
    name: 'conversation-unreadable',
    scene: 'unreadable',
    at: '#/conversation/desk',
    act: (page) => page.getByRole('button', { name: '4 messages cannot be opened yet' }).click(),
  },
  { name: 'conversation-relay-unreachable', scene: 'relayUnreachable', at: '#/conversation/desk', widths: POPUP },
  { name: 'conversation-offline', scene: 'conversations', at: '#/conversation/choir', widths: POPUP, offline: true },
  {
    name: 'message-details',
    scene: 'conversations',
    at: '#/conversation/desk',
    act: async (page) => {
      const details = page.getByRole('button', { name: /^Details: You,/ }).last()
      await details.focus()
      await details.press('Enter')
    },
  },
  {
    name: 'message-details-german',
    scene: 'conversations',
    at: '#/conversation/desk',
    widths: POPUP,
    language: 'de',
    act: (page) => page.getByRole('button', { name: /^Einzelheiten: / }).first().click(),
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
  { name: 'removed', scene: 'conversations', at: '#/conversation/old' },
  {
    name: 'removed-forget',
    scene: 'conversations',
    at: '#/conversation/old',
    widths: POPUP,
    act: (page) => press(page, 'Forget this group'),
  },
  { name: 'security', scene: 'conversations', at: '#/security/desk' },
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
  { name: 'settings-no-passphrase', scene: 'noPassphrase', at: '#/settings', widths: POPUP },
  { name: 'settings-wipe', scene: 'conversations', at: '#/settings', widths: POPUP, act: (page) => press(page, 'Delete everything…') },
  { name: 'options', scene: 'conversations', layout: 'options', widths: ['panel'] },
  { name: 'german-list', scene: 'conversations', language: 'de', widths: POPUP },
  { name: 'german-conversation', scene: 'unreadable', at: '#/conversation/desk', language: 'de', widths: POPUP },
  { name: 'german-settings', scene: 'conversations', at: '#/settings', language: 'de', widths: POPUP },
  { name: 'german-welcome', scene: 'noProfile', language: 'de', widths: POPUP },
]

interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

const TYPES: { readonly [ending: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
}

/** Serves the built preview to this machine only. */
async function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname)
    readFile(join(BUILT, path === '/' ? 'index.html' : path)).then(
      (bytes) => response.writeHead(200, { 'content-type': TYPES[extname(path === '/' ? '.html' : path)] ?? 'text/html' }).end(bytes),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

/** Shows one screen, takes its picture, and returns what is wrong with it. */
async function look(context: BrowserContext, origin: string, axe: string, screen: Screen, file: string, layout: string): Promise<readonly string[]> {
  const page = await context.newPage()
  const wrong: string[] = []
  page.on('pageerror', (fault) => wrong.push(`throws: ${fault.message}`))
  page.on('console', (line) => {
    if (line.type() === 'error') wrong.push(`console: ${line.text()}`)
  })
  try {
    await page.clock.setFixedTime(SCENE_NOW_MS)
    await page.goto(`${origin}/?scene=${screen.scene}&layout=${layout}${screen.at ?? ''}`)
    await page.locator('#app > *').first().waitFor()
    if (screen.offline === true) await context.setOffline(true)
    await screen.act?.(page)
    // Everything that a click started has been drawn after two frames.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    await page.screenshot({ path: file, animations: 'disabled' })
    await page.evaluate(axe)
    const violations = (await page.evaluate(`axe.run().then(({ violations }) => violations)`)) as readonly Violation[]
    for (const { id, help, nodes } of violations) wrong.push(`${id}: ${help}\n    ${nodes.map(({ html }) => html.slice(0, 160)).join('\n    ')}`)
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

async function lookAtAll(browser: Browser, origin: string, wanted: readonly string[]): Promise<number> {
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  let pictures = 0
  let failures = 0
  for (const theme of THEMES) {
    for (const width of Object.keys(SIZES) as Width[]) {
      for (const language of ['en-GB', 'de-DE'] as const) {
        const screens = SCREENS.filter(
          ({ name, widths, language: spoken }) =>
            (widths ?? ['popup', 'panel']).includes(width) &&
            (spoken === 'de') === (language === 'de-DE') &&
            (wanted.length === 0 || wanted.some((word) => `${name}-${width}-${theme}`.includes(word))),
        )
        if (screens.length === 0) continue
        const context = await browser.newContext({ colorScheme: theme, viewport: SIZES[width], locale: language, reducedMotion: 'reduce' })
        context.setDefaultTimeout(10_000)
        for (const screen of screens) {
          const name = `${screen.name}-${width}-${theme}`
          const wrong = await look(context, origin, axe, screen, join(PICTURES, `${name}.png`), screen.layout ?? width)
          pictures++
          if (wrong.length === 0) continue
          failures++
          console.error(`✗ ${name}\n  ${wrong.join('\n  ')}`)
        }
        await context.close()
      }
    }
    console.log(`${theme}: ${pictures} pictures so far`)
  }
  console.log(`${pictures} pictures in out/screenshots, ${failures} with something wrong`)
  return failures
}

const hardEnd = setTimeout(() => {
  console.error(`Not done after ${LIMIT_MS / 60_000} minutes; giving up.`)
  process.exit(1)
}, LIMIT_MS)
hardEnd.unref()

const program = findBrowsers(['chromium']).chromium
if (program === null) throw new Error('Chromium is not to be had')
const wanted = process.argv.slice(2)
if (wanted.length === 0) rmSync(PICTURES, { recursive: true, force: true })
mkdirSync(PICTURES, { recursive: true })
await build({
  root: join(ROOT, 'extension', 'app', 'preview'),
  configFile: false,
  logLevel: 'warn',
  base: './',
  build: { outDir: BUILT, emptyOutDir: true, target: 'es2022' },
})
const server = await serve()
const browser = await chromium.launch({
  executablePath: program,
  headless: true,
  args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', '--disable-background-networking', '--no-first-run'],
})
let failures = 1
try {
  failures = await lookAtAll(browser, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, wanted)
} finally {
  await browser.close()
  server.close()
}
process.exit(failures === 0 ? 0 : 1)
