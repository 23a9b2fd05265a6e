/**
 * I16: between two turns a machine holds in memory what it would start with. State and disk are made from each other. A
 * row that only one of them has is a group that is empty after the next start, or a message that never comes.
 */
import {
  allTables,
  durableTables,
  EPOCH,
  EPOCH_KEYS,
  GROUP,
  JOIN,
  MEMBERSHIP_LOG,
  OPERATION,
  ORPHAN,
  type Scope,
  stateFromRows,
  Transaction,
  UNDECRYPTABLE,
  UNDECRYPTABLE_UNDER,
  WANTED_RELAYS,
} from '@sotto/core/inside'
import type { Primitives } from '@sotto/crypto/primitives'
import { addKeptOperation, addWaitingOperation, emptyLog, type MembershipLog, operationIdOf, operationsInCausalOrder } from '@sotto/membership'
import { type Codec, encode, equalBytes, fromBase64url, type GroupId, toBase64url } from '@sotto/wire'
import type { SimulatedPeer } from './simulated-peer.ts'

/** What is only in memory, only on the disk, or different there; empty if a peer is consistent. */
export function differencesFromDisk(peer: SimulatedPeer, primitives: Primitives): readonly string[] {
  const transaction = new Transaction(peer.state)
  return [...rowDifferences(peer, transaction), ...logDifferences(primitives, transaction), ...indexDifferences(transaction)]
}

/** Tables with a row whose key names this group. */
export const tablesThatName = (state: SimulatedPeer['state'], group: string): readonly string[] =>
  allTables()
    .filter((table) => new Transaction(state).scan(table as never).some(({ key }) => key.includes(group)))
    .map(({ name }) => name)

/** The text of an id of 32 bytes. */
const ID = /^[\w-]{43}$/

/** Rows whose key does not fit the scope that their table declares: a group's name comes first or nowhere, an epoch's behind it. */
export function misplacedRows(state: SimulatedPeer['state'], group: string): readonly string[] {
  const transaction = new Transaction(state)
  const isRight = (scope: Scope, key: readonly string[]): boolean => {
    if (scope !== 'group' && scope !== 'epoch') return !key.includes(group)
    return ID.test(key[0] ?? '') && key.indexOf(group) <= 0 && (scope === 'group' || ID.test(key[1] ?? ''))
  }
  return allTables().flatMap(({ name, scope, ...table }) =>
    transaction
      .scan({ name, scope, ...table } as never)
      .flatMap(({ key }) => (isRight(scope, key) ? [] : [`${name}/${key.join('/')} is not of the scope ${scope}`])),
  )
}

function rowDifferences(peer: SimulatedPeer, transaction: Transaction): readonly string[] {
  const found: string[] = []
  const disk = peer.diskRows()
  const onlyThere = new Set(disk.keys())
  for (const table of durableTables()) {
    if (table.codec === null) continue
    for (const { key, value } of transaction.scan(table as never)) {
      const name = `${table.name}/${key.join('/')}`
      const stored = disk.get(name)
      onlyThere.delete(name)
      if (stored === undefined) found.push(`${name} is in memory alone`)
      else if (!equalBytes(stored, encode(table.codec as Codec<unknown>, value))) found.push(`${name} is another on the disk`)
    }
  }
  const damaged = damagedRows(disk)
  return [...found, ...[...onlyThere].map((name) => `${name} is on the disk alone`), ...damaged.map((name) => `${name} is damaged on the disk`)]
}

/** By stored bytes that could be read: under which key. A disk replaces the bytes of a row and never changes them. */
const readableUnder = new WeakMap<Uint8Array, string>()

/** Rows that a start would not read. What could be read before is not read again. */
function damagedRows(disk: ReadonlyMap<string, Uint8Array>): readonly string[] {
  const others = new Map<string, Uint8Array>()
  for (const [name, stored] of disk) if (readableUnder.get(stored) !== name) others.set(name, stored)
  const { damaged } = stateFromRows(durableTables(), others)
  for (const name of damaged) others.delete(name)
  for (const [name, stored] of others) readableUnder.set(stored, name)
  return damaged
}

/** By log that was as one rebuilt from its rows: which these were. All of them are values that never change. */
const rebuiltFrom = new WeakMap<MembershipLog, readonly unknown[]>()

/** The membership log of each group against one rebuilt from its operations. What was the same before is not rebuilt again. */
function logDifferences(primitives: Primitives, transaction: Transaction): readonly string[] {
  return transaction.scan(MEMBERSHIP_LOG).flatMap(({ key: [group = ''], value: log }) => {
    const rows = [OPERATION, ORPHAN].flatMap((table) => transaction.scan(table as typeof OPERATION, group).map(({ value }) => value))
    const before = rebuiltFrom.get(log)
    if (before !== undefined && before.length === rows.length && rows.every((row, i) => row === before[i])) return []
    let rebuilt = emptyLog(fromBase64url(group) as GroupId)
    for (const { value } of transaction.scan(OPERATION, group)) rebuilt = addKeptOperation(primitives, rebuilt, value).log
    for (const { value } of transaction.scan(ORPHAN, group)) rebuilt = addWaitingOperation(primitives, rebuilt, value.operation).log
    if (contentsOf(primitives, log) !== contentsOf(primitives, rebuilt))
      return [`the log of ${group} has ${log.count} operations, and ${rebuilt.count} after a start`]
    rebuiltFrom.set(log, rows)
    return []
  })
}

const contentsOf = (primitives: Primitives, log: MembershipLog): string =>
  [...operationsInCausalOrder(log).map(({ unsigned }) => toBase64url(operationIdOf(primitives, unsigned))), ...log.orphans.keys()].toSorted().join(' ')

/** Indexes that are derived from rows and kept beside them. */
function indexDifferences(transaction: Transaction): readonly string[] {
  const undecryptable = transaction.scan(UNDECRYPTABLE).map(({ key }) => key.join('/'))
  const under = transaction.scan(UNDECRYPTABLE_UNDER).map(({ key }) => `${key[0] ?? ''}/${key.at(-1) ?? ''}`)
  const epochs = new Set(transaction.scan(EPOCH).map(({ key }) => key.join('/')))
  const wanted = transaction.scan(WANTED_RELAYS).map(({ key, value }) => `${key.join('/')} ${value.join(' ')}`)
  const wanting = [
    ...transaction.scan(GROUP).flatMap(({ key, value }) => (value.state === 'member' ? [`${key.join('/')}/member ${value.relays.join(' ')}`] : [])),
    ...transaction.scan(JOIN).map(({ key, value }) => `${key.join('/')}/join ${value.relays.join(' ')}`),
  ]
  const opened = transaction.scan(EPOCH_KEYS).map(({ key }) => key.join('/'))
  return [
    ...(undecryptable.toSorted().join(' ') === under.toSorted().join(' ')
      ? []
      : [`${undecryptable.length} envelopes are undecryptable, and ${under.length} are found`]),
    ...(wanted.toSorted().join(' ') === wanting.toSorted().join(' ')
      ? []
      : [`the relays ${wanted.join(', ')} are wanted, and after a start ${wanting.join(', ')}`]),
    ...opened.filter((epoch) => !epochs.has(epoch)).map((epoch) => `the keys of the epoch ${epoch} are in memory alone`),
  ]
}
