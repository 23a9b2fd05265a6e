/**
 * `npm run verify`: everything that can be tested without a browser, in a few minutes. Formatting, unused code, types and
 * lint, and all tests without browsers, which include circles, rooms and file names (`test/architecture`).
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { check } from './check.ts'
import { checkFormat } from './format.ts'
import { ProgramMissing, findServers } from './server-programs.ts'
import { ROOT } from './repository.ts'
import { runStep } from './run-step.ts'
import type { TestCounts } from './test-counts.ts'
import { TIME_LIMITS_MS } from './time-limits.ts'
import { runUnitTests } from './unit-tests.ts'

export interface Verified {
  readonly ok: boolean
  readonly tests: TestCounts
  /** A line for each part, for a summary. */
  readonly lines: readonly string[]
}

/** How many files with wrong formatting are named. */
const NAMED = 10

/** Runs every part, also after one failed, and prints the results as they come. Rejects with `ProgramMissing` before all of them. */
export async function verify(): Promise<Verified> {
  findServers()
  const endMs = performance.now() + TIME_LIMITS_MS.verify
  const leftMs = (): number => Math.max(0, endMs - performance.now())
  console.log('Format')
  const { ok: formatted, unformatted, fault } = await checkFormat(leftMs())
  for (const file of unformatted.slice(0, NAMED)) console.log(`  ${file}`)
  if (fault !== '') console.log(fault)

  console.log('\nUnused files, exports and dependencies')
  const unused = await runStep(join(ROOT, 'node_modules', '.bin', 'knip'), ['--no-progress'], { quiet: true, limitMs: leftMs() })
  if (!unused.ok) console.log(unused.timedOut ? '  ended by its time limit' : unused.output.trimEnd())

  console.log('\nTypes and lint')
  const checked = await check(leftMs())

  console.log('\nTests without browsers')
  const tests = await runUnitTests(leftMs())

  return {
    ok: formatted && unused.ok && checked && tests.failed === 0,
    tests,
    lines: [
      `  format    ${formatted ? 'passed' : fault === '' ? `${unformatted.length} files differ (npm run format)` : 'FAILED'}`,
      `  unused    ${unused.ok ? 'none' : 'FAILED'}`,
      `  check     ${checked ? 'passed' : 'FAILED'}`,
      `  tests     ${tests.passed} passed, ${tests.failed} failed`,
    ],
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const startMs = performance.now()
  const { ok, tests, lines } = await verify().catch((fault: unknown): never => {
    if (!(fault instanceof ProgramMissing)) throw fault
    console.error(fault.message)
    process.exit(1)
  })
  console.log('\nSummary')
  for (const line of lines) console.log(line)
  console.log(`  time      ${Math.round((performance.now() - startMs) / 1000)} s`)
  for (const failure of tests.failures) console.log(`failed: ${failure}`)
  process.exit(ok ? 0 : 1)
}
