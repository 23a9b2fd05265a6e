/**
 * `npm run fuzz -- --minutes 5` (or `--seconds N`; `--target NAME` for one; `--seed S` begins elsewhere) on every core: some
 * workers feed every decoder inputs made by its grammar and then damaged, the others play sequences of events into the
 * machine, the mailbox server and the membership log, and learn from what they reach. What breaks something is shortened and
 * written to `out/fuzz/`. `--keep` replaces the committed sequences by those of this run. The last line is JSON. Ends with 1
 * if something broke.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { STATEFUL_NAMES } from '../test/fuzz/learning/stateful-names.ts'
import { writeSequences } from '../test/fuzz/learning/sequences.ts'
import { TARGETS } from '../test/fuzz/targets.ts'
import type { Share, Told } from '../test/fuzz/told.ts'
import { currentCommit, ROOT } from './repository.ts'

/** A worker that reports nothing for so long is stuck on one input. Worlds are recorded before the first report. */
const STUCK_MS = 60_000
const SAY_EACH_MS = 10_000

type Broken = Extract<Told, { readonly kind: 'broke' }>

/** What one run found. */
interface Findings {
  readonly broken: Map<string, Omit<Broken, 'kind'>>
  readonly executions: Map<string, number>
  readonly reached: Map<string, number>
  readonly shares: Map<string, number>
  readonly corpora: Map<string, readonly string[]>
  /** How much each learning target had reached after so many seconds. */
  readonly overTime: { readonly seconds: number; readonly executions: number; readonly reached: Readonly<Record<string, number>> }[]
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seconds: { type: 'string' },
    target: { type: 'string' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
})
const seconds = values.seconds === undefined ? 60 * Number(values.minutes ?? '5') : Number(values.seconds)
process.exitCode = (await fuzz(seconds, values.target ?? null, Number(values.seed), values.keep)) ? 0 : 1

async function fuzz(forSeconds: number, only: string | null, seed: number, isKept: boolean): Promise<boolean> {
  const names = [...STATEFUL_NAMES, ...TARGETS.map(({ name }) => name)]
  if (only !== null && !names.includes(only)) {
    console.error(`Which target? One of: ${names.join(', ')}.`)
    return false
  }
  const startMs = performance.now()
  const found: Findings = { broken: new Map(), executions: new Map(), reached: new Map(), shares: new Map(), corpora: new Map(), overTime: [] }
  const files = workerFiles(only)
  const untilMs = Date.now() + forSeconds * 1_000
  const said = setInterval(() => say(found, startMs), SAY_EACH_MS)
  await Promise.all(files.map((file, i) => runWorker(file, { seed: seed + i, step: files.length, untilMs, only, isKept }, found)))
  clearInterval(said)
  say(found, startMs)
  report(found, isKept)
  const executions = sumOf(found.executions)
  console.log(
    JSON.stringify({
      command: 'fuzz',
      commit: currentCommit(),
      node: process.versions.node,
      seconds: Math.round((performance.now() - startMs) / 100) / 10,
      targets: only === null ? names.length : 1,
      executions,
      executionsThatLearn: sumOf(new Map([...found.executions].filter(([name]) => learns(name)))),
      reached: Object.fromEntries(found.reached),
      crashes: found.broken.size,
      largestShares: Object.fromEntries([...found.shares].map(([bound, share]) => [bound, Math.round(share * 100) / 100])),
    }),
  )
  return found.broken.size === 0 && executions > 0
}

/** A worker for each core, at least one of each kind: half of them learn. */
function workerFiles(only: string | null): readonly string[] {
  const [grammar, learning] = ['grammar-worker.ts', 'learning/learning-worker.ts']
  const cores = Math.max(2, availableParallelism())
  return Array.from({ length: cores }, (_, i) => ((only === null ? i % 2 === 0 : !learns(only)) ? grammar : learning))
}

function runWorker(file: string, share: Share, found: Findings): Promise<void> {
  const worker = new Worker(new URL(`../test/fuzz/${file}`, import.meta.url), { workerData: share })
  let at = file
  let heardMs = performance.now()
  worker.on('message', (told: Told) => {
    heardMs = performance.now()
    if (told.kind === 'progress') at = `${told.target} at seed ${told.seed}`
    take(found, told)
  })
  return new Promise<void>((resolve, reject) => {
    const watchdog = setInterval(() => {
      if (performance.now() - heardMs < STUCK_MS) return
      found.broken.set(at, { target: at, why: 'it does not come to an end', input: '' })
      void worker.terminate()
    }, 1_000)
    worker.on('error', reject)
    worker.on('exit', () => {
      clearInterval(watchdog)
      resolve()
    })
  })
}

function take(found: Findings, told: Told): void {
  switch (told.kind) {
    case 'broke':
      found.broken.set(`${told.target} ${told.why}`, told)
      return
    case 'corpus': {
      const { target, lines } = told
      found.corpora.set(target, [...new Set([...(found.corpora.get(target) ?? []), ...lines])])
      return
    }
    case 'progress': {
      const { target, executions, reached, shares } = told
      found.executions.set(target, (found.executions.get(target) ?? 0) + executions)
      if (reached !== null) found.reached.set(target, Math.max(found.reached.get(target) ?? 0, reached))
      for (const [bound, share] of shares) found.shares.set(bound, Math.max(found.shares.get(bound) ?? 0, share))
    }
  }
}

function say(found: Findings, startMs: number): void {
  const passed = Math.round((performance.now() - startMs) / 1_000)
  const executions = sumOf(found.executions)
  found.overTime.push({ seconds: passed, executions, reached: Object.fromEntries(found.reached) })
  const reached = [...found.reached].map(([name, count]) => `${name} ${count}`).join(', ')
  console.error(`… ${passed} s: ${executions} inputs, reached: ${reached}; ${found.broken.size} broke something`)
}

function report(found: Findings, isKept: boolean): void {
  mkdirSync(join(ROOT, 'out', 'fuzz'), { recursive: true })
  for (const { target, why, input } of found.broken.values()) console.log(`${target}: ${why}\n  ${input.slice(0, 2_000)}`)
  writeFileSync(join(ROOT, 'out', 'fuzz', 'broken.json'), `${JSON.stringify([...found.broken.values()], null, 2)}\n`)
  writeFileSync(join(ROOT, 'out', 'fuzz', 'over-time.json'), `${JSON.stringify(found.overTime, null, 2)}\n`)
  for (const [target, lines] of found.corpora) {
    writeFileSync(join(ROOT, 'out', 'fuzz', `${target.replaceAll(' ', '-')}.txt`), `${lines.join('\n')}\n`)
    if (isKept) writeSequences(target, lines)
  }
}

/** Whether it is played in sequences, under coverage. */
function learns(name: string): boolean {
  return STATEFUL_NAMES.some((each) => each === name)
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, each) => sum + each, 0)
}
