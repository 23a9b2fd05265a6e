/**
 * `npm run bench -- membership`: how long folding a log of 10,000 checked operations takes, as a ratio to hashing the same
 * bytes, and what checking their signatures adds.
 */
import { loadSodiumPrimitives, type Primitives } from '@sotto/crypto/primitives'
import { encode, type GroupId, type Operation, operation as operationCodec, operationSigningInput } from '@sotto/wire'
import { addOperation, emptyLog, type MembershipLog } from '../../packages/membership/src/log/log.ts'
import { acceptedPlan } from '../../packages/membership/src/oracle/accepted-plan.ts'
import { fixturesOf, withoutSignatures } from '../../packages/membership/src/oracle/fixtures.ts'
import { buildLog } from '../../packages/membership/src/oracle/planned-log.ts'
import { LONG_LOG_NAMES, longLog, type Shape } from '../../packages/membership/src/oracle/long-log.ts'
import { resolve } from '../../packages/membership/src/roster/resolve.ts'

const OPERATIONS = 10_000
const SEED = 7
/** The last is an attack by members that demote, continue and acknowledge without ever hearing each other: its cost is quadratic. */
const LOGS: readonly { readonly shape: Shape; readonly length: number }[] = [
  { shape: 'line', length: OPERATIONS },
  { shape: 'busy', length: OPERATIONS },
  { shape: 'two partitions', length: OPERATIONS },
  { shape: 'silent device', length: OPERATIONS },
  { shape: 'flood', length: 2_000 },
]

interface FoldFigures {
  readonly shape: Shape
  readonly operations: number
  readonly bytes: number
  /** At the end: a log without effective operations proves little. */
  readonly members: number
  /** Operations come one by one, and the roster is computed at the end. Best of five. */
  readonly foldMs: number
  /** Processor time, including the collector: more reliable than `foldMs` where others use the machine. */
  readonly foldCpuMs: number
  readonly operationsPerSecond: number
  /** Ratio to SHA-256 over each operation's bytes, once. */
  readonly timesHashing: number
  /** The log grows by the last operation, and the roster is computed again. */
  readonly oneMoreMs: number
}

export interface MembershipBenchmark {
  readonly shapes: readonly FoldFigures[]
  /** One Ed25519 check for each operation, libsodium: the additional cost of new ones. */
  readonly signaturesMs: number
  readonly table: string
}

export async function benchMembership(): Promise<MembershipBenchmark> {
  const sodium = await loadSodiumPrimitives()
  const primitives = withoutSignatures(sodium)
  const fixtures = fixturesOf(primitives, LONG_LOG_NAMES)
  const shapes = LOGS.map(({ shape, length }): FoldFigures => {
    const { group, operations } = buildLog(primitives, fixtures, acceptedPlan(primitives, fixtures, longLog(shape, length, SEED)))
    return measureFold(primitives, shape, group, operations)
  })
  const signaturesMs = measureSignatures(sodium, OPERATIONS)
  return { shapes, signaturesMs, table: tableOf(shapes) }
}

function measureFold(primitives: Primitives, shape: Shape, group: GroupId, operations: readonly Operation[]): FoldFigures {
  const bytes = operations.map((each) => encode(operationCodec, each))
  const hashMs = best(() => {
    for (const each of bytes) primitives.sha256(each)
  })
  const add = (log: MembershipLog, operation: Operation): MembershipLog => addOperation(primitives, log, operation).log
  let foldCpuMs = Infinity
  const foldMs = best(() => {
    const before = process.cpuUsage()
    const log = operations.reduce(add, emptyLog(group))
    resolve(log)
    if (log.count !== operations.length) throw new Error(`only ${log.count} operations were taken in`)
    const { user, system } = process.cpuUsage(before)
    foldCpuMs = Math.min(foldCpuMs, (user + system) / 1_000)
  })
  const { members } = resolve(operations.reduce(add, emptyLog(group)))
  const allButOne = operations.slice(0, -1).reduce(add, emptyLog(group))
  const last = operations.at(-1)
  resolve(allButOne)
  const oneMoreMs = best(() => {
    if (last !== undefined) resolve(add({ ...allButOne }, last))
  }, 1)
  return {
    shape,
    operations: operations.length,
    bytes: bytes.reduce((sum, each) => sum + each.length, 0),
    members: members.length,
    foldMs: round(foldMs),
    foldCpuMs: round(foldCpuMs),
    operationsPerSecond: Math.round((operations.length / foldMs) * 1_000),
    timesHashing: round(foldMs / hashMs),
    oneMoreMs: round(oneMoreMs),
  }
}

function measureSignatures(primitives: Primitives, count: number): number {
  const key = primitives.ed25519.keyPairFromSeed(new Uint8Array(32))
  const fixtures = fixturesOf(primitives, LONG_LOG_NAMES)
  const [operation] = buildLog(primitives, fixtures, longLog('line', 20, SEED).slice(0, 1)).operations
  if (operation === undefined) throw new RangeError('no operation')
  const message = operationSigningInput(operation.unsigned)
  const signature = primitives.ed25519.sign(message, key)
  return round(
    best(() => {
      for (let i = 0; i < count; i++) primitives.ed25519.verify(signature, message, key.publicKey)
    }, 1),
  )
}

function best(run: () => void, times = 5): number {
  let ms = Infinity
  for (let i = 0; i < times; i++) {
    const startMs = performance.now()
    run()
    ms = Math.min(ms, performance.now() - startMs)
  }
  return ms
}

const round = (value: number): number => Math.round(value * 10) / 10

const tableOf = (shapes: readonly FoldFigures[]): string =>
  [
    '| log | operations | fold, ms | processor, ms | operations/s | times hashing | one more, ms |',
    '|---|---|---|---|---|---|---|',
    ...shapes.map(
      (each) =>
        `| ${each.shape} | ${each.operations} | ${each.foldMs.toFixed(0)} | ${each.foldCpuMs.toFixed(0)} | ${each.operationsPerSecond} | ${each.timesHashing} | ${each.oneMoreMs} |`,
    ),
  ].join('\n')
