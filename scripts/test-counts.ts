import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { ROOT } from './repository.ts'

/** The result of a test run. */
export interface TestCounts {
  readonly passed: number
  readonly failed: number
  /** The names of what failed: of tests with their files, and of files that could not be loaded. */
  readonly failures: readonly string[]
}

/** Reads vitest's JSON report. A file that could not be loaded counts as one failure, and so does a run without a report. */
export function readCounts(report: string): TestCounts {
  if (!existsSync(report)) return { passed: 0, failed: 1, failures: ['there is no report'] }
  const { numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    readonly numPassedTests: number
    readonly testResults: readonly {
      readonly name: string
      readonly status: string
      readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
    }[]
  }
  const failures = testResults.flatMap(({ name, status, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed').map(({ fullName }) => `${relative(ROOT, name)}: ${fullName}`)
    return failed.length === 0 && status === 'failed' ? [`${relative(ROOT, name)}: not loaded`] : failed
  })
  return { passed: numPassedTests, failed: failures.length, failures }
}

/** A run that ended with a fault though no test failed counts as one failure. */
export const withEnd = (counts: TestCounts, ok: boolean): TestCounts =>
  ok || counts.failed > 0 ? counts : { ...counts, failed: 1, failures: ['the run itself'] }
