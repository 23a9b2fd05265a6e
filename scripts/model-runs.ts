/**
 * Runs the models with SPIN: each configuration of `models/configurations.json` is generated, compiled and searched in a
 * folder of its own under `out/models`. What it finds is written there, and compared with `models/traces` where that has it.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './repository.ts'
import { runStep } from './run-step.ts'

/** One configuration of a model. */
export interface Configuration {
  readonly model: string
  readonly name: string
  readonly about: string
  /** Definitions of the model. */
  readonly with?: { readonly [name: string]: string }
  /** The rule that is switched off. */
  readonly off?: string
  /** The property that must fail. */
  readonly fails?: string
  /** A state that must be found, named as what says that it never is. */
  readonly finds?: string
}

/** How a configuration ended. */
export interface ModelRun {
  readonly configuration: Configuration
  readonly ok: boolean
  readonly states: number
  readonly seconds: number
  /** Of the compiler and the search. */
  readonly processorSeconds: number
  /** What went wrong; else empty. */
  readonly fault: string
}

/** Where a model names a property that it looks at. */
const PROPERTY = /^ +(?:property|HOLDS)\((?<name>\w+)/gm
const MODELS = join(ROOT, 'models')

export const readConfigurations = (): readonly Configuration[] =>
  JSON.parse(readFileSync(join(MODELS, 'configurations.json'), 'utf8')) as readonly Configuration[]

/** Names of a model's properties: those that every configuration with all rules on has to hold. */
export function propertiesOf(model: string): readonly string[] {
  const inPromela = readFileSync(join(MODELS, `${model}.pml`), 'utf8')
  const inHeader = existsSync(join(MODELS, `${model}-properties.h`)) ? readFileSync(join(MODELS, `${model}-properties.h`), 'utf8') : ''
  return [...`${inPromela}${inHeader}`.matchAll(PROPERTY)].map(({ groups }) => groups?.['name'] ?? '')
}

const fileNameOf = ({ model, name }: Configuration): string => `${model}-${name.replaceAll(/[^a-z]+/g, '-')}`

/** Where the trace of a configuration is kept. */
export const traceFileOf = (configuration: Configuration): string => join(MODELS, 'traces', `${fileNameOf(configuration)}.json`)

/** What finds a failure ends soon: to optimise it takes longer than to run it. */
const QUICK_TO_COMPILE = '-O0'
/** What searches everything. */
const QUICK_TO_RUN = '-O2'

const quoted = (text: string): string => `'${text}'`

/** Definitions for the compiler: numbers as they are, texts in quotes. */
function definitionsOf({ with: definitions = {}, off, fails, finds }: Configuration): readonly string[] {
  const texts = { ...definitions, ...(off === undefined ? {} : { OFF: off }), ...((fails ?? finds) === undefined ? {} : { PROPERTY: fails ?? finds }) }
  return Object.entries(texts).map(([name, value]) => quoted(`-D${name}=${/^\d+$/.test(String(value)) ? value : `"${value}"`}`))
}

/** Searches one configuration. A failing property is searched by breadth: the shortest way to it is found first. */
export async function runConfiguration(configuration: Configuration, options: { readonly limitMs: number; readonly keep: boolean }): Promise<ModelRun> {
  const folder = join(ROOT, 'out', 'models', fileNameOf(configuration))
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const mustFail = (configuration.fails ?? configuration.finds) !== undefined
  const definitions = definitionsOf(configuration).join(' ')
  const commands = [
    `cd ${quoted(folder)}`,
    `cp ${quoted(MODELS)}/*.pml ${quoted(MODELS)}/*.h .`,
    `spin -a ${configuration.model}.pml`,
    `gcc ${mustFail ? QUICK_TO_COMPILE : QUICK_TO_RUN} -w -DSAFETY -DVECTORSZ=2048 -DMEMLIM=2048 ${mustFail ? '-DBFS' : ''} ${definitions} pan.c -o pan`,
    // A model that prints no log of its own prints its steps when its trail is read.
    `./pan -m100000 -E -n && { test ! -f ${configuration.model}.pml.trail || ./pan -r; }`,
  ]
  const script = `${commands.join(' && ')}; code=$?; times; exit $code`
  const { ok, output, seconds, timedOut } = await runStep('/bin/sh', ['-c', script], { quiet: true, limitMs: options.limitMs })
  const states = Number(/([\d.e+]+) states, stored/.exec(output)?.[1] ?? Number.NaN)
  const trace = /^TRACE (?<json>.*)$/m.exec(output)?.groups?.['json'] ?? stepsIn(output)
  const isComplete = output.includes('errors: 0') && !output.includes('Search not completed') && !output.includes('max search depth')
  const fault = (): string => {
    if (timedOut) return 'ended by its time limit'
    if (!ok && !output.includes('errors:')) return output.trimEnd()
    if (!mustFail) return isComplete ? '' : `it does not hold: ${trace ?? output}`
    if (!output.includes('errors: 1') || trace === undefined) return 'nothing was found: the rule has no effect that the model sees'
    return keepTrace(configuration, trace, options.keep)
  }
  const what = fault()
  return { configuration, ok: what === '', states, seconds, processorSeconds: processorSecondsIn(output), fault: what }
}

/** The shell's `times` says minutes and seconds: its own, and below that those of what it ran, in programs and in the system. */
function processorSecondsIn(output: string): number {
  const [, programs] = [...output.matchAll(/^(?:\d+m[\d.]+s ?){2}$/gm)]
  return [...(programs?.[0] ?? '').matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0)
}

/** The steps of a trail, as JSON: lines `EVENT what name=number …`. */
function stepsIn(output: string): string | undefined {
  const steps = [...output.matchAll(/^\s*EVENT (?<event>\w+)(?<said>(?: \w+=\d+)*)$/gm)].map(({ groups }) => ({
    event: groups?.['event'],
    ...Object.fromEntries([...(groups?.['said'] ?? '').matchAll(/(?<name>\w+)=(?<number>\d+)/g)].map((said) => [said[1], Number(said[2])])),
  }))
  return steps.length === 0 ? undefined : JSON.stringify({ steps })
}

/** Writes the trace, or compares it with the one that tests replay. */
function keepTrace(configuration: Configuration, trace: string, keep: boolean): string {
  const file = traceFileOf(configuration)
  const text = `${JSON.stringify(JSON.parse(trace), null, 2)}\n`
  if (keep) {
    mkdirSync(join(MODELS, 'traces'), { recursive: true })
    writeFileSync(file, text)
    return ''
  }
  return readFileSync(file, 'utf8') === text ? '' : `${file} is another trace: npm run models -- --keep writes it, and tests replay it`
}
