/**
 * `npm run bench -- app`: the extension in a real Chromium as a person feels it. A popup with 20 conversations, one of them of 50,000
 * messages: how long until the last state is painted, as a ratio to the popup of an empty extension in the same browser; opening and
 * scrolling that conversation; a search; typing while 1,000 messages come in; and the sizes of what a page loads. `--quick`: fewer.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserContext, type Page, chromium } from 'playwright-core'
import { build } from 'vite'
import { startRelay } from '../../relay-node/src/index.ts'
import type { AppPage } from '../fixtures/browser-profile.ts'
import { bundleSizes, type BundleSizes } from '../fixtures/bundle-sizes.ts'
import { CHROMIUM_EXTENSION, CHROMIUM_EXTENSION_ID } from '../fixtures/chromium.ts'
import { chromiumArguments, chromiumProgram } from '../fixtures/chromium-program.ts'
import { askEngine } from '../fixtures/engine-link.ts'
import { startHeadlessProfile } from '../fixtures/headless-profile.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { waitUntil } from '../fixtures/wait-until.ts'
import { heapMib, keyTimes, noteKeys, notePaintOf, paintedMs, scrollUp } from './app-page.ts'
import { wordOf } from './filled-conversations.ts'

const POPUP = `chrome-extension://${CHROMIUM_EXTENSION_ID}/popup.html`
/** The list itself: a bare popup opens where the last one closed. */
const LISTED = `${POPUP}#/`
const MINUTE_MS = 60_000
const CONVERSATIONS = 20
const SIZE = { width: 380, height: 600 }
const FRAME_MS = 1_000 / 60
const UNPACED = { appendsPerSecond: 5_000, appendBurst: 5_000 }
const LIST = '.conversation'
const MESSAGES = '.messages article'

export interface AppBenchmark {
  readonly messages: number
  /** Of the median times until the last state is painted, to an empty extension's popup. Cold: the first page after the browser started. */
  readonly popupRatio: { readonly cold: number; readonly warm: number }
  readonly emptyPopupMs: { readonly cold: number; readonly warm: number }
  /** The same for a page that opens at the conversation. */
  readonly conversationRatio: { readonly of50000: number; readonly of2000: number }
  readonly droppedFrames: number
  readonly heapMib: { readonly list: number; readonly conversation: number; readonly scrolled: number }
  /** From the last key to the first hit on the screen, ms. */
  readonly searchMs: number
  /** From a key to its frame, the median, ms; and while messages come in. */
  readonly typingMs: { readonly atRest: number; readonly slowestAtRest: number; readonly busy: number; readonly slowestBusy: number }
  readonly sizes: BundleSizes
  readonly table: string
}

