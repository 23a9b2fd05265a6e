/** Kill -9 of a relay with the embedded store in the middle of appends, again and again on one folder. */
import { loadPrimitives } from '@sotto/crypto/primitives'
import { freePorts } from '../../relay-node/src/testing/nats-servers.ts'
import { startRelay } from '../fixtures/relay-process.ts'
import { compare, pause, readAll, startWriter } from './writer.ts'

const WRITERS = 4
/** Each writes so many in a round: within the burst that a relay takes from one peer. */
const APPENDS = 60
const PATIENCE_MS = 60_000

export interface KillReport {
  readonly kills: number
  readonly acknowledged: number
  readonly lost: number
  readonly doubled: number
  /** Acknowledged before the kill of their round: the others were repeated after it. */
  readonly beforeKill: number
  /** The longest time from a kill to the next acknowledgement, ms. */
  readonly longestGapMs: number
}

export async function killEmbedded(kills: number): Promise<KillReport> {
  const primitives = await loadPrimitives()
  const [port = 0] = await freePorts(1)
  const relay = await startRelay({ name: 'chaos', port })
  const address = relay.addresses()[0] ?? ''
  let [acknowledged, beforeKill, lost, doubled, longestGapMs] = [0, 0, 0, 0, 0]
  try {
    for (let round = 0; round < kills; round++) {
      // Mailboxes of their own: one address fills half of a group's at most.
      const writers = Array.from({ length: WRITERS }, () => startWriter(primitives, () => address))
      for (const writer of writers) writer.write(APPENDS)
      const all = (): number => writers.reduce((sum, writer) => sum + writer.acknowledged.size, 0)
      const killAt = 1 + Math.floor(Math.random() * (WRITERS * APPENDS * 0.75))
      await until('acknowledgements before the kill', () => all() >= killAt)
      await relay.kill()
      const killedMs = performance.now()
      beforeKill += all()
      await relay.start()
      await until('the rest after it', () => writers.every((writer) => writer.waiting() === 0))
      const after = writers.flatMap((writer) => [...writer.acknowledged.values()]).filter((atMs) => atMs > killedMs)
      if (after.length > 0) longestGapMs = Math.max(longestGapMs, Math.min(...after) - killedMs)
      for (const writer of writers) {
        await writer.stop()
        const found = await readAll(primitives, address, writer)
        const compared = compare(found, writer)
        lost += compared.lost
        doubled += compared.doubled
        acknowledged += writer.acknowledged.size
      }
      if ((round + 1) % 10 === 0) console.log(`  ${round + 1} of ${kills} kills: ${acknowledged} acknowledged, ${lost} lost, ${doubled} doubled`)
    }
  } finally {
    await relay.remove()
  }
  return { kills, acknowledged, beforeKill, lost, doubled, longestGapMs: Math.round(longestGapMs) }
}

export async function until(what: string, holds: () => boolean, withinMs = PATIENCE_MS): Promise<void> {
  for (const endMs = performance.now() + withinMs; !holds(); await pause(2)) {
    if (performance.now() > endMs) throw new Error(`${what}: not within ${withinMs} ms`)
  }
}
