/** All tests of the project: those that need no browser, the models, then the stories in browsers. */
import { join } from 'node:path'
import { BrowserMissing, type BrowserName, findBrowsers, wantedBrowsers } from './browsers.ts'
import { BuildFailed } from './build.ts'
import { runStories } from './e2e.ts'
import { ROOT } from './repository.ts'
import { CheckerMissing, findChecker, runModels } from './models.ts'
import { ProgramMissing } from './server-programs.ts'
import { runStep } from './run-step.ts'
import { checkStorePackages } from './store.ts'
import { TIME_LIMITS_MS } from './time-limits.ts'
import { verify } from './verify.ts'

async function testEverything(): Promise<boolean> {
  const startMs = performance.now()
  // First, so that a missing program is reported before minutes have passed.
  findBrowsers()
  findChecker()
  const { ok: verified, tests: unit, lines } = await verify()
  console.log('\nModels')
  const modelled = await runModels()
  console.log('\nFuzzing for half a minute')
  const fuzz = await runStep(process.execPath, ['--disable-warning=ExperimentalWarning', join(ROOT, 'scripts', 'fuzz.ts'), '--seconds', '30'], {
    limitMs: TIME_LIMITS_MS.fuzz,
  })
  console.log('\nPackages for the stores')
  const packaged = await checkStorePackages()
  console.log('\nStories in browsers')
  const stories = await runStories([])

  const all: readonly BrowserName[] = ['chromium', 'firefox']
  const left = all.filter((name) => !wantedBrowsers().includes(name))
  console.log('\nSummary')
  for (const line of lines) console.log(line)
  console.log(`  models    ${modelled ? 'passed' : 'FAILED'}`)
  console.log(`  fuzz      ${fuzz.ok ? 'passed' : 'FAILED'}`)
  console.log(`  packages  ${packaged ? 'passed' : 'FAILED'}`)
  console.log(`  stories   ${stories.passed} passed, ${stories.failed} failed`)
  if (left.length > 0) console.log(`  not run   ${left.join(' and ')} (SOTTO_BROWSERS=${process.env['SOTTO_BROWSERS']})`)
  console.log(`  time      ${Math.round((performance.now() - startMs) / 1000)} s\n`)
  // At the very end: nobody looks for them in ten thousand lines.
  for (const failure of [...unit.failures, ...stories.failures]) console.log(`failed: ${failure}`)
  console.log(`${unit.passed + stories.passed} passed, ${unit.failed + stories.failed} failed`)
  return verified && modelled && fuzz.ok && packaged && stories.failed === 0 && stories.ok
}

try {
  process.exit((await testEverything()) ? 0 : 1)
} catch (fault) {
  if (!(fault instanceof BuildFailed || fault instanceof BrowserMissing || fault instanceof CheckerMissing || fault instanceof ProgramMissing)) throw fault
  console.error(fault.message)
  process.exit(1)
}
