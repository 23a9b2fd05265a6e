/**
 * `npm run chaos -- relay`: what a relay acknowledged is kept through kills, a full disk and a day of expiry. `--kills N`
 * kills the relay with the embedded store so often (50 unless said otherwise); `--only WORD` plays one part. `npm run chaos -- chunks`: the
 * same kills of a process that writes chunks of files to a disk. The last line is JSON.
 */
import { parseArgs } from 'node:util'
import { isKept, killChunkWriters } from '../test/chaos/chunk-kills.ts'
import { killEmbedded } from '../test/chaos/embedded-kills.ts'
import { liveThroughADay } from '../test/chaos/expiry.ts'
import { fillDisk } from '../test/chaos/full-disk.ts'
import { killInCluster } from '../test/chaos/nats-kills.ts'
import { ProgramMissing, findNatsServer } from './server-programs.ts'
import { currentCommit } from './repository.ts'

/** What may grow over a day: pages that happen to be half full. */
const MOST_GROWTH = 1.2

const { values, positionals } = parseArgs({ allowPositionals: true, options: { kills: { type: 'string' }, only: { type: 'string' } } })
const kills = Number(values.kills ?? '50')
const [what = ''] = positionals
if (positionals.length !== 1 || !['relay', 'chunks'].includes(what) || !Number.isInteger(kills) || kills < 1) {
  console.error('npm run chaos -- relay [--kills N] [--only embedded|cluster|disk|expiry]\nnpm run chaos -- chunks [--kills N]')
  process.exit(2)
}
if (what === 'chunks') {
  const beganMs = performance.now()
  const report = await killChunkWriters(kills)
  const seconds = Math.round((performance.now() - beganMs) / 100) / 10
  console.log(JSON.stringify({ command: 'chaos chunks', commit: currentCommit(), node: process.versions.node, seconds, ok: isKept(report), ...report }))
  process.exit(isKept(report) ? 0 : 1)
}
try {
  findNatsServer()
} catch (fault) {
  if (!(fault instanceof ProgramMissing)) throw fault
  console.error(fault.message)
  process.exit(1)
}

const isWanted = (part: string): boolean => values.only === undefined || values.only === part
const startMs = performance.now()
async function play<T>(part: string, title: string, work: () => Promise<T> | T): Promise<T | null> {
  if (!isWanted(part)) return null
  console.log(title)
  const report = await work()
  console.log(`  ${JSON.stringify(report)}`)
  return report
}

const embedded = await play('embedded', `A relay with the embedded store is killed ${kills} times`, () => killEmbedded(kills))
const cluster = await play('cluster', 'A NATS leader and a relay are killed under load', killInCluster)
const disk = await play('disk', 'The disk is full, and has room again', fillDisk)
const expiry = await play('expiry', 'A day of expiry', liveThroughADay)

const sum = (of: 'acknowledged' | 'lost' | 'doubled'): number => [embedded, cluster, disk].reduce((total, part) => total + (part?.[of] ?? 0), 0)
const isFlat = expiry === null || (expiry.fileGrowth <= MOST_GROWTH && expiry.memoryGrowth <= MOST_GROWTH)
const isHonest = disk === null || (disk.refusedForRoom > 0 && disk.readyWhileFull === 503 && disk.readyAfter === 200)
const ok = sum('lost') === 0 && sum('doubled') === 0 && isFlat && isHonest
console.log(
  JSON.stringify({
    command: 'chaos relay',
    commit: currentCommit(),
    node: process.versions.node,
    seconds: Math.round((performance.now() - startMs) / 100) / 10,
    ok,
    acknowledged: sum('acknowledged'),
    lost: sum('lost'),
    doubled: sum('doubled'),
    embedded,
    cluster,
    disk,
    expiry,
  }),
)
process.exit(ok ? 0 : 1)
