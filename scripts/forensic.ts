/**
 * `npm run forensic`: texts that vanished are looked for with the passphrase, every byte of the folder and earlier copies of its database,
 * after a clean stop and after SIGKILL; and before, where all are found. `--texts N`: how many (200). `--browsers`: in Chromium and Firefox
 * instead of Node. The last line is JSON.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { LIMITS } from '@sotto/wire'
import { isNothingLeft, tell } from '../test/forensic/found-lines.ts'
import { type Ending, playVanishing } from '../test/forensic/play-vanishing.ts'
import { build } from './build.ts'
import { enclose } from './network-namespace.ts'
import { currentCommit, ROOT } from './repository.ts'
import { runStep } from './run-step.ts'

/** Long enough for all to be said and read before the first goes. */
const LIFETIME_SECONDS = 90
/** Likewise: browsers are asked through a page, and copies of what they stored are read through it. */
const lifetimeInBrowsers = (texts: number): number => 60 + Math.ceil(0.6 * texts)
const BROWSERS_LIMIT_MS = 60 * 60_000
/** After the last text vanished, until the keys of rows were replaced. */
const RENEWED_MS = LIMITS.rowsRenewedMs + 15_000

const { values } = parseArgs({ options: { texts: { type: 'string' }, browsers: { type: 'boolean' } } })
const texts = Number(values.texts ?? '200')
if (!Number.isInteger(texts) || texts < 20 || texts % 20 !== 0) {
  console.error('npm run forensic [-- --texts N --browsers]: a multiple of 20')
  process.exit(2)
}
if (values.browsers === true) {
  await build()
  const program = join(ROOT, 'test', 'forensic', 'browsers-process.ts')
  const words = ['--disable-warning=ExperimentalWarning', program, String(texts), String(lifetimeInBrowsers(texts))]
  const enclosure = enclose(process.execPath, words)
  const { ok } = await runStep(enclosure.program, enclosure.arguments, { limitMs: BROWSERS_LIMIT_MS })
  process.exit(ok ? 0 : 1)
}

const startMs = performance.now()
const endings: readonly Ending[] = ['stop', 'kill', 'killAtOnce']
const played = await Promise.all(endings.map((ending) => playVanishing(ending, texts, LIFETIME_SECONDS, RENEWED_MS)))
for (const each of played) tell('Node', each, texts)
const failures = played.filter((each) => !isNothingLeft(each, texts)).length
const seconds = Math.round((performance.now() - startMs) / 100) / 10
console.log(JSON.stringify({ command: 'forensic', commit: currentCommit(), node: process.versions.node, seconds, texts, failures, played }))
process.exit(failures === 0 ? 0 : 1)
