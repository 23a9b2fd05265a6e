/**
 * I16: between two turns a machine holds in memory what it would start with. State and disk are made from each other; a
 * row that one of them alone has is a group that is empty after the next start, or a message that never comes.
 */
import {
  allTables,
  Draft,
  durableTables,
  EPOCH,
  EPOCH_KEYS,
  GROUP,
  JOIN,
  LOG,
  OPERATION,
  PARKED,
  PARKED_UNDER,
  type Scope,
  stateFromRows,
  WANTED_RELAYS,
} from '@sotto/core/inside'
import type { Primitives } from '@sotto/crypto/primitives'
import { addOperation, emptyLog, type Log, operationIdOf, operationsInCausalOrder } from '@sotto/membership'
import { type Codec, encode, equalBytes, fromBase64url, type GroupId, toBase64url } from '@sotto/wire'
import type { SimulatedPeer } from './simulated-peer.ts'

/** What is in memory alone, or on the disk alone, or another there; empty where a peer is as it should be. */
export function differencesFromDisk(peer: SimulatedPeer, primitives: Primitives): readonly string[] {
  const draft = new Draft(peer.state)
  return [...rowDifferences(peer, draft), ...logDifferences(primitives, draft), ...indexDifferences(draft)]
}

/** Tables of which a row's key names this group. */
export const tablesThatName = (state: SimulatedPeer['state'], group: string): readonly string[] =>
  allTables()
    .filter((table) => new Draft(state).scan(table as never).some(({ key }) => key.includes(group)))
    .map(({ name }) => name)

/** The text of an id of 32 bytes. */
const ID = /^[\w-]{43}$/

/** Rows whose key is not of the scope that their table declares: a group's name stands first or nowhere, an epoch's behind it. */
export function misplacedRows(state: SimulatedPeer['state'], group: string): readonly string[] {
  const draft = new Draft(state)
  const isRight = (scope: Scope, key: readonly string[]): boolean => {
    if (scope !== 'group' && scope !== 'epoch') return !key.includes(group)
    return ID.test(key[0] ?? '') && key.indexOf(group) <= 0 && (scope === 'group' || ID.test(key[1] ?? ''))
  }
  return allTables().flatMap(({ name, scope, ...table }) =>
    draft.scan({ name, scope, ...table } as never).flatMap(({ key }) => (isRight(scope, key) ? [] : [`${name}/${key.join('/')} is not of the scope ${scope}`])),
  )
}

function rowDifferences(peer: SimulatedPeer, draft: Draft): readonly string[] {
  const found: string[] = []
  const disk = peer.diskRows()
  const onlyThere = new Set(disk.keys())
  for (const table of durableTables()) {
    if (table.codec === null) continue
    for (const { key, value } of draft.scan(table as never)) {
      const name = `${table.name}/${key.join('/')}`
      const stored = disk.get(name)
      onlyThere.delete(name)
      if (stored === undefined) found.push(`${name} is in memory alone`)
      else if (!equalBytes(stored, encode(table.codec as Codec<unknown>, value))) found.push(`${name} is another on the disk`)
    }
  }
  const { damaged } = stateFromRows(durableTables(), disk)
  return [...found, ...[...onlyThere].map((name) => `${name} is on the disk alone`), ...damaged.map((name) => `${name} is damaged on the disk`)]
}

/** The log of each group against the one that its operations make. */
function logDifferences(primitives: Primitives, draft: Draft): readonly string[] {
  return draft.scan(LOG).flatMap(({ key: [group = ''], value: log }) => {
    let rebuilt = emptyLog(fromBase64url(group) as GroupId)
    for (const { value } of draft.scan(OPERATION, group)) rebuilt = addOperation(primitives, rebuilt, value).log
    return contentsOf(primitives, log) === contentsOf(primitives, rebuilt)
      ? []
      : [`the log of ${group} has ${log.count} operations, and ${rebuilt.count} after a start`]
  })
}

const contentsOf = (primitives: Primitives, log: Log): string =>
  [...operationsInCausalOrder(log).map(({ unsigned }) => toBase64url(operationIdOf(primitives, unsigned))), ...log.orphans.keys()].toSorted().join(' ')

/** What is derived from rows and kept beside them. */
function indexDifferences(draft: Draft): readonly string[] {
  const parked = draft.scan(PARKED).map(({ key }) => key.join('/'))
  const under = draft.scan(PARKED_UNDER).map(({ key }) => `${key[0] ?? ''}/${key.at(-1) ?? ''}`)
  const epochs = new Set(draft.scan(EPOCH).map(({ key }) => key.join('/')))
  const wanted = draft.scan(WANTED_RELAYS).map(({ key, value }) => `${key.join('/')} ${value.join(' ')}`)
  const wanting = [
    ...draft.scan(GROUP).flatMap(({ key, value }) => (value.state === 'member' ? [`${key.join('/')}/member ${value.relays.join(' ')}`] : [])),
    ...draft.scan(JOIN).map(({ key, value }) => `${key.join('/')}/join ${value.relays.join(' ')}`),
  ]
  const opened = draft.scan(EPOCH_KEYS).map(({ key }) => key.join('/'))
  return [
    ...(parked.toSorted().join(' ') === under.toSorted().join(' ') ? [] : [`${parked.length} envelopes are parked, and ${under.length} are found`]),
    ...(wanted.toSorted().join(' ') === wanting.toSorted().join(' ')
      ? []
      : [`the relays ${wanted.join(', ')} are wanted, and after a start ${wanting.join(', ')}`]),
    ...opened.filter((epoch) => !epochs.has(epoch)).map((epoch) => `the keys of the epoch ${epoch} are in memory alone`),
  ]
}
