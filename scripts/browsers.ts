/**
 * Finds the browsers that tests and the start command drive, and installs them where that is possible.
 *
 * Looks at SOTTO_CHROMIUM and SOTTO_FIREFOX, then PATH, then (as root, with apt) the distribution. SOTTO_BROWSERS, such
 * as `chromium`, narrows the choice.
 */
import { canInstallWithApt, findProgram, installWithApt, isProgram } from './installed-programs.ts'

export type BrowserName = 'chromium' | 'firefox'

/** Paths of the browsers' programs; null for one that this run does not want. */
export interface FoundBrowsers {
  readonly chromium: string | null
  readonly firefox: string | null
}

const BROWSERS = {
  chromium: { variable: 'SOTTO_CHROMIUM', programs: ['chromium', 'chromium-browser'], debian: 'chromium' },
  firefox: { variable: 'SOTTO_FIREFOX', programs: ['firefox-esr', 'firefox'], debian: 'firefox-esr' },
} as const satisfies { readonly [B in BrowserName]: object }

/** A browser that is wanted, missing and cannot be installed. The message is for the person at the terminal. */
export class BrowserMissing extends Error {
  override readonly name = 'BrowserMissing'
}

/** The browsers of this run: both, unless SOTTO_BROWSERS names fewer. */
export function wantedBrowsers(): readonly BrowserName[] {
  const all: readonly BrowserName[] = ['chromium', 'firefox']
  const named = process.env['SOTTO_BROWSERS']
  if (named === undefined || named === '') return all
  const wanted = named.split(',').map((name) => name.trim())
  const unknown = wanted.find((name) => !all.some((browser) => browser === name))
  if (unknown !== undefined) throw new BrowserMissing(`SOTTO_BROWSERS names “${unknown}”; it may name chromium and firefox.`)
  return all.filter((browser) => wanted.includes(browser))
}

function findBrowser(name: BrowserName): string | null {
  const { variable, programs } = BROWSERS[name]
  const named = process.env[variable]
  if (named !== undefined && named !== '') {
    if (isProgram(named)) return named
    throw new BrowserMissing(`${variable} is ${named}, which is not a program that can be run.`)
  }
  for (const program of programs) {
    const found = findProgram(program)
    if (found !== null) return found
  }
  return null
}

/** Finds the wanted browsers, installing missing ones. Throws `BrowserMissing` if one cannot be found or installed. */
export function findBrowsers(wanted: readonly BrowserName[] = wantedBrowsers()): FoundBrowsers {
  const missing = wanted.filter((name) => findBrowser(name) === null)
  if (missing.length > 0) installBrowsers(missing)
  const found = (name: BrowserName): string | null => (wanted.includes(name) ? findBrowser(name) : null)
  return { chromium: found('chromium'), firefox: found('firefox') }
}

function installBrowsers(missing: readonly BrowserName[]): void {
  const advice = missing.map((name) => `install ${BROWSERS[name].debian} or set ${BROWSERS[name].variable}`).join(', ')
  if (!canInstallWithApt()) {
    throw new BrowserMissing(`Missing: ${missing.join(' and ')}. Please ${advice}, or narrow the run with SOTTO_BROWSERS.`)
  }
  const packages: string[] = missing.map((name) => BROWSERS[name].debian)
  // Without `ip` the tests cannot have a network of their own.
  if (findProgram('ip') === null) packages.push('iproute2')
  const failed = installWithApt(packages)
  if (failed !== null) throw new BrowserMissing(`apt-get ${failed} failed (what it said is above). Please ${advice} by hand.`)
}