export async function benchApp(): Promise<AppBenchmark> {
  const isQuick = process.argv.includes('--quick')
  const [large, middle, small, arriving, times] = isQuick ? [5_000, 2_000, 20, 100, 3] : [50_000, 2_000, 100, 1_000, 7]
  const folder = makeTemporaryFolder('bench-app')
  const relayFolder = makeTemporaryFolder('bench-app-relay')
  const profile = join(folder.path, 'profile')
  const filler = await fillerExtension(join(folder.path, 'filler'))
  const empty = emptyExtension(join(folder.path, 'empty'))
  const relay = await startRelay({ data: relayFolder.path, host: '127.0.0.1', port: 0, httpPort: 0, mailboxLimits: UNPACED })
  const sender = await startHeadlessProfile('Sender', { relays: relay.addresses })
  let context: BrowserContext | null = null
  const inBrowser = async <T>(extensions: readonly string[], act: (browser: BrowserContext) => Promise<T>): Promise<T> => {
    context = await launch(profile, extensions)
    try {
      return await act(context)
    } finally {
      await context.close()
      context = null
    }
  }
  try {
    const { group: shared = '' } = await sender.ask({ kind: 'createGroup', title: 'Incoming' })
    const groups = await inBrowser([CHROMIUM_EXTENSION], async (browser) => {
      const page = await open(browser, POPUP, 'main')
      await waitUntil('no profile yet', async () => (await viewOf(page)).phase === 'noProfile')
      await ask(page, { kind: 'createProfile', name: 'Reader', passphrase: null, relays: [] })
      await ask(page, { kind: 'join', invite: (await sender.ask({ kind: 'createInvite', group: shared })).invite ?? '' })
      await waitUntil('it is in', async () => (await viewOf(page)).groups.some(({ state }) => state === 'member'), MINUTE_MS)
      const made: string[] = []
      for (let i = 1; i < CONVERSATIONS; i++) {
        const { group = '' } = await ask(page, { kind: 'createGroup', title: `Conversation ${i}` })
        await ask(page, { kind: 'send', group, text: 'The first one.' })
        made.push(group)
      }
      return made
    })
    console.error('Filling…')
    const counts = groups.map((group, i) => [group, i === 0 ? large : i === 1 ? middle : small] as const)
    await inBrowser([filler], async (browser) => {
      const page = await open(browser, `chrome-extension://${CHROMIUM_EXTENSION_ID}/fill.html`, 'body')
      const outcome = await page.evaluate((given) => (globalThis as unknown as { fill: (counts: typeof given) => Promise<string> }).fill(given), counts)
      if (outcome !== 'filled') throw new Error(`the profile cannot be filled: ${outcome}`)
    })

    console.error('Opening cold…')
    const both = [CHROMIUM_EXTENSION, empty]
    const cold = { app: [] as number[], empty: [] as number[] }
    for (let i = 0; i < Math.min(3, times); i++) {
      cold.app.push(await inBrowser(both, (browser) => timeOf(browser, LISTED, LIST)))
      cold.empty.push(await inBrowser(both, async (browser) => timeOf(browser, await emptyPopup(browser), 'p')))
    }
    return await inBrowser(both, async (browser) => {
      const blank = await emptyPopup(browser)
      const keeper = await open(browser, LISTED, LIST)
      await waitUntil('everything is indexed', async () => (await viewOf(keeper)).search.percent === null, 10 * MINUTE_MS)
      console.error('Opening warm…')
      const at = (i: number): string => `${POPUP}#/conversation/${groups[i] ?? ''}`
      await timeOf(browser, at(0), MESSAGES)
      await timeOf(browser, at(1), MESSAGES)
      const warm = { app: [] as number[], empty: [] as number[], large: [] as number[], middle: [] as number[] }
      for (let i = 0; i < times; i++) {
        warm.empty.push(await timeOf(browser, blank, 'p'))
        warm.app.push(await timeOf(browser, LISTED, LIST))
        warm.large.push(await timeOf(browser, at(0), MESSAGES))
        warm.middle.push(await timeOf(browser, at(1), MESSAGES))
      }
      console.error('Scrolling…')
      const list = await open(browser, LISTED, LIST)
      const heap = { list: await list.evaluate(heapMib), conversation: 0, scrolled: 0 }
      const conversation = await open(browser, at(0), MESSAGES)
      heap.conversation = await conversation.evaluate(heapMib)
      const frames = await conversation.evaluate(scrollUp, isQuick ? 120 : 600)
      heap.scrolled = await conversation.evaluate(heapMib)
      const dropped = frames.reduce((sum, ms) => sum + Math.max(0, Math.round(ms / FRAME_MS) - 1), 0)
      console.error('Searching…')
      const searches: number[] = []
      for (let i = 0; i < times; i++) {
        await list.getByRole('searchbox').fill('')
        await list.locator('.found').first().waitFor({ state: 'detached' })
        const startMs = performance.now()
        await list.getByRole('searchbox').fill(wordOf(40 + i))
        await list.locator('.found').first().waitFor()
        searches.push(performance.now() - startMs)
      }
      console.error('Typing…')
      const composer = await open(browser, `${POPUP}#/conversation/${shared}`, '.composer')
      const atRest = await typeFor(composer, async () => composer.waitForTimeout(isQuick ? 1_000 : 5_000))
      const had = (await groupOf(composer, shared))?.unread ?? 0
      const busy = await typeFor(composer, async () => {
        for (let i = 0; i < arriving; i++) await sender.ask({ kind: 'send', group: shared, text: `Message number ${i} of many.` })
        await waitUntil(
          'all came',
          async () => ((await groupOf(list, shared))?.unread ?? 0) + had >= 0 && (await lastIn(list, shared)).includes(`number ${arriving - 1} `),
          5 * MINUTE_MS,
        )
      })
      const figures = {
        messages: large + middle + small * (groups.length - 2),
        popupRatio: { cold: ratio(cold.app, cold.empty), warm: ratio(warm.app, warm.empty) },
        emptyPopupMs: { cold: rounded(median(cold.empty)), warm: rounded(median(warm.empty)) },
        conversationRatio: { of50000: ratio(warm.large, warm.empty), of2000: ratio(warm.middle, warm.empty) },
        droppedFrames: rounded(dropped / (frames.length + dropped)),
        heapMib: { list: rounded(heap.list), conversation: rounded(heap.conversation), scrolled: rounded(heap.scrolled) },
        searchMs: rounded(median(searches)),
        typingMs: {
          atRest: rounded(median(atRest)),
          slowestAtRest: rounded(Math.max(...atRest)),
          busy: rounded(median(busy)),
          slowestBusy: rounded(Math.max(...busy)),
        },
        sizes: bundleSizes(CHROMIUM_EXTENSION),
      }
      return { ...figures, table: tableOf(figures) }
    })
  } finally {
    await (context as BrowserContext | null)?.close()
    await sender.remove()
    await relay.stop()
    relayFolder.remove()
    folder.remove()
  }
}

const launch = (profile: string, extensions: readonly string[]): Promise<BrowserContext> =>
  chromium.launchPersistentContext(profile, {
    executablePath: chromiumProgram(),
    headless: false,
    viewport: SIZE,
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [...chromiumArguments(extensions.join(','), false), '--enable-precise-memory-info'],
  })

