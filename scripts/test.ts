/** Everything that tells whether the project works: check, then the tests without browsers, then the stories in them. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { BrowserMissing, type BrowserName, findBrowsers, wantedBrowsers } from './browsers.ts'
import { BuildFailed } from './build.ts'
import { check } from './check.ts'
import { runStories } from './e2e.ts'
import { ROOT } from './repository.ts'
import { runStep } from './run-step.ts'
import { type TestCounts, readCounts } from './test-counts.ts'

const UNIT_MS = 15 * 60_000
const FUZZ_MS = 3 * 60_000

async function runUnitTests(): Promise<TestCounts> {
  const report = join(ROOT, 'out', 'test', 'unit.json')
  mkdirSync(join(ROOT, 'out', 'test'), { recursive: true })
  rmSync(report, { force: true })
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
  const step = await runStep(process.execPath, [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], {
    limitMs: UNIT_MS,
  })
  const counts = readCounts(report)
  return { ...counts, failed: !step.ok && counts.failed === 0 ? 1 : counts.failed }
}

async function testEverything(): Promise<boolean> {
  const startMs = performance.now()
  // First, so that a missing browser is known before minutes have passed.
  findBrowsers()
  console.log('Check')
  const checked = await check()
  console.log('\nTests without browsers')
  const unit = await runUnitTests()
  console.log('\nFuzzing for half a minute')
  const fuzz = await runStep(process.execPath, ['--disable-warning=ExperimentalWarning', join(ROOT, 'scripts', 'fuzz.ts'), '--seconds', '30'], { limitMs: FUZZ_MS })
  console.log('\nStories in browsers')
  const stories = await runStories([])

  const all: readonly BrowserName[] = ['chromium', 'firefox']
  const left = all.filter((name) => !wantedBrowsers().includes(name))
  console.log('\nSummary')
  console.log(`  check     ${checked ? 'passed' : 'FAILED'}`)
  console.log(`  tests     ${unit.passed} passed, ${unit.failed} failed`)
  console.log(`  fuzz      ${fuzz.ok ? 'passed' : 'FAILED'}`)
  console.log(`  stories   ${stories.passed} passed, ${stories.failed} failed`)
  if (left.length > 0) console.log(`  not run   ${left.join(' and ')} (SOTTO_BROWSERS=${process.env['SOTTO_BROWSERS']})`)
  console.log(`  time      ${Math.round((performance.now() - startMs) / 1000)} s\n`)
  console.log(`${unit.passed + stories.passed} passed, ${unit.failed + stories.failed} failed`)
  return checked && fuzz.ok && unit.failed === 0 && stories.failed === 0 && stories.ok
}

try {
  process.exit((await testEverything()) ? 0 : 1)
} catch (fault) {
  if (!(fault instanceof BuildFailed || fault instanceof BrowserMissing)) throw fault
  console.error(fault.message)
  process.exit(1)
}
