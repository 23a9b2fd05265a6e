/**
 * `npm start`: builds, starts a relay on this machine and opens browsers with the extension. Without a display, or with
 * `--tour`, it plays the tour headless.
 *
 *   --profiles N   how many browsers (2)
 *   --firefox      one of them is Firefox
 *   --tour         headless, by itself, with pictures in out/tour/
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startProfile } from '../test/fixtures/start-profile.ts'
import { startRelay } from '../test/fixtures/relay-process.ts'
import { type BrowserName, BrowserMissing, findBrowsers } from './browsers.ts'
import { build, BuildFailed } from './build.ts'
import { enclose } from './network-namespace.ts'
import { currentCommit, ROOT } from './repository.ts'
import { runStep } from './run-step.ts'
import { playTour } from './tour/tour.ts'

const LIMIT_MS = 5 * 60_000
const INSIDE = 'SOTTO_TOUR_INSIDE'

const { values } = parseArgs({
  options: { profiles: { type: 'string', default: '2' }, firefox: { type: 'boolean', default: false }, tour: { type: 'boolean', default: false } },
})
const count = Number(values.profiles)
if (!Number.isInteger(count) || count < 1 || count > 8) {
  console.error('--profiles takes a whole number from 1 to 8.')
  process.exit(2)
}
const hasDisplay = process.platform !== 'linux' || (process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'] ?? '') !== ''

/** The browser of each profile: the second is Firefox if one is requested. */
const browsersFor = (profiles: number): readonly BrowserName[] =>
  Array.from({ length: profiles }, (_, i) => (values.firefox && i === Math.min(1, profiles - 1) ? 'firefox' : 'chromium'))

try {
  if (process.env[INSIDE] !== undefined) await tourInside()
  else {
    console.log('Looking for browsers, building the extension…')
    findBrowsers(values.firefox ? ['chromium', 'firefox'] : ['chromium'])
    await build()
    if (values.tour || !hasDisplay) await tour()
    else await open()
  }
} catch (fault) {
  if (!(fault instanceof BuildFailed || fault instanceof BrowserMissing)) throw fault
  console.error(fault.message)
  process.exit(1)
}

/** The tour in a network with only loopback, with a hard time limit. */
async function tour(): Promise<void> {
  if (!hasDisplay && !values.tour) console.log('There is no display here: this is the tour, headless.')
  const enclosure = enclose(process.execPath, ['--disable-warning=ExperimentalWarning', join(ROOT, 'scripts', 'start.ts'), ...process.argv.slice(2)])
  const step = await runStep(enclosure.program, enclosure.arguments, { limitMs: LIMIT_MS, env: { [INSIDE]: '1' } })
  if (step.timedOut) console.error(`The tour was ended after ${LIMIT_MS / 60_000} minutes.`)
  process.exit(step.ok ? 0 : 1)
}

async function tourInside(): Promise<void> {
  const startMs = performance.now()
  const report = (steps: readonly object[], ok: boolean): string =>
    JSON.stringify({
      command: 'tour',
      commit: currentCommit(),
      node: process.versions.node,
      seconds: Math.round((performance.now() - startMs) / 100) / 10,
      steps,
      ok,
    })
  try {
    const steps = await playTour(browsersFor(3), (line) => console.log(line))
    console.log('All of it worked. Pictures are in out/tour/.')
    console.log(report(steps, true))
    process.exit(0)
  } catch (fault) {
    console.error(fault instanceof Error ? fault.message : String(fault))
    console.log(report([], false))
    process.exit(1)
  }
}

/** Browsers with windows, until Ctrl-C. */
async function open(): Promise<void> {
  console.log('Starting the relay…')
  const relay = await startRelay({ name: 'start' })
  const relayAddress = relay.addresses()[0] ?? ''
  const profiles = await Promise.all(
    browsersFor(count).map(async (browser, i) => {
      console.log(`Opening ${browser === 'chromium' ? 'Chromium' : 'Firefox'} ${i + 1}…`)
      const profile = await startProfile(browser, { name: `person-${i + 1}`, visible: true })
      await profile.open('sidepanel', { relay: relayAddress })
      return profile
    }),
  )
  console.log(`
The relay listens on ${relayAddress}
It is filled in for the person who starts a group.

  1. In each window: a name, a passphrase or none, “Get started”.
  2. In the first: “New group”, then “Share an invite”, and copy it.
  3. In the others: “Paste an invite”.

Ctrl-C ends the relay and the browsers, and deletes their profiles.`)
  let ending = false
  const end = async (): Promise<void> => {
    if (ending) return
    ending = true
    console.log('\nClosing…')
    await Promise.allSettled(profiles.map((each) => each.remove()))
    await relay.remove()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end())
  await new Promise(() => {})
}
