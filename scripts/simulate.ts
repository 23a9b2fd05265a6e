/**
 * `npm run simulate -- --seeds 1000` plays that many seeded worlds on every core; `--from N` begins elsewhere;
 * `--seed N` plays one and tells its story. `--profile pairwise` plays the worlds with that cipher, `mixed` with either; with `--files` people send files besides. A failing seed is shrunk first. `--mutations` instead switches each rule of the
 * matrix off and reports which test notices (`--only WORDS`: the rules that contain them). `--members N` plays one group
 * of that size and counts what everything costs. From 200 on it also compares a member's processor time with that in a
 * smaller group. The last line is JSON.
 */
import { writeSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { loadSodiumPrimitives, type Primitives } from '@sotto/crypto/primitives'
import {
  type Extras,
  type LargeGroupResult,
  type Plan,
  planIn,
  playLargeGroup,
  type Profile,
  PROFILES,
  type RunCounts,
  type RunResult,
  shrink,
  simulate,
} from '@sotto/simulator'
import { tryMutants } from './mutations.ts'
import { currentCommit } from './repository.ts'

/** V8's memory settings while every core plays worlds. */
const HEAP_FLAGS = [
  // MiB for a world's short-lived objects: with less, much of it is copied before it is freed.
  '--min-semi-space-size=32',
  '--max-semi-space-size=32',
  // A thread that only frees byte strings would take time from one that plays.
  '--no-concurrent-array-buffer-sweeping',
]
/** MiB of heap for a thousand disks in one process. */
const LARGE_HEAP_MIB = 16_384

/** Group sizes whose processor time is compared: a member's cost may not depend on their number. */
const COMPARED = [50, 200] as const
/** What is compared. */
const COMPARED_COSTS = ['first message', 'removal', 'first message after it']
/** How much more a member may cost in the larger one. */
const MOST_RATIO = 1.5
/** Each size is played this often, and its shortest time counts: other work on the machine only adds to it. */
const REPEATS = 3

/** Seeds handed to a worker at a time. */
const AHEAD = 8

type Told = Pick<RunResult, 'seed' | 'violations' | 'counts' | 'acts'>

if (!isMainThread && 'members' in workerData) await playLarge(workerData.members as number)
else if (!isMainThread) {
  // libsodium throws if a letter is not for the session that is tried, thousands of times a second, and the stack is never
  // read. A fault of the machine is played again with its stack (`--seed N`).
  Error.stackTraceLimit = 0
  const primitives = await loadSodiumPrimitives()
  parentPort?.on('message', (seeds: readonly number[]) => {
    for (const seed of seeds) {
      const { violations, counts, acts } = simulate(seed, primitives, workerData.profile as Profile, workerData.extras as Extras)
      parentPort?.postMessage({ seed, violations, counts, acts } satisfies Told)
    }
    // No more work: it ends.
    if (seeds.length === 0) parentPort?.close()
  })
} else {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '100' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      mutations: { type: 'boolean' },
      only: { type: 'string' },
      members: { type: 'string' },
      profile: { type: 'string', default: 'senderKeys' },
      files: { type: 'boolean', default: false },
    },
  })
  const profile = PROFILES.find((each) => each === values.profile)
  if (profile === undefined) throw new RangeError(`--profile is one of ${PROFILES.join(', ')}`)
  const extras: Extras = { files: values.files }
  if (values.mutations === true) process.exitCode = (await tryMutants(values.only)) ? 0 : 1
  else if (values.members !== undefined) await withRoom(Number(values.members))
  else if (values.seed === undefined) await playMany(Number(values.from), Number(values.seeds), profile, extras)
  else await playOne(Number(values.seed), profile, extras)
}

function withRoom(members: number): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { members }, resourceLimits: { maxOldGenerationSizeMb: LARGE_HEAP_MIB } })
  return new Promise((resolve, reject) => {
    worker.on('error', reject)
    worker.on('exit', (code) => {
      process.exitCode = code
      resolve()
    })
  })
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** `console` prints nothing in a worker that never rests. */
function tell(line: string): void {
  writeSync(1, `${line}\n`)
}

/** One group of this many members: the cost of each action. If large enough, a member's cost is compared with a smaller group. */
async function playLarge(members: number): Promise<void> {
  const startMs = performance.now()
  const primitives = await loadSodiumPrimitives()
  const play = (size: number): LargeGroupResult => playLargeGroup(size, 1, primitives, size === members ? tell : () => {}, threadCpuMs)
  const largest = Math.max(...COMPARED)
  const played = members < largest ? new Map<number, LargeGroupResult[]>() : playCompared(play)
  const compared = members < largest ? [] : COMPARED_COSTS.map((what) => compareSizes(what, played))
  const { costs, violations } = played.get(members)?.[0] ?? play(members)
  const tooDear = compared.filter(({ ratio }) => ratio > MOST_RATIO).map(({ what, ratio }) => `${what}: a member costs ${ratio} times as much among ${largest}`)
  const wrong = [...violations, ...tooDear]
  for (const each of wrong) console.log(`VIOLATION ${each}`)
  const seconds = Math.round((performance.now() - startMs) / 100) / 10
  console.log(
    JSON.stringify({
      command: 'simulate members',
      commit: currentCommit(),
      node: process.versions.node,
      seconds,
      members,
      violations: wrong.length,
      costs,
      compared,
    }),
  )
  process.exitCode = wrong.length === 0 ? 0 : 1
}

