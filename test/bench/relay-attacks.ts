/**
 * `npm run bench -- relay-attacks`: honest people at a real relay while others attack it over real sockets: how much of what they
 * write is delivered, how long it takes against quiet seconds before it, and what processor time and memory the relay takes. One attack
 * after the other on one relay process, each from addresses of its own; honest people write all the time, and a caller dials each second.
 * Attackers have the lowest priority (`nice 19`), so that what they compute themselves takes little from the others. `--only R4` plays those
 * whose names begin so.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadPrimitives } from '@sotto/crypto/primitives'
import { ATTACKS, type AttackName } from './relay-attacks/attacks.ts'
import { startAttackedRelay } from './relay-attacks/attacked-relay.ts'
import { honestPeople, type Tally } from './relay-attacks/honest-people.ts'
import { startAttacker } from './relay-attacks/start-attacker.ts'
import { type Busy, watchBusy } from './relay/busy.ts'

/** How long each attack runs. A guess: long enough for a hundred letters of each pair. */
const ATTACK_MS = Number(process.env['SOTTO_ATTACK_SECONDS'] ?? '12') * 1_000
/** Before each attack. Its times are held against this, since a machine is not as fast in one minute as in the next. */
const QUIET_MS = 4_000
const MIB = 2 ** 20
const DISK_MIB = 256

export interface RelayAttackRow {
  readonly attack: string
  /** Part of the letters that arrived; of callers, that were served. */
  readonly delivered: number
  readonly callers: number
  readonly medianMs: number
  /** The median as a ratio to that of the quiet time before it. */
  readonly toQuiet: number
  /** Parts of a core: the relay's first thread, which has the sockets; its store's; and the attackers. */
  readonly sockets: number
  readonly store: number
  readonly attackers: number
  readonly memoryMib: number
}

export interface RelayAttacksBenchmark {
  readonly rows: readonly RelayAttackRow[]
  /** Attacks in which something did not arrive, and in which the median was above three times the quiet one. */
  readonly undelivered: readonly string[]
  readonly slow: readonly string[]
  readonly table: string
}

const IDLE: Busy = { sockets: 0, store: 0, clients: 0, machine: 0 }

/** Those that `--only` names, or all. */
function chosen(): readonly AttackName[] {
  const names = Object.keys(ATTACKS) as readonly AttackName[]
  const at = process.argv.indexOf('--only')
  return at < 0 ? names : names.filter((name) => process.argv.slice(at + 1).some((word) => name.startsWith(`${word} `)))
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

export async function benchRelayAttacks(): Promise<RelayAttacksBenchmark> {
  const primitives = await loadPrimitives()
  const folder = mkdtempSync(join(tmpdir(), 'sotto-attacks-'))
  const { process: relay, address, clockFile } = await startAttackedRelay(folder, DISK_MIB)
  try {
    const people = await honestPeople(address, primitives)
    const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
    const rowOf = (attack: string, tally: Tally, quietMs: number, busy: Busy): RelayAttackRow => ({
      attack,
      delivered: round(tally.delivered / Math.max(1, tally.written), 3),
      callers: round(tally.served / Math.max(1, tally.dialled), 3),
      medianMs: round(tally.medianMs, 1),
      toQuiet: round(tally.medianMs / quietMs, 2),
      sockets: round(busy.sockets, 2),
      store: round(busy.store, 2),
      attackers: round(busy.clients, 2),
      memoryMib: Math.round(relay.memoryBytes() / MIB),
    })
    const relayPid = relay.child.pid ?? 0
    await people.during(() => pass(QUIET_MS))
    const watchQuiet = watchBusy([relayPid], [])
    const quiet = await people.during(() => pass(ATTACK_MS))
    const rows = [rowOf('quiet', quiet, quiet.medianMs, watchQuiet())]
    for (const name of chosen()) {
      const before = await people.during(() => pass(QUIET_MS))
      let busy = IDLE
      const tally = await people.during(async (group) => {
        const attacker = startAttacker({ name, relay: address, group, clockFile })
        const look = watchBusy([relayPid], [attacker.pid])
        await pass(ATTACK_MS)
        busy = look()
        attacker.end()
        writeFileSync(clockFile, '0')
      })
      rows.push(rowOf(name, tally, before.medianMs, busy))
      console.error(`… ${name}`)
    }
    const watchAfter = watchBusy([relayPid], [])
    const after = await people.during(() => pass(ATTACK_MS))
    rows.push(rowOf('quiet again', after, quiet.medianMs, watchAfter()))
    await people.end()
    const table = [
      '| attack | letters delivered | callers served | median, ms | to quiet | relay’s sockets, of a core | its store | attackers | relay’s memory, MiB |',
      '|---|---:|---:|---:|---:|---:|---:|---:|---:|',
      ...rows.map((row) => `| ${Object.values(row).join(' | ')} |`),
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
