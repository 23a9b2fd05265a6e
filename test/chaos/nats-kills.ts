/** Two relay processes on a cluster of three NATS servers, under load: the leader of a stream is killed, and then a relay. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadPrimitives } from '@sotto/crypto/primitives'
import { freePorts, leaderOf, startNatsServers } from '../../relay-node/src/testing/nats-servers.ts'
import { startBalancer } from '../fixtures/balancer.ts'
import { startRelay } from '../fixtures/relay-process.ts'
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { until } from './embedded-kills.ts'
import { type Writer, compare, pause, readAll, startWriter } from './writer.ts'

const WRITERS = 8
/** Each writes one so often: about the rate that a relay takes from one peer for ever. */
const EVERY_MS = 60
/** Load before, between and after the kills. */
const PHASE_MS = 8_000
const LONG_MS = 120_000

export interface ClusterReport {
  readonly acknowledged: number
  readonly lost: number
  readonly doubled: number
  /** Without any acknowledgement, around each kill, ms; and of the writer that waited longest. */
  readonly gapAtLeaderMs: number
  readonly longestWaitAtLeaderMs: number
  readonly gapAtRelayMs: number
  readonly longestWaitAtRelayMs: number
}

/** The longest time between two acknowledgements after a moment: of all writers together, and of one alone. */
function gapsSince(writers: readonly Writer[], fromMs: number): readonly [together: number, alone: number] {
  const longest = (times: readonly number[]): number => {
    let [last, gap] = [fromMs, 0]
    for (const atMs of times.filter((each) => each > fromMs).toSorted((a, b) => a - b)) {
      gap = Math.max(gap, atMs - last)
      last = atMs
    }
    return Math.round(gap)
  }
  const each = writers.map(({ acknowledged }) => [...acknowledged.values()])
  return [longest(each.flat()), Math.max(...each.map(longest))]
}

export async function killInCluster(): Promise<ClusterReport> {
  const primitives = await loadPrimitives()
  const folder = makeTemporaryFolder('chaos-nats')
  const cluster = await startNatsServers(3, folder.path)
  const balancer = await startBalancer()
  const ports = await freePorts(2)
  const extraArguments = ['--store', cluster.urls.join(','), '--announce', `/ip4/127.0.0.1/tcp/${balancer.port}/ws`]
  const first = await startRelay({ folder: join(folder.path, 'first'), port: ports[0] ?? 0, extraArguments })
  const other = makeTemporaryFolder('chaos-second')
  copyFileSync(join(first.folder, 'relay.key'), join(other.path, 'relay.key'))
  const second = await startRelay({ folder: other.path, port: ports[1] ?? 0, extraArguments })
  balancer.setPorts(ports)
  const address = first.addresses()[0] ?? ''
  const writers = Array.from({ length: WRITERS }, () => startWriter(primitives, () => address))
  const load = setInterval(() => {
    for (const writer of writers) writer.write(1)
  }, EVERY_MS)
  try {
    await until('the first acknowledgements', () => writers.every(({ acknowledged }) => acknowledged.size > 10), LONG_MS)
    await pause(PHASE_MS)
    const leader = await leaderOf(cluster, 'sotto-0')
    const leaderKilledMs = performance.now()
    await leader.kill()
    console.log('  the leader of a third of the streams, and of one with records, is gone')
    await pause(2 * PHASE_MS)
    const [gapAtLeaderMs, longestWaitAtLeaderMs] = gapsSince(writers, leaderKilledMs)
    await leader.start()
    await pause(PHASE_MS)
    const relayKilledMs = performance.now()
    await first.kill()
    console.log('  one of the two relays is gone')
    await pause(PHASE_MS)
    const [gapAtRelayMs, longestWaitAtRelayMs] = gapsSince(writers, relayKilledMs)
    clearInterval(load)
    await until('all to be acknowledged', () => writers.every((writer) => writer.waiting() === 0), LONG_MS)
    let [acknowledged, lost, doubled] = [0, 0, 0]
    for (const writer of writers) {
      if (writer.refused.size > 0) throw new Error(`refused for good: ${[...writer.refused.keys()].join(', ')}`)
      await writer.stop()
      const compared = compare(await readAll(primitives, address, writer), writer)
      acknowledged += writer.acknowledged.size
      lost += compared.lost
      doubled += compared.doubled
    }
    return { acknowledged, lost, doubled, gapAtLeaderMs, longestWaitAtLeaderMs, gapAtRelayMs, longestWaitAtRelayMs }
  } finally {
    clearInterval(load)
    await Promise.all(writers.map((writer) => writer.stop()))
    await Promise.all([first.remove(), second.remove()])
    await balancer.remove()
    await cluster.end()
    other.remove()
    folder.remove()
  }
}
