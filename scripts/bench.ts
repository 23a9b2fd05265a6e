/**
 * `npm run bench -- NAME`: one of the benchmarks, in a network with only loopback. Prints its table, writes
 * `test/bench/results/NAME.json` if only the name was given, and prints the same as JSON in its last line.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { benchApp } from '../test/bench/app.ts'
import { benchCatchUp } from '../test/bench/catch-up.ts'
import { benchCiphers } from '../test/bench/ciphers.ts'
import { benchCrypto } from '../test/bench/crypto.ts'
import { benchFiles } from '../test/bench/files.ts'
import { benchHostile } from '../test/bench/hostile.ts'
import { benchMembership } from '../test/bench/membership.ts'
import { benchRelay } from '../test/bench/relay.ts'
import { benchRelayAttacks } from '../test/bench/relay-attacks.ts'
import { benchSearch } from '../test/bench/search.ts'
import { benchSteps } from '../test/bench/steps.ts'
import { benchStorage } from '../test/bench/storage.ts'
import { benchSync } from '../test/bench/sync.ts'
import { findBrowsers } from './browsers.ts'
import { build } from './build.ts'
import { enclose } from './network-namespace.ts'
import { currentCommit, ROOT } from './repository.ts'
import { runStep } from './run-step.ts'

const BENCHMARKS = {
  app: benchApp,
  ciphers: benchCiphers,
  crypto: benchCrypto,
  'catch-up': benchCatchUp,
  files: benchFiles,
  hostile: benchHostile,
  membership: benchMembership,
  relay: benchRelay,
  'relay-attacks': benchRelayAttacks,
  search: benchSearch,
  steps: benchSteps,
  storage: benchStorage,
  sync: benchSync,
} as const
const LIMIT_MS = 60 * 60_000
const INSIDE = 'SOTTO_BENCH_INSIDE'

const name = process.argv[2] ?? ''
if (!(name in BENCHMARKS)) {
  console.error(`Which benchmark? One of: ${Object.keys(BENCHMARKS).join(', ')}.`)
  process.exit(2)
}
if (process.env[INSIDE] === undefined) {
  findBrowsers()
  // A browser benchmark measures the extension as it is now.
  if (name === 'sync' || name === 'catch-up' || name === 'app' || name === 'files') await build()
  const enclosure = enclose(process.execPath, ['--disable-warning=ExperimentalWarning', join(ROOT, 'scripts', 'bench.ts'), ...process.argv.slice(2)], {
    // Members in Node connect directly there.
    hasCable: name === 'files',
  })
  const step = await runStep(enclosure.program, enclosure.arguments, { limitMs: LIMIT_MS, env: { [INSIDE]: '1' } })
  process.exit(step.ok ? 0 : 1)
}
const startMs = performance.now()
const result = await BENCHMARKS[name as keyof typeof BENCHMARKS]()
const report = {
  command: `bench ${name}`,
  commit: currentCommit(),
  node: process.versions.node,
  seconds: Math.round((performance.now() - startMs) / 100) / 10,
  ...result,
}
if ('table' in result) console.log(result.table)
// The README does not quote a run that an option cut short.
if (process.argv.length === 3) {
  const folder = join(ROOT, 'test', 'bench', 'results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(report, null, 2)}\n`)
}
console.log(JSON.stringify(report))
process.exit(0)
