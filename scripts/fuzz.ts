/**
 * `npm run fuzz -- --minutes 5` (or `--seconds N`; `--target NAME` for one; `--seed S` begins elsewhere) feeds every
 * decoder and the membership log inputs made by their grammar and then damaged, on every core. An input that breaks one
 * is shortened and written to `out/fuzz/`. The last line is JSON. Ends with 1 if something broke.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { toHex } from '@sotto/wire'
import { shrinkInput, TARGETS, tryInput } from '../test/fuzz/targets.ts'
import { currentCommit, ROOT } from './repository.ts'

interface Share {
  readonly seed: number
  readonly step: number
  readonly untilMs: number
  readonly only: string | undefined
}

type Told =
  | { readonly kind: 'broke'; readonly target: string; readonly why: string; readonly input: string }
  | { readonly kind: 'progress'; readonly executions: number; readonly target: string; readonly seed: number; readonly largestRatio: number }

/** Inputs of one target in a row. */
const ROUND = 50
/** A worker that reports nothing for so long is stuck on one input. */
const STUCK_MS = 20_000
const MOST_BROKEN = 20

if (!isMainThread) {
  const { seed: first, step, untilMs, only } = workerData as Share
  const targets = TARGETS.filter(({ name }) => only === undefined || name === only)
  let broke = 0
  for (let seed = first; Date.now() < untilMs && broke < MOST_BROKEN;) {
    for (const target of targets) {
      let largestRatio = 0
      parentPort?.postMessage({ kind: 'progress', executions: 0, target: target.name, seed, largestRatio } satisfies Told)
      for (let i = 0; i < ROUND; i++, seed += step) {
        const input = target.input(seed)
        const outcome = tryInput(target, input)
        if (typeof outcome === 'number') {
          largestRatio = Math.max(largestRatio, outcome / Math.max(64, input.length))
          continue
        }
        broke++
        parentPort?.postMessage({ kind: 'broke', target: target.name, why: outcome, input: toHex(shrinkInput(target, input)) } satisfies Told)
      }
      parentPort?.postMessage({ kind: 'progress', executions: ROUND, target: target.name, seed, largestRatio } satisfies Told)
    }
  }
} else {
  const { values } = parseArgs({
    options: { minutes: { type: 'string' }, seconds: { type: 'string' }, target: { type: 'string' }, seed: { type: 'string', default: '1' } },
  })
  const seconds = values.seconds === undefined ? 60 * Number(values.minutes ?? '5') : Number(values.seconds)
  process.exitCode = (await fuzz(seconds, values.target, Number(values.seed))) ? 0 : 1
}

async function fuzz(seconds: number, only: string | undefined, seed: number): Promise<boolean> {
  if (only !== undefined && !TARGETS.some(({ name }) => name === only)) {
    console.error(`Which target? One of: ${TARGETS.map(({ name }) => name).join(', ')}.`)
    return false
  }
  const startMs = performance.now()
  const workers = Math.max(1, availableParallelism())
  const broken = new Map<string, { readonly target: string; readonly why: string; readonly input: string }>()
  let executions = 0
  let largestRatio = 0
  let saidMs = startMs
  await Promise.all(
    Array.from({ length: workers }, (_, i) => {
      const share: Share = { seed: seed + i, step: workers, untilMs: Date.now() + seconds * 1_000, only }
      const worker = new Worker(new URL(import.meta.url), { workerData: share })
      let at = ''
      let heardMs = performance.now()
      worker.on('message', (told: Told) => {
        heardMs = performance.now()
        if (told.kind === 'broke') broken.set(`${told.target} ${told.why}`, told)
        else {
          at = `${told.target} at seed ${told.seed}`
          executions += told.executions
          largestRatio = Math.max(largestRatio, told.largestRatio)
        }
        if (performance.now() - saidMs > 10_000) {
          saidMs = performance.now()
          console.error(`… ${executions} inputs, ${broken.size} broke something`)
        }
      })
      return new Promise<void>((resolve, reject) => {
        const watchdog = setInterval(() => {
          if (performance.now() - heardMs < STUCK_MS) return
          broken.set(at, { target: at, why: 'it does not come to an end', input: '' })
          void worker.terminate()
        }, 1_000)
        worker.on('error', reject)
        worker.on('exit', () => {
          clearInterval(watchdog)
          resolve()
        })
      })
    }),
  )
  mkdirSync(join(ROOT, 'out', 'fuzz'), { recursive: true })
  for (const { target, why, input } of broken.values()) console.log(`${target}: ${why}\n  ${input.slice(0, 400)}`)
  writeFileSync(join(ROOT, 'out', 'fuzz', 'broken.json'), `${JSON.stringify([...broken.values()], null, 2)}\n`)
  const took = Math.round((performance.now() - startMs) / 100) / 10
  console.log(
    JSON.stringify({
      command: 'fuzz',
      commit: currentCommit(),
      node: process.versions.node,
      seconds: took,
      targets: only === undefined ? TARGETS.length : 1,
      executions,
      crashes: broken.size,
      largestAllocationRatio: Math.round(largestRatio * 10) / 10,
    }),
  )
  return broken.size === 0 && executions > 0
}
