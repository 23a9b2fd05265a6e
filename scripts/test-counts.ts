import { existsSync, readFileSync } from 'node:fs'

/** The result of a test run. */
export interface TestCounts {
  readonly passed: number
  readonly failed: number
}

/**
 * Reads vitest's JSON report. A file that could not be loaded counts as one failure, and so does a run without a
 * report.
 */
export function readCounts(report: string): TestCounts {
  if (!existsSync(report)) return { passed: 0, failed: 1 }
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    readonly numPassedTests: number
    readonly numFailedTests: number
    readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly { readonly status: string }[] }[]
  }
  const unloaded = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length
  return { passed: numPassedTests, failed: numFailedTests + unloaded }
}
