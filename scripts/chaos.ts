/**
 * `npm run chaos -- relay`: what a relay acknowledged is kept through kills, a full disk and a day of expiry. `--kills N`
 * kills the relay with the embedded store so often (50 unless said otherwise); `--only WORD` plays one part. `npm run chaos -- chunks`: the
 * same kills of a process that writes chunks of files to a disk. `npm run chaos -- files`: a file's sender, its receiver and its relay are
 * killed in turn (20 times in all unless said otherwise) in the middle of it. The last line is JSON.
 */
import { parseArgs } from 'node:util'
import { isKept, killChunkWriters } from '../test/chaos/chunk-kills.ts'
import { killEmbedded } from '../test/chaos/embedded-kills.ts'
import { liveThroughADay } from '../test/chaos/expiry.ts'
import { isWhole, killAmongFiles } from '../test/chaos/file-kills.ts'
import { fillDisk } from '../test/chaos/full-disk.ts'
import { killInCluster } from '../test/chaos/nats-kills.ts'
import { ProgramMissing, findNatsServer } from './server-programs.ts'
import { currentCommit } from './repository.ts'

/** What may grow over a day: pages that happen to be half full. */
const MOST_GROWTH = 1.2

const { values, positionals } = parseArgs({ allowPositionals: true, options: { kills: { type: 'string' }, only: { type: 'string' } } })
const [what = ''] = positionals
const kills = Number(values.kills ?? (what === 'files' ? '20' : '50'))
if (positionals.length !== 1 || !['relay', 'chunks', 'files'].includes(what) || !Number.isInteger(kills) || kills < 1) {
  console.error('npm run chaos -- relay [--kills N] [--only embedded|cluster|disk|expiry]\nnpm run chaos -- chunks|files [--kills N]')
  process.exit(2)
}
if (what === 'chunks') await playAlone('chunks', () => killChunkWriters(kills), isKept)
if (what === 'files') await playAlone('files', () => killAmongFiles(kills, undefined, console.log), isWhole)
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

/** Plays what needs no server, says what came of it, and ends. */
async function playAlone<T>(part: string, work: () => Promise<T>, isOk: (report: T) => boolean): Promise<never> {
  const beganMs = performance.now()
  const report = await work()
  const seconds = Math.round((performance.now() - beganMs) / 100) / 10
  console.log(JSON.stringify({ command: `chaos ${part}`, commit: currentCommit(), node: process.versions.node, seconds, ok: isOk(report), ...report }))
  process.exit(isOk(report) ? 0 : 1)
}