/** Plays the compared sizes in turns, so that other work on the machine and the engine's warm-up are the same for all. */
function playCompared(play: (size: number) => LargeGroupResult): Map<number, LargeGroupResult[]> {
  const played = new Map<number, LargeGroupResult[]>(COMPARED.map((size) => [size, []]))
  for (let repeat = 0; repeat < REPEATS; repeat++) for (const size of COMPARED) played.get(size)?.push(play(size))
  return played
}

/** Processor time of each member, in ms, in groups of the compared sizes, and the ratio of the larger to the smaller. */
function compareSizes(
  what: string,
  played: ReadonlyMap<number, readonly LargeGroupResult[]>,
): { readonly what: string; readonly perMemberMs: readonly number[]; readonly ratio: number } {
  const rounded = (number: number): number => Math.round(number * 1_000) / 1_000
  const perMemberMs = COMPARED.map((size) => {
    const times = (played.get(size) ?? []).map(({ costs }) => costs.find((cost) => cost.what === what)?.cpuMs ?? Number.NaN)
    return rounded(Math.min(...times) / size)
  })
  const ratio = rounded((perMemberMs.at(-1) ?? Number.NaN) / (perMemberMs[0] ?? Number.NaN))
  tell(`${what}: ${COMPARED.map((size, i) => `${perMemberMs[i]} ms of processor time for each of ${size}`).join(', ')}: ${ratio} times as much`)
  return { what, perMemberMs, ratio }
}

async function playOne(seed: number, profile: Profile, extras: Extras): Promise<void> {
  const startMs = performance.now()
  const primitives = await loadSodiumPrimitives()
  const result = simulate(seed, primitives, profile, extras)
  tellStory(result.violations.length === 0 ? result : shrunk(planIn(seed, profile, extras), result, primitives))
  report(1, [result], startMs, profile, extras)
}

/** The same failure with fewer planned events. */
function shrunk(plan: Plan, result: RunResult, primitives: Primitives): RunResult {
  const smaller = shrink(plan, result, primitives)
  console.log(
    `Seed ${plan.seed}, made smaller in ${smaller.runs} runs: ${smaller.plan.plannedEvents.length} of ${plan.plannedEvents.length} planned events are left.`,
  )
  return smaller.result
}

function tellStory(result: RunResult): void {
  for (const line of result.story) console.log(line)
}

async function playMany(from: number, seeds: number, profile: Profile, extras: Extras): Promise<void> {
  for (const flag of HEAP_FLAGS) setFlagsFromString(flag)
  const startMs = performance.now()
  const workers = Math.max(1, Math.min(availableParallelism(), seeds))
  const results: Told[] = []
  let saidMs = startMs
  let next = from
  await Promise.all(
    Array.from({ length: workers }, () => {
      const worker = new Worker(new URL(import.meta.url), { workerData: { profile, extras } })
      let asked = 0
      // Handed out a few at a time: worlds have very different sizes, and no worker should finish long before another.
      const ask = (): void => {
        const batch = Array.from({ length: Math.min(AHEAD, from + seeds - next) }, () => next++)
        asked += batch.length
        worker.postMessage(batch)
      }
      ask()
      worker.on('message', (told: Told) => {
        results.push(told)
        if (--asked === 0) ask()
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
  const [failing] = results
    .filter((each) => each.violations.length > 0)
    .map((each) => each.seed)
    .sort((x, y) => x - y)
  if (failing !== undefined) {
    const primitives = await loadSodiumPrimitives()
    tellStory(shrunk(planIn(failing, profile, extras), simulate(failing, primitives, profile, extras), primitives))
  }
  report(seeds, results, startMs, profile, extras)
}

function report(seeds: number, results: readonly Told[], startMs: number, profile: Profile, { files }: Extras): void {
  const total: { [name in keyof RunCounts]?: number } = {}
  for (const { counts } of results) {
    for (const name of Object.keys(counts) as (keyof RunCounts)[]) total[name] = (total[name] ?? 0) + counts[name]
  }
  const acts: RunResult['acts'] = {}
  for (const each of results) for (const name of Object.keys(each.acts) as (keyof RunResult['acts'])[]) acts[name] = (acts[name] ?? 0) + (each.acts[name] ?? 0)
  const violations = results.reduce((sum, each) => sum + each.violations.length, 0)
  const failing = results.filter((each) => each.violations.length > 0).map((each) => each.seed)
  const seconds = Math.round((performance.now() - startMs) / 100) / 10
  const how = `--profile ${profile}${files === true ? ' --files' : ''}`
  if (failing.length > 0)
    console.log(`Failing seeds: ${failing.sort((a, b) => a - b).join(', ')}. One's story: npm run simulate -- --seed ${failing[0]} ${how}`)
  console.log(
    JSON.stringify({
      command: 'simulate',
      commit: currentCommit(),
      node: process.versions.node,
      seconds,
      seeds,
      violations,
      failing: failing.length,
      ...total,
      acts,
    }),
  )
  process.exitCode = violations === 0 && results.length === seeds ? 0 : 1
}
