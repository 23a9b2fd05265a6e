import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { ROOT } from './repository.ts'

/** The result of a test run. */
export interface TestCounts {
  readonly passed: number
  readonly failed: number
  /** What failed and why: tests with their files, and files that could not be loaded. */
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
      readonly message?: string
      readonly assertionResults: readonly { readonly status: string; readonly fullName: string; readonly failureMessages?: readonly string[] }[]
    }[]
  }
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(ROOT, name)
    const failed = assertionResults
      .filter((test) => test.status === 'failed')
      .map(({ fullName, failureMessages }) => `${file}: ${fullName}${reasonIn(failureMessages?.join('\n'))}`)
    return failed.length === 0 && status === 'failed' ? [`${file}: not loaded${reasonIn(message)}`] : failed
  })
  return { passed: numPassedTests, failed: failures.length, failures }
}

/** How much of each reason is shown: what was expected and where, without the whole of what was found. */
const REASON_LINES = 12
const REASON_LINE_CHARACTERS = 240

/** The lines of a reason, each indented on a line of its own; without the frames of libraries. */
const reasonIn = (message = ''): string =>
  message
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.includes('node_modules') && !line.includes('node:internal'))
    .slice(0, REASON_LINES)
    .map((line) => `\n    ${line.slice(0, REASON_LINE_CHARACTERS)}`)
    .join('')

/** A run that ended with a fault though no test failed counts as one failure. */
export const withEnd = (counts: TestCounts, ok: boolean): TestCounts =>
  ok || counts.failed > 0 ? counts : { ...counts, failed: 1, failures: ['the run itself'] }
