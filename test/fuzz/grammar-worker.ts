/** A worker of `npm run fuzz` that feeds decoders inputs made by their grammar and then damaged. */
import { parentPort, workerData } from 'node:worker_threads'
import { toHex } from '@sotto/wire'
import { shrinkInput, TARGETS, tryInput } from './targets.ts'
import type { Share, Told } from './told.ts'

/** Inputs of one target in a row. */
const ROUND = 50
const MOST_BROKEN = 20
const tell = (told: Told): void => parentPort?.postMessage(told)

const { seed: first, step, untilMs, only } = workerData as Share
const targets = TARGETS.filter(({ name }) => only === null || name === only)
let broke = 0
for (let seed = first; Date.now() < untilMs && broke < MOST_BROKEN;) {
  for (const target of targets) {
    let largest = 0
    tell({ kind: 'progress', target: target.name, seed, executions: 0, reached: null, shares: [] })
    for (let i = 0; i < ROUND; i++, seed += step) {
      const input = target.input(seed)
      const outcome = tryInput(target, input)
      if (typeof outcome === 'number') {
        largest = Math.max(largest, outcome / Math.max(64, input.length))
        continue
      }
      broke++
      tell({ kind: 'broke', target: target.name, why: outcome, input: toHex(shrinkInput(target, input)) })
    }
    tell({ kind: 'progress', target: target.name, seed, executions: ROUND, reached: null, shares: [['bytes made of one byte', largest]] })
  }
}
