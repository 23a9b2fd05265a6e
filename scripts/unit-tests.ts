/** All tests that need no browser: units, stories of the machine, simulated worlds, architecture, whole peers in Node. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './repository.ts'
import { runStep } from './run-step.ts'
import { type TestCounts, readCounts, withEnd } from './test-counts.ts'

export async function runUnitTests(limitMs: number): Promise<TestCounts> {
  const report = join(ROOT, 'out', 'test', 'unit.json')
  mkdirSync(join(ROOT, 'out', 'test'), { recursive: true })
  rmSync(report, { force: true })
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
  const step = await runStep(process.execPath, [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], {
    limitMs,
  })
  const counts = readCounts(report)
  return withEnd(counts, step.ok)
}
