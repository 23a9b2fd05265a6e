/**
 * `npm run models` searches every configuration of the models (`models/README.md`) on every core; `--only WORDS` those whose
 * model and name contain them; `--keep` writes the traces that tests replay. The last line is JSON.
 */
import { availableParallelism } from 'node:os'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { canInstallWithApt, findProgram, installWithApt } from './installed-programs.ts'
import { type Configuration, type ModelRun, propertiesOf, readConfigurations, runConfiguration } from './model-runs.ts'
import { TIME_LIMITS_MS } from './time-limits.ts'

/** Programs that the models need, and the packages that have them. */
const PROGRAMS = [
  ['spin', ['spin']],
  ['gcc', ['gcc', 'libc6-dev']],
] as const

/** A program that is missing and cannot be installed. The message is for the person at the terminal. */
export class CheckerMissing extends Error {
  override readonly name = 'CheckerMissing'
}

/** Finds SPIN and a compiler, and installs them with apt where that is possible. */
export function findChecker(): void {
  const packages = PROGRAMS.flatMap(([program, debian]) => (findProgram(program) === null ? debian : []))
  if (packages.length === 0) return
  const advice = `Please install ${packages.join(' and ')}.`
  if (!canInstallWithApt()) throw new CheckerMissing(`The models need SPIN and a compiler. ${advice}`)
  const failed = installWithApt(packages)
  if (failed !== null) throw new CheckerMissing(`apt-get ${failed} failed (what it said is above). ${advice}`)
}

/** Searches all configurations whose model and name contain the words. Prints each as it ends. */
export async function runModels(options: { readonly only?: string; readonly keep?: boolean } = {}): Promise<boolean> {
  const { only = '', keep = false } = options
  findChecker()
  const endMs = performance.now() + TIME_LIMITS_MS.models
  const waiting = readConfigurations().filter(({ model, name }) => `${model}: ${name}`.includes(only))
  // The long ones first: none is left alone on one core at the end.
  const queue = waiting.toSorted((a, b) => Number(isShort(a)) - Number(isShort(b)))
  const runs: ModelRun[] = []
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const run = await runConfiguration(next, { limitMs: Math.max(0, endMs - performance.now()), keep })
      runs.push(run)
      console.log(`${run.ok ? '✓' : '✗'} ${next.model}: ${next.name} (${outcomeOf(next)}; ${run.states} states, ${run.seconds.toFixed(1)} s)`)
      if (!run.ok) console.log(`  ${run.fault}`)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  console.log(JSON.stringify(reportOf(runs)))
  return runs.length > 0 && runs.every(({ ok }) => ok)
}

const isShort = ({ fails, finds }: Configuration): boolean => (fails ?? finds) !== undefined

function outcomeOf({ fails, finds, about }: Configuration): string {
  if (fails !== undefined) return `${about}: ${fails} fails`
  return finds === undefined ? `${about}: all properties hold` : `${about}: found`
}

function reportOf(runs: readonly ModelRun[]) {
  const names = [...new Set(runs.map(({ configuration }) => configuration.model))]
  return {
    command: 'models',
    ok: runs.every(({ ok }) => ok),
    processorSeconds: Math.round(runs.reduce((sum, { processorSeconds }) => sum + processorSeconds, 0)),
    models: names.map((model) => {
      const own = runs.filter(({ configuration }) => configuration.model === model)
      const whole = own.filter(({ configuration }) => !isShort(configuration))
      const named = (some: readonly ModelRun[]) => some.filter(({ ok }) => ok).map(({ configuration }) => configuration.name)
      return {
        model,
        states: whole.reduce((sum, { states }) => sum + states, 0),
        configurationsThatHold: named(whole),
        propertiesThatHold: whole.length > 0 && whole.every(({ ok }) => ok) ? propertiesOf(model) : [],
        mustFail: own.filter(({ configuration }) => configuration.fails !== undefined).length,
        mustFailThatFailed: named(own.filter(({ configuration }) => configuration.fails !== undefined)),
        found: named(own.filter(({ configuration }) => configuration.finds !== undefined)),
      }
    }),
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { only: { type: 'string' }, keep: { type: 'boolean' } } })
  try {
    process.exitCode = (await runModels({ ...(values.only === undefined ? {} : { only: values.only }), keep: values.keep === true })) ? 0 : 1
  } catch (fault) {
    if (!(fault instanceof CheckerMissing)) throw fault
    console.error(fault.message)
    process.exitCode = 1
  }
}
