/** A page of ours in a browser without the extension, on an origin of this machine with a profile on the disk. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium } from 'playwright-core'
import { launch } from 'puppeteer-core'
import { build } from 'vite'
import { type BrowserName, findBrowsers } from '../../scripts/browsers.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { PATIENCE_MS, within } from '../fixtures/wait-until.ts'

export interface PlainPage {
  /** Value of an expression in the page, awaited. It survives JSON. Rejects with what it throws. */
  readonly evaluate: (expression: string) => Promise<unknown>
  readonly close: () => Promise<void>
}

export interface PlainPageOptions {
  /** The module that the page runs. */
  readonly entry: string
  /** The modules of its Workers, by their paths. */
  readonly workers?: { readonly [path: string]: string }
  /** The origin's quota. Chromium's page can double it with `grantRoom`. */
  readonly quotaMib: number
}

/** Bundles the module, serves it on loopback and opens it. */
export async function openPlainPage(browser: BrowserName, options: PlainPageOptions): Promise<PlainPage> {
  const scripts = new Map([['/page.js', await bundle(options.entry)]])
  for (const [path, module] of Object.entries(options.workers ?? {})) scripts.set(path, await bundle(module))
  const server = createServer((request, response) => {
    const script = scripts.get(request.url ?? '')
    response.setHeader('content-type', script === undefined ? 'text/html; charset=utf-8' : 'text/javascript; charset=utf-8')
    response.end(script ?? '<!doctype html><meta charset="utf-8"><script type="module" src="/page.js"></script>')
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const program = findBrowsers([browser])[browser]
  if (program === null) throw new Error(`${browser} was not found`)
  const folder = makeTemporaryFolder(`plain-${browser}`)
  const opened = await (browser === 'chromium'
    ? openInChromium(program, folder.path, origin, options.quotaMib)
    : openInFirefox(program, folder.path, origin, options.quotaMib))
  return {
    evaluate: opened.evaluate,
    close: async () => {
      await within(`${browser} to close`, PATIENCE_MS, opened.close())
      server.closeAllConnections()
      server.close()
      folder.remove()
    },
  }
}

async function openInChromium(executablePath: string, folder: string, origin: string, quotaMib: number): Promise<PlainPage> {
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    headless: false,
    args: [
      '--headless=new',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Chromium refuses to run as root with its sandbox.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
    timeout: PATIENCE_MS,
  })
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  const grantRoom = async (): Promise<void> => {
    const { usage } = await devtools.send('Storage.getUsageAndQuota', { origin })
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + quotaMib * 1024 * 1024 })
  }
  await grantRoom()
  await page.exposeFunction('grantRoom', grantRoom)
  await page.goto(origin, { timeout: PATIENCE_MS })
  return { evaluate: (expression) => page.evaluate(expression), close: () => context.close() }
}

async function openInFirefox(executablePath: string, folder: string, origin: string, quotaMib: number): Promise<PlainPage> {
  const browser = await launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    userDataDir: folder,
    timeout: PATIENCE_MS,
    // One origin gets a fifth of all, and no less than 10 MiB.
    extraPrefsFirefox: { 'dom.quotaManager.temporaryStorage.fixedLimit': 5 * quotaMib * 1024 },
  })
  const page = await browser.newPage()
  await page.goto(origin, { timeout: PATIENCE_MS })
  return { evaluate: (expression) => page.evaluate(expression), close: () => browser.close() }
}

async function bundle(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, target: 'es2022', minify: false, lib: { entry, formats: ['es'], fileName: 'page' } },
  })
  const outputs = Array.isArray(built) ? built : [built]
  for (const output of outputs) {
    if (!('output' in output)) continue
    const chunk = output.output.find((part) => part.type === 'chunk' && part.isEntry)
    if (chunk?.type === 'chunk') return chunk.code
  }
  throw new Error(`${entry} was not bundled`)
}
