/**
 * `npm run bench -- hostile`: what one hostile byte costs a device and a relay, in processor time and in bytes that are kept or
 * sent, for each kind of message as a ratio to an honest one of the same run; and how it grows with contacts, members and
 * operations that stand nowhere. `SECURITY.md` has its table.
 */
import { deviceAttacks } from './hostile/device-attacks.ts'
import { deviceUnderAttack, type World } from './hostile/device-under-attack.ts'
import { type Cost, costOf } from './hostile/measure.ts'
import { relayAttacks } from './hostile/relay-attacks.ts'

const FEW = 10
const MANY = 200
const WORLDS = {
  small: { contacts: FEW, members: FEW, voidOperations: 0 },
  contacts: { contacts: MANY, members: FEW, voidOperations: 0 },
  members: { contacts: MANY, members: MANY, voidOperations: 0 },
  someVoid: { contacts: FEW, members: FEW, voidOperations: 400 },
  manyVoid: { contacts: FEW, members: FEW, voidOperations: 2_800 },
} as const satisfies Record<string, World>
const MAILBOXES = { few: 10, many: 400 }

/** Growth below this is noise of the measurement. */
const FLAT = 1.6

export interface HostileRow {
  readonly kind: string
  readonly bytes: number
  readonly cpuUs: number
  /** Processor time for a byte, as a ratio to the honest kind in whose place it is sent; 1 for that itself. */
  readonly toHonest: number
  readonly keptForAByte: number
  readonly sentForAByte: number
  /** Uses of primitives for one message, which do not vary with the machine. */
  readonly publicKeyOperations: number
  readonly symmetricOperations: number
  /** How many times the processor time is that of the small world. */
  readonly growth: Readonly<Record<string, number>>
}

export interface HostileBenchmark {
  readonly device: readonly HostileRow[]
  readonly relay: readonly HostileRow[]
  /** Void operations that the log took of those offered. */
  readonly voidKept: Readonly<Record<string, number>>
  /** Kinds whose cost is not flat, with the largest growth. */
  readonly notFlat: readonly string[]
  readonly table: string
}

export async function benchHostile(): Promise<HostileBenchmark> {
  const costs = new Map<string, readonly Cost[]>()
  const voidKept: Record<string, number> = {}
  for (const [name, world] of Object.entries(WORLDS)) {
    const device = await deviceUnderAttack(world)
    if (world.voidOperations > 0) voidKept[name] = device.voidKept
    costs.set(name, measured(deviceAttacks(device)))
    console.error(`… ${name}`)
  }
  const device = rowsOf(costs.get('small') ?? [], {
    contacts: [costs.get('contacts') ?? [], costs.get('small') ?? []],
    members: [costs.get('members') ?? [], costs.get('contacts') ?? []],
    someVoid: [costs.get('someVoid') ?? [], costs.get('small') ?? []],
    manyVoid: [costs.get('manyVoid') ?? [], costs.get('small') ?? []],
  })
  const few = measured(await relayAttacks(MAILBOXES.few))
  const relay = rowsOf(few, { mailboxes: [measured(await relayAttacks(MAILBOXES.many)), few] })
  const notFlat = [...device, ...relay].flatMap(({ kind, growth }) =>
    Object.entries(growth).flatMap(([what, times]) => (times > FLAT ? [`${kind}: ${times} times with ${what}`] : [])),
  )
  return { device, relay, voidKept, notFlat, table: [tableOf('A device', device), tableOf('A relay', relay)].join('\n\n') }
}

const measured = (attacks: ReturnType<typeof deviceAttacks>): readonly Cost[] => attacks.map((attack) => costOf(attack()))

/** `worlds`: a larger world and the one that it is held against, by what there is more of. */
function rowsOf(small: readonly Cost[], worlds: Readonly<Record<string, readonly [large: readonly Cost[], than: readonly Cost[]]>>): readonly HostileRow[] {
  const of = (costs: readonly Cost[], kind: string): Cost | undefined => costs.find((each) => each.kind === kind)
  return small.map((cost) => {
    const honest = cost.insteadOf === null ? cost : of(small, cost.insteadOf)
    const growth = Object.entries(worlds).map(([what, [large, than]]) => {
      const [now, before] = [of(large, cost.kind), of(than, cost.kind)]
      return [what, round((now?.cpuUs ?? 0) / Math.max(1, before?.cpuUs ?? 1))] as const
    })
    return {
      kind: cost.kind,
      bytes: cost.bytes,
      cpuUs: cost.cpuUs,
      toHonest: round(cost.cpuUsForAByte / Math.max(1e-6, honest?.cpuUsForAByte ?? 1)),
      keptForAByte: round(cost.keptForAByte),
      sentForAByte: round(cost.sentForAByte),
      publicKeyOperations: round(cost.publicKeyOperations),
      symmetricOperations: round(cost.symmetricOperations),
      growth: Object.fromEntries(growth),
    }
  })
}

const round = (value: number): number => Math.round(value * 100) / 100

function tableOf(title: string, rows: readonly HostileRow[]): string {
  const names = Object.keys(rows[0]?.growth ?? {})
  const head = [title, 'bytes', 'µs', 'a byte, to honest', 'kept a byte', 'sent a byte', ...names.map((name) => `× ${name}`)]
  const lines = rows.map(({ kind, bytes, cpuUs, toHonest, keptForAByte, sentForAByte, growth }) => [
    kind,
    ...[bytes, cpuUs, toHonest, keptForAByte, sentForAByte, ...names.map((name) => growth[name] ?? 0)].map(String),
  ])
  return [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
