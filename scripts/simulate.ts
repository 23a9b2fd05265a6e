/**
 * `npm run simulate -- --seeds 1000` plays that many seeded worlds on every core; `--from N` begins elsewhere;
 * `--seed N` plays one and tells its story. The last line is JSON.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { type RunCounts, type RunResult, simulate } from '@sotto/simulator'
import { currentCommit } from './repository.ts'

interface Share {
  readonly first: number
  readonly step: number
  readonly end: number
}

type Told = Pick<RunResult, 'seed' | 'violations' | 'counts'>

if (!isMainThread) {
  const { first, step, end } = workerData as Share
  const primitives = await loadSodiumPrimitives()
  for (let seed = first; seed < end; seed += step) {
    const { violations, counts } = simulate(seed, primitives)
    parentPort?.postMessage({ seed, violations, counts } satisfies Told)
  }
} else {
  const { values } = parseArgs({
    options: { seeds: { type: 'string', default: '100' }, from: { type: 'string', default: '1' }, seed: { type: 'string' } },
  })
  if (values.seed === undefined) await playMany(Number(values.from), Number(values.seeds))
  else await playOne(Number(values.seed))
}

async function playOne(seed: number): Promise<void> {
  const startMs = performance.now()
  const result = simulate(seed, await loadSodiumPrimitives())
  for (const line of result.story) console.log(line)
  report(1, [result], startMs)
}

async function playMany(from: number, seeds: number): Promise<void> {
  const startMs = performance.now()
  const workers = Math.max(1, Math.min(availableParallelism(), seeds))
  const results: Told[] = []
  let saidMs = startMs
  await Promise.all(
    Array.from({ length: workers }, (_, i) => {
      const share: Share = { first: from + i, step: workers, end: from + seeds }
      const worker = new Worker(new URL(import.meta.url), { workerData: share })
      worker.on('message', (told: Told) => {
        results.push(told)
        for (const violation of told.violations) console.log(`seed ${told.seed}: ${violation}`)
        if (performance.now() - saidMs > 10_000) {
          saidMs = performance.now()
          console.error(`… ${results.length} of ${seeds}`)
        }
      })
      return new Promise<void>((resolve, reject) => {
        worker.on('error', reject)
        worker.on('exit', () => resolve())
      })
    }),
  )
  report(seeds, results, startMs)
}

function report(seeds: number, results: readonly Told[], startMs: number): void {
  const total: { [name in keyof RunCounts]?: number } = {}
  for (const { counts } of results) {
    for (const [name, count] of Object.entries(counts)) total[name as keyof RunCounts] = (total[name as keyof RunCounts] ?? 0) + count
  }
  const violations = results.reduce((sum, each) => sum + each.violations.length, 0)
  const failing = results.filter((each) => each.violations.length > 0).map((each) => each.seed)
  const seconds = Math.round((performance.now() - startMs) / 100) / 10
  if (failing.length > 0) console.log(`Failing seeds: ${failing.sort((a, b) => a - b).join(', ')}. One's story: npm run simulate -- --seed ${failing[0]}`)
  console.log(JSON.stringify({ command: 'simulate', commit: currentCommit(), node: process.versions.node, seconds, seeds, violations, failing: failing.length, ...total }))
  process.exitCode = violations === 0 && results.length === seeds ? 0 : 1
}
