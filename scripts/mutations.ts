/**
 * Switches each rule of the matrix off, one at a time, and reports which test notices
 * (`npm run simulate -- --mutations`). The tests must pass without a change. The last line is JSON.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MUTANTS, type Mutant } from '../test/mutations/matrix.ts'
import { currentCommit, ROOT } from './repository.ts'
import { runStep } from './run-step.ts'

/** Time limit of one mutant, ms: a change may make a test run for ever, which counts as noticed. */
const LIMIT_MS = 180_000
const REPORTS = join(ROOT, 'out', 'mutations')
const IN_PROCESSES = pathToFileURL(join(ROOT, 'test', 'mutations', 'mutated-process.ts')).href

interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[] }[]
}

/** The first test that failed; null: none did. Throws if no test ran. */
async function killerOf(number: number | null, by: Mutant['by']): Promise<string | null> {
  const report = join(REPORTS, `${number ?? 'control'}-${process.pid}-${Math.round(performance.now())}.json`)
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
  const config = join(ROOT, 'test', 'mutations', 'vitest.config.ts')
  const step = await runStep(process.execPath, [vitest, 'run', '--config', config, '--reporter=json', `--outputFile.json=${report}`, ...by], {
    limitMs: LIMIT_MS,
    quiet: true,
    env: number === null ? {} : { SOTTO_MUTANT: String(number), NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${IN_PROCESSES}` },
  })
  if (step.timedOut) return 'it ran for ever'
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  const results = testResults.flatMap(({ assertionResults }) => assertionResults)
  const failed = results.find(({ status }) => status === 'failed')
  if (failed !== undefined) return failed.fullName
  if (!step.ok) throw new Error(`the tests of mutant ${number ?? 'none'} did not run`)
  if (results.length === 0) throw new Error(`no test looks at mutant ${number ?? 'none'}`)
  return null
}

export async function tryMutants(only: string | undefined): Promise<boolean> {
  const startMs = performance.now()
  rmSync(REPORTS, { recursive: true, force: true })
  mkdirSync(REPORTS, { recursive: true })
  const chosen = MUTANTS.map((mutant, number) => ({ mutant, number })).filter(({ mutant }) => only === undefined || mutant.rule.includes(only))

  console.log('As it is')
  const controls = new Map(chosen.map(({ mutant }) => [JSON.stringify(mutant.by), mutant.by]))
  const broken: string[] = []
  await inParallel([...controls.values()], async (by) => {
    const failed = await killerOf(null, by)
    if (failed !== null) broken.push(failed)
  })
  for (const each of broken) console.log(`  fails without any change: ${each}`)
  if (broken.length > 0) return false

  console.log('With one rule switched off')
  const survivors: string[] = []
  await inParallel(chosen, async ({ mutant, number }) => {
    const killer = await killerOf(number, mutant.by)
    console.log(`  ${mutant.rule}\n    ${killer === null ? 'SURVIVED' : `killed by: ${killer}`}`)
    if (killer === null) survivors.push(mutant.rule)
  })
  const seconds = Math.round((performance.now() - startMs) / 100) / 10
  console.log(JSON.stringify({ command: 'mutations', commit: currentCommit(), seconds, mutants: chosen.length, survived: survivors.length }))
  return survivors.length === 0
}

async function inParallel<T>(all: readonly T[], act: (each: T) => Promise<void>): Promise<void> {
  const waiting = [...all]
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await act(next)
  }
  await Promise.all(Array.from({ length: Math.max(1, availableParallelism()) }, worker))
}
