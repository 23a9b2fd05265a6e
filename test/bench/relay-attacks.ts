/**
 * `npm run bench -- relay-attacks`: honest people at a real relay while others attack it over real sockets: how much of what they
 * write is delivered, how long it takes against quiet seconds before it, and what the relay's memory is. One attack after the
 * other on one relay process, each from addresses of its own; honest people write all the time, and a caller dials each second.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { loadPrimitives } from '@sotto/crypto/primitives'
import { onAnyPort, startRelayProcess } from '../../relay-node/src/testing/relay-process.ts'
import { ATTACKS, type AttackName } from './relay-attacks/attacks.ts'
import { honestPeople, type Tally } from './relay-attacks/honest-people.ts'

/** How long each attack runs. A guess: long enough for a hundred letters of each pair. */
const ATTACK_MS = Number(process.env['SOTTO_ATTACK_SECONDS'] ?? '12') * 1_000
/** Before each attack. Its times are held against this, since a machine is not as fast in one minute as in the next. */
const QUIET_MS = 4_000
const MIB = 2 ** 20

export interface RelayAttackRow {
  readonly attack: string
  /** Part of the letters that arrived; of callers, that were served. */
  readonly delivered: number
  readonly callers: number
  readonly medianMs: number
  /** The median as a ratio to that of the quiet time before it. */
  readonly toQuiet: number
  readonly memoryMib: number
}

export interface RelayAttacksBenchmark {
  readonly rows: readonly RelayAttackRow[]
  /** Attacks in which something did not arrive, and in which the median was above three times the quiet one. */
  readonly undelivered: readonly string[]
  readonly slow: readonly string[]
  readonly table: string
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

export async function benchRelayAttacks(): Promise<RelayAttacksBenchmark> {
  const primitives = await loadPrimitives()
  const folder = mkdtempSync(join(tmpdir(), 'sotto-attacks-'))
  const relay = await startRelayProcess({ words: [...onAnyPort(folder), '--trust-proxy', '127.0.0.1', '--disk-mib', '256'] })
  const address = relay.listening?.addresses[0] ?? ''
  try {
    const people = await honestPeople(address, primitives)
    const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
    const rowOf = (attack: string, tally: Tally, quietMs: number): RelayAttackRow => ({
      attack,
      delivered: round(tally.delivered / Math.max(1, tally.written), 3),
      callers: round(tally.served / Math.max(1, tally.dialled), 3),
      medianMs: round(tally.medianMs, 1),
      toQuiet: round(tally.medianMs / quietMs, 2),
      memoryMib: Math.round(relay.memoryBytes() / MIB),
    })
    await people.during(() => pass(QUIET_MS))
    const quiet = await people.during(() => pass(ATTACK_MS))
    const rows = [rowOf('quiet', quiet, quiet.medianMs)]
    for (const name of Object.keys(ATTACKS) as readonly AttackName[]) {
      const before = await people.during(() => pass(QUIET_MS))
      const tally = await people.during(async (group) => {
        const attacker = new Worker(new URL('relay-attacks/attacker.ts', import.meta.url), { workerData: { name, relay: address, group } })
        attacker.on('error', () => {})
        await pass(ATTACK_MS)
        await attacker.terminate()
      })
      rows.push(rowOf(name, tally, before.medianMs))
      console.error(`… ${name}`)
    }
    const after = await people.during(() => pass(ATTACK_MS))
    rows.push(rowOf('quiet again', after, quiet.medianMs))
    await people.end()
    const table = [
      '| attack | letters delivered | callers served | median, ms | to quiet | relay’s memory, MiB |',
      '|---|---|---|---|---|---|',
      ...rows.map((row) => `| ${[row.attack, row.delivered, row.callers, row.medianMs, row.toQuiet, row.memoryMib].join(' | ')} |`),
    ].join('\n')
    return {
      rows,
      undelivered: rows.filter(({ delivered }) => delivered < 1).map(({ attack }) => attack),
      slow: rows.filter(({ toQuiet }) => toQuiet > 3).map(({ attack }) => attack),
      table,
    }
  } finally {
    await relay.end()
    rmSync(folder, { recursive: true, force: true })
  }
}
