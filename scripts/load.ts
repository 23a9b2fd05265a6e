/**
 * `npm run load -- relay`: how much a relay takes on this machine before it no longer keeps up, by connections, appends and
 * pushes, and what breaks first; then the way out, two relays on one NATS cluster, beside one. In a network with only loopback,
 * in a few minutes. `--quick`: smaller steps end sooner. The last line is JSON.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadRelay } from '../test/bench/relay/load-relay.ts'
import { enclose } from './network-namespace.ts'
import { currentCommit, ROOT } from './repository.ts'
import { runStep } from './run-step.ts'
import { ProgramMissing, findNatsServer } from './server-programs.ts'

const LIMIT_MS = 15 * 60_000
const INSIDE = 'SOTTO_LOAD_INSIDE'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean', default: false } } })
if (positionals.join() !== 'relay') {
  console.error('npm run load -- relay [--quick]')
  process.exit(2)
}
try {
  findNatsServer()
} catch (fault) {
  if (!(fault instanceof ProgramMissing)) throw fault
  console.error(fault.message)
  process.exit(1)
}
if (process.env[INSIDE] === undefined) {
  const enclosure = enclose(process.execPath, ['--disable-warning=ExperimentalWarning', join(ROOT, 'scripts', 'load.ts'), ...process.argv.slice(2)])
  const step = await runStep(enclosure.program, enclosure.arguments, { limitMs: LIMIT_MS, env: { [INSIDE]: '1' } })
  process.exit(step.ok ? 0 : 1)
}
const startMs = performance.now()
const report = await loadRelay(values.quick, console.log)
console.log(report.table)
console.log(
  JSON.stringify({
    command: 'load relay',
    commit: currentCommit(),
    node: process.versions.node,
    seconds: Math.round((performance.now() - startMs) / 100) / 10,
    ...report,
  }),
)
process.exit(0)
