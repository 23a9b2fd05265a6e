/**
 * `npm run bench -- steps --against FOLDER`: what an action of a world costs now, as a ratio to the same in another checkout of
 * this project, in one run. `FOLDER` has its dependencies installed. Worlds without adversaries only: what honest people pay.
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { threadCpuUsage } from 'node:process'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { planOf, simulate } from '@sotto/simulator'

const WORLDS = 40
/** Each world is played so often in either checkout, in turns, and its least time counts: other work only adds to it. */
const TIMES = 2

/** A world as a checkout plays it. */
type Play = (seed: number) => { readonly counts: { readonly steps: number } }

export interface StepBenchmark {
  readonly worlds: number
  /** µs of processor time for an action, the median world's. */
  readonly nowUs: number
  readonly beforeUs: number
  /** The median of the worlds' ratios of now to before: of an action, and of the world. */
  readonly actionRatio: number
  readonly worldRatio: number
}

export async function benchSteps(): Promise<StepBenchmark> {
  const { values } = parseArgs({ args: process.argv.slice(3), options: { against: { type: 'string' }, worlds: { type: 'string', default: String(WORLDS) } } })
  if (values.against === undefined) {
    console.error('Against which checkout? --against FOLDER')
    process.exit(2)
  }
  const primitives = await loadSodiumPrimitives()
  const now: Play = (seed) => simulate(seed, primitives)
  const before = await playOf(resolve(values.against))
  const worlds = honestSeeds(Number(values.worlds)).map((seed, i) => {
    const costs = { now: { cpuUs: Infinity, steps: 1 }, before: { cpuUs: Infinity, steps: 1 } }
    for (let time = 0; time < TIMES; time++) {
      const turns = [['now', now] as const, ['before', before] as const]
      for (const [name, play] of (i + time) % 2 === 0 ? turns : turns.toReversed()) {
        const cost = costOf(play, seed)
        if (cost.cpuUs < costs[name].cpuUs) costs[name] = cost
      }
    }
    console.error(`… ${i + 1} worlds`)
    return costs
  })
  const actionUs = ({ cpuUs, steps }: { readonly cpuUs: number; readonly steps: number }): number => cpuUs / steps
  return {
    worlds: worlds.length,
    nowUs: median(worlds.map((each) => actionUs(each.now))),
    beforeUs: median(worlds.map((each) => actionUs(each.before))),
    actionRatio: median(worlds.map((each) => actionUs(each.now) / actionUs(each.before))),
    worldRatio: median(worlds.map((each) => each.now.cpuUs / each.before.cpuUs)),
  }
}

async function playOf(folder: string): Promise<Play> {
  const file = (...parts: readonly string[]): string => {
    const path = join(folder, 'packages', ...parts, 'index.ts')
    if (!existsSync(path)) throw new RangeError(`${folder} is no checkout: it has no ${path}`)
    return pathToFileURL(path).href
  }
  const simulator = (await import(file('simulator', 'src'))) as { readonly simulate: (seed: number, primitives: unknown) => ReturnType<Play> }
  const crypto = (await import(file('crypto', 'src', 'primitives'))) as { readonly loadSodiumPrimitives: () => Promise<unknown> }
  const primitives = await crypto.loadSodiumPrimitives()
  return (seed) => simulator.simulate(seed, primitives)
}

function honestSeeds(count: number): readonly number[] {
  const seeds: number[] = []
  for (let seed = 1; seeds.length < count; seed++) {
    const { adversaries, isRealCrypto, plannedEvents } = planOf(seed)
    const isWrittenTo = plannedEvents.some(({ kind }) => kind === 'writeDisk')
    if (adversaries.length === 0 && !isRealCrypto && !isWrittenTo) seeds.push(seed)
  }
  return seeds
}

function costOf(play: Play, seed: number): { readonly cpuUs: number; readonly steps: number } {
  const start = threadCpuUsage()
  const { counts } = play(seed)
  const end = threadCpuUsage()
  return { cpuUs: end.user + end.system - start.user - start.system, steps: counts.steps }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return Math.round((((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2) * 100) / 100
}
