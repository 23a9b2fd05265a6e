/**
 * `npm run forensic`: texts that vanished are looked for with the passphrase, every byte of the folder and earlier copies of its database,
 * after a clean stop and after SIGKILL; and before, where all are found. `--texts N`: how many (200). The last line is JSON.
 */
import { parseArgs } from 'node:util'
import { LIMITS } from '@sotto/wire'
import { type Ending, playVanishing } from '../test/forensic/play-vanishing.ts'
import { currentCommit } from './repository.ts'

/** Long enough for all to be said and read before the first goes. */
const LIFETIME_SECONDS = 90
/** After the last text vanished, until the keys of rows were replaced. */
const RENEWED_MS = LIMITS.rowsRenewedMs + 15_000

const { values } = parseArgs({ options: { texts: { type: 'string' } } })
const texts = Number(values.texts ?? '200')
if (!Number.isInteger(texts) || texts < 20 || texts % 20 !== 0) {
  console.error('npm run forensic [-- --texts N]: a multiple of 20')
  process.exit(2)
}

const startMs = performance.now()
const endings: readonly Ending[] = ['stop', 'kill', 'killAtOnce']
const played = await Promise.all(endings.map((ending) => playVanishing(ending, texts, LIFETIME_SECONDS, RENEWED_MS)))
let failures = 0
for (const { ending, before, after } of played)
  for (const [i, who] of ['author', 'reader'].entries()) {
    const [then, now] = [before[i], after[i]]
    const isRight = then?.any === texts && now?.any === 0 && now.earlierRows === 0
    if (!isRight) failures++
    console.log(`  ${isRight ? '✓' : '✗'} ${ending}, ${who}: before ${JSON.stringify(then)}, after ${JSON.stringify(now)}`)
  }
const seconds = Math.round((performance.now() - startMs) / 100) / 10
console.log(JSON.stringify({ command: 'forensic', commit: currentCommit(), node: process.versions.node, seconds, texts, failures, played }))
process.exit(failures === 0 ? 0 : 1)
