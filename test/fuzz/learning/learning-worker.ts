/**
 * A worker of `npm run fuzz` that plays sequences of events and learns from what they reach. The coverage begins before the
 * code under test is loaded, and so everything of it is imported late.
 */
import { parentPort, workerData } from 'node:worker_threads'
import type { Share, Told } from '../told.ts'
import { beginCoverage } from './coverage.ts'

const UNDER_TEST = ['core', 'crypto', 'mailbox', 'membership', 'sync', 'wire'].map((room) => `/packages/${room}/src/`)
const tell = (told: Told): void => parentPort?.postMessage(told)

const { seed, untilMs, only, isKept } = workerData as Share
const coverage = beginCoverage(UNDER_TEST)
await import('./small-limits.ts')
const { createStatefulTargets } = await import('./stateful-targets.ts')
const { readSequences, asLine } = await import('./sequences.ts')
const { createScheduler } = await import('./scheduler.ts')
const { measured } = await import('./measured-target.ts')

const targets = await createStatefulTargets(only)
const schedulers = targets.map((target) => ({
  target,
  scheduler: createScheduler({ target: measured(target), coverage, seed, corpus: readSequences(target.name) }),
  told: 0,
}))
const isBroken = (): boolean => schedulers.some(({ scheduler }) => scheduler.failures.length >= 20)
while (Date.now() < untilMs && !isBroken() && schedulers.length > 0) {
  for (const each of schedulers) {
    const { target, scheduler } = each
    tell({ kind: 'progress', target: target.name, seed, executions: 0, reached: scheduler.reached(), shares: [] })
    const executions = scheduler.round()
    tell({ kind: 'progress', target: target.name, seed, executions, reached: scheduler.reached(), shares: [...scheduler.shares] })
    for (; each.told < scheduler.failures.length; each.told++) {
      const failure = scheduler.failures[each.told]
      if (failure !== undefined) tell({ kind: 'broke', target: target.name, why: failure.violation, input: asLine(failure.sequence) })
    }
  }
}
for (const { target, scheduler } of isKept ? schedulers : []) {
  const stillHere = (): void => tell({ kind: 'progress', target: target.name, seed, executions: 0, reached: scheduler.reached(), shares: [] })
  tell({ kind: 'corpus', target: target.name, lines: scheduler.corpus(stillHere).map(asLine) })
}