/** The built extension's identity with one page that fills its storage, and no engine. */
async function fillerExtension(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const { key } = JSON.parse(readFileSync(join(CHROMIUM_EXTENSION, 'manifest.json'), 'utf8')) as { readonly key: string }
  const csp = { extension_pages: "script-src 'self' 'wasm-unsafe-eval'" }
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify({ manifest_version: 3, name: 'Filler', version: '1', key, permissions: ['unlimitedStorage'], content_security_policy: csp }),
  )
  writeFileSync(join(folder, 'fill.html'), '<!doctype html><meta charset="utf-8"><body><script type="module" src="fill.js"></script></body>')
  await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: 'es2022',
      lib: { entry: join(import.meta.dirname, 'fill-page.ts'), formats: ['es'], fileName: () => 'fill.js' },
    },
  })
  return folder
}

function emptyExtension(folder: string): string {
  mkdirSync(folder, { recursive: true })
  cpSync(join(CHROMIUM_EXTENSION, 'icon'), join(folder, 'icon'), { recursive: true })
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify({
      manifest_version: 3,
      name: 'Empty',
      version: '1',
      action: { default_popup: 'popup.html' },
      background: { service_worker: 'background.js' },
    }),
  )
  writeFileSync(join(folder, 'background.js'), '// Says where its pages are.\n')
  writeFileSync(join(folder, 'popup.html'), '<!doctype html><meta charset="utf-8"><body><script type="module" src="popup.js"></script></body>')
  writeFileSync(join(folder, 'popup.js'), "document.body.append(Object.assign(document.createElement('p'), { textContent: 'Nothing' }))\n")
  return folder
}

async function emptyPopup(browser: BrowserContext): Promise<string> {
  const isEmpty = (url: string): boolean => url.startsWith('chrome-extension://') && !url.includes(CHROMIUM_EXTENSION_ID)
  const worker = await waitUntil('the empty extension', async () => browser.serviceWorkers().find((each) => isEmpty(each.url())) ?? null)
  return new URL('popup.html', worker.url()).href
}

async function open(browser: BrowserContext, url: string, selector: string): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(url)
  await page.locator(selector).first().waitFor({ timeout: MINUTE_MS, state: 'attached' })
  return page
}

/** From the navigation to the frame with the selector's first element, ms. */
async function timeOf(browser: BrowserContext, url: string, selector: string): Promise<number> {
  const page = await browser.newPage()
  try {
    await page.addInitScript(notePaintOf, selector)
    await page.goto(url)
    return await waitUntil(`${selector} to be painted`, () => page.evaluate(paintedMs), MINUTE_MS)
  } finally {
    await page.close()
  }
}

/** Types until `act` is done, and returns the time of each key. */
async function typeFor(page: Page, act: () => Promise<unknown>): Promise<readonly number[]> {
  await page.bringToFront()
  await page.getByRole('textbox', { name: 'Message' }).focus()
  await page.evaluate(noteKeys)
  const typing = { isDone: false }
  const acting = act().finally(() => {
    typing.isDone = true
  })
  while (!typing.isDone) {
    await page.keyboard.press('a')
    await page.waitForTimeout(60)
  }
  await acting
  return page.evaluate(keyTimes)
}

const appPage = (page: Page): AppPage => ({ evaluate: (run: never, argument: never) => page.evaluate(run, argument) }) as unknown as AppPage
const viewOf = async (page: Page) => (await askEngine(appPage(page), { kind: 'look' })).view
const groupOf = async (page: Page, group: string) => (await viewOf(page)).groups.find(({ id }) => id === group)
const lastIn = async (page: Page, group: string): Promise<string> => (await groupOf(page, group))?.lastMessage?.text ?? ''
async function ask(page: Page, request: Parameters<typeof askEngine>[1]) {
  const { reply } = await askEngine(appPage(page), request)
  if (!reply.ok) throw new Error(`refused ${request.kind}: ${reply.rejection.code}`)
  return reply.value
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const rounded = (value: number): number => Math.round(value * 100) / 100
const ratio = (some: readonly number[], others: readonly number[]): number => rounded(median(some) / median(others))

const tableOf = (figures: Omit<AppBenchmark, 'table'>): string =>
  [
    '| what | figure |',
    '|---|---|',
    `| popup to its last state, to an empty extension's, cold / warm | ${figures.popupRatio.cold} / ${figures.popupRatio.warm} |`,
    `| straight into a conversation of 50,000 / 2,000, to the same | ${figures.conversationRatio.of50000} / ${figures.conversationRatio.of2000} |`,
    `| frames dropped while scrolling it, of all | ${figures.droppedFrames} |`,
    `| heap of the page with the list / that conversation / after scrolling, MiB | ${figures.heapMib.list} / ${figures.heapMib.conversation} / ${figures.heapMib.scrolled} |`,
    `| from typing a word to its first hit, ms | ${figures.searchMs} |`,
    `| a key to its frame at rest / while 1,000 messages come in, ms | ${figures.typingMs.atRest} / ${figures.typingMs.busy} |`,
    `| the slowest of them, ms | ${figures.typingMs.slowestAtRest} / ${figures.typingMs.slowestBusy} |`,
    `| popup's scripts / styles / engine, kB gzipped | ${figures.sizes.popupScript / 1_000} / ${figures.sizes.styles / 1_000} / ${figures.sizes.engine / 1_000} |`,
  ].join('\n')
