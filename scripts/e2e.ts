/**
 * The stories in real browsers, in a network with only loopback. Arguments go to vitest: `npm run e2e -- skeleton` runs
 * the files whose names contain that word.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { BrowserMissing, findBrowsers, wantedBrowsers } from './browsers.ts'
import { BuildFailed, build } from './build.ts'
import { enclose } from './network-namespace.ts'
import { ROOT } from './repository.ts'
import { runStep } from './run-step.ts'
import { ProgramMissing, findServersOfStories } from './server-programs.ts'
import { type TestCounts, readCounts, withEnd } from './test-counts.ts'
import { TIME_LIMITS_MS } from './time-limits.ts'

/** Runs the stories. Prints what was run and how. */
export async function runStories(vitestArguments: readonly string[]): Promise<TestCounts & { readonly ok: boolean }> {
  findBrowsers()
  findServersOfStories()
  await build()
  const report = join(ROOT, 'out', 'test', 'e2e.json')
  mkdirSync(join(ROOT, 'out', 'test'), { recursive: true })
  rmSync(report, { force: true })
  const enclosure = enclose(process.execPath, [
    join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--config=test/e2e/vitest.config.ts',
    '--reporter=verbose',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...vitestArguments,
  ])
  console.log(`Stories in ${wantedBrowsers().join(' and ')}; kept apart from the machine: ${enclosure.isolated}.`)
  // Profiles go to a known place, so that they are found again when a run is killed.
  const profiles = mkdtempSync(join(tmpdir(), 'sotto-stories-'))
  const removeProfiles = (): void => rmSync(profiles, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  process.on('exit', removeProfiles)
  const step = await runStep(enclosure.program, enclosure.arguments, {
    limitMs: TIME_LIMITS_MS.stories,
    env: { TMPDIR: profiles, ...(vitestArguments.length === 0 ? { SOTTO_ALL_STORIES: '1' } : {}) },
  })
  removeProfiles()
  if (step.timedOut) console.error(`The stories were ended after ${TIME_LIMITS_MS.stories / 60_000} minutes.`)
  return { ...withEnd(readCounts(report), step.ok), ok: step.ok }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const { ok } = await runStories(process.argv.slice(2))
    process.exit(ok ? 0 : 1)
  } catch (fault) {
    if (!(fault instanceof BuildFailed || fault instanceof BrowserMissing || fault instanceof ProgramMissing)) throw fault
    console.error(fault.message)
    process.exit(1)
  }
}
