/** The disk of a relay fills up, is full for a while, and has room again: nothing that was acknowledged is lost. */
import { loadPrimitives } from '@sotto/crypto/primitives'
import { freePorts } from '../../relay-node/src/testing/nats-servers.ts'
import { startRelay } from '../fixtures/relay-process.ts'
import { until } from './embedded-kills.ts'
import { compare, pause, readAll, startWriter } from './writer.ts'

export interface FullDiskReport {
  readonly acknowledged: number
  readonly lost: number
  readonly doubled: number
  readonly refusedForRoom: number
  /** `/readyz` while it was full, and afterwards. */
  readonly readyWhileFull: number
  readonly readyAfter: number
}

/** MiB. Small, so that a few writers fill it. */
const DISK_MIB = 1
const LARGER_MIB = 16
const WRITERS = 12

export async function fillDisk(): Promise<FullDiskReport> {
  const primitives = await loadPrimitives()
  const [port = 0] = await freePorts(1)
  const start = (mib: number, folder?: string) =>
    startRelay({ name: 'chaos-full', port, ...(folder === undefined ? {} : { folder }), extraArguments: ['--disk-mib', String(mib)] })
  let relay = await start(DISK_MIB)
  const folder = relay
  const address = relay.addresses()[0] ?? ''
  const writers = Array.from({ length: WRITERS }, () => startWriter(primitives, () => address))
  const refused = (): number => writers.reduce((sum, writer) => sum + (writer.refused.get('diskFull') ?? 0), 0)
  try {
    for (const writer of writers) writer.write(100)
    await until('the disk to be full', () => refused() > 0)
    await pause(1_000)
    const ready = async (): Promise<number> => (await fetch(`${relay.http()}/readyz`)).status
    const readyWhileFull = await ready()
    // The operator stops it, gives it more room, and starts it again on the same folder.
    await relay.stop()
    relay = await start(LARGER_MIB, folder.folder)
    await until('all to be acknowledged', () => writers.every((writer) => writer.waiting() === 0))
    const readyAfter = await ready()
    let [acknowledged, lost, doubled] = [0, 0, 0]
    for (const writer of writers) {
      await writer.stop()
      const compared = compare(await readAll(primitives, address, writer), writer)
      acknowledged += writer.acknowledged.size
      lost += compared.lost
      doubled += compared.doubled
    }
    return { acknowledged, lost, doubled, refusedForRoom: refused(), readyWhileFull, readyAfter }
  } finally {
    await Promise.all(writers.map((writer) => writer.stop()))
    await relay.remove()
    await folder.remove()
  }
}
