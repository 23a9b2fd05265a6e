/**
 * `node scripts/on-node-24.mjs scripts/membership-oracle.ts --logs 1000000` compares the two resolvers of the membership
 * log on that many random logs, on every core. `--from N` begins with another seed. A log on which they differ is shrunk
 * and printed. The last line is JSON.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { type Comparison, compareResolvers } from '../packages/membership/src/oracle/compare-resolvers.ts'
import { currentCommit } from './repository.ts'

interface Share {
  readonly seed: number
  readonly step: number
  readonly logs: number
}

type Told = { readonly progress: number } | { readonly comparison: Comparison }

const MOST_SEEDS = 2 ** 32

if (!isMainThread) {
  const onProgress = (progress: number): void => parentPort?.postMessage({ progress } satisfies Told)
  const comparison = compareResolvers({ primitives: await loadSodiumPrimitives(), ...(workerData as Share), onProgress })
  parentPort?.postMessage({ comparison } satisfies Told)
} else {
  const { values } = parseArgs({ options: { logs: { type: 'string', default: '1000000' }, from: { type: 'string', default: '1' } } })
  const [logs, from] = [Number(values.logs), Number(values.from)]
  if (!Number.isInteger(logs) || logs < 1 || !Number.isInteger(from) || from < 0 || from + logs > MOST_SEEDS) {
    console.error('How many logs, and from which seed? Whole numbers below 2^32.')
    process.exit(2)
  }
  process.exitCode = (await compareOnEveryCore(from, logs)) ? 0 : 1
}

async function compareOnEveryCore(from: number, logs: number): Promise<boolean> {
  const startMs = performance.now()
  const step = Math.min(availableParallelism(), logs)
  const shares = Array.from({ length: step }, (_, i): Share => ({ seed: from + i, step, logs: Math.ceil((logs - i) / step) }))
  const done = shares.map(() => 0)
  let saidMs = startMs
  const say = (): void => {
    if (performance.now() - saidMs < 10_000) return
    saidMs = performance.now()
    console.error(`… ${done.reduce((sum, each) => sum + each, 0)} of ${logs}`)
  }
  const comparisons = await Promise.all(
    shares.map((share, i) =>
      compareShare(share, (progress) => {
        done[i] = progress
        say()
      }),
    ),
  )
  const sum = (of: (comparison: Comparison) => number): number => comparisons.reduce((total, each) => total + of(each), 0)
  const disagreements = comparisons.flatMap((each) => each.disagreements)
  for (const { seed, story } of disagreements) console.log([`Seed ${seed}, made smaller:`, ...story].join('\n'))
  const broken = comparisons.flatMap((each) => each.broken)
  for (const each of broken) console.log(`A property of the model is broken: ${each}`)
  const report = {
    command: 'membership-oracle',
    commit: currentCommit(),
    from,
    logs: sum((each) => each.logs),
    operations: sum((each) => each.operations),
    effective: sum((each) => each.effective),
    disagreements: disagreements.length,
    held: sum((each) => each.held),
    broken: broken.length,
    seconds: Math.round((performance.now() - startMs) / 100) / 10,
  }
  console.log(JSON.stringify(report))
  return disagreements.length === 0 && broken.length === 0
}

/** The result of one worker. A worker that ends without one is a fault. */
function compareShare(share: Share, onProgress: (logs: number) => void): Promise<Comparison> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: share })
    worker.on('message', (told: Told) => {
      if ('progress' in told) onProgress(told.progress)
      else resolve(told.comparison)
    })
    worker.on('error', reject)
    worker.on('exit', () => reject(new Error('a worker ended without a result')))
  })
}
