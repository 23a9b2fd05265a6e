/** How many rows of a table others' words can make, for each party that could send more of them (I24). */
import { type AnyTable, MEMBERSHIP_LOG, type Transaction } from '@sotto/core/inside'
import { operationsInCausalOrder } from '@sotto/membership'

export interface Row {
  readonly key: readonly string[]
  readonly value: unknown
}

/** A party, or all of them where they cannot be told apart, with what it takes and what it may. */
export interface Use {
  readonly party: string
  readonly takes: number
  readonly most: number
}

/** What each party takes of a table, as rows or as bytes. */
export type Share = (table: AnyTable, transaction: Transaction) => readonly Use[]

export const rowsOf = (transaction: Transaction, table: object): readonly Row[] => transaction.scan(table as never)

/** What this device, its person or its own draws make; what others say changes the one row that there is for each thing of its own. */
export const OWN: Share = () => []

/** Rows that go with others in another table: they are bounded by its share. `each`: so many of them for one there. */
export const beside =
  (other: object, each = 1): Share =>
  (table, transaction) => [{ party: 'all', takes: rowsOf(transaction, table).length, most: each * rowsOf(transaction, other).length }]

/** All rows together: it cannot be told whose they are. */
export const together =
  (most: number): Share =>
  (table, transaction) => [{ party: 'all', takes: rowsOf(transaction, table).length, most }]

/** The rows of each party, which these parts of the key name. */
export const each =
  (parts: readonly number[], most: number): Share =>
  (table, transaction) =>
    used(
      rowsOf(transaction, table),
      ({ key }) => parts.map((part) => key[part] ?? '').join(' '),
      () => 1,
      most,
    )

/** The same by what is in the row; a row without a party is not counted. */
export const eachBy =
  <T>(party: (value: T, key: readonly string[]) => string | null, most: number, size: (value: T) => number = () => 1): Share =>
  (table, transaction) =>
    used(
      rowsOf(transaction, table),
      ({ value, key }) => party(value as T, key),
      ({ value }) => size(value as T),
      most,
    )

/** One for each operation of the group's log, or for each device that these name: who may write them is for the log's own rules (PROTOCOL §5). */
export const byLog =
  (most: (named: { readonly operations: number; readonly devices: number; readonly accounts: number }) => number): Share =>
  (table, transaction) =>
    [...Map.groupBy(rowsOf(transaction, table), ({ key }) => key[0] ?? '')].map(([group, rows]) => ({
      party: group,
      takes: rows.length,
      most: most(namedBy(transaction, group)),
    }))

/** The same where a row is of all groups. `besides`: others that are counted with them. */
export const byAllLogs =
  (most: (named: { readonly devices: number; readonly accounts: number }) => number): Share =>
  (table, transaction) => {
    const named = rowsOf(transaction, MEMBERSHIP_LOG).map(({ key }) => namedBy(transaction, key[0] ?? ''))
    const sum = (of: 'devices' | 'accounts'): number => named.reduce((total, each) => total + each[of], 0)
    return [{ party: 'all', takes: rowsOf(transaction, table).length, most: most({ devices: sum('devices'), accounts: sum('accounts') }) }]
  }

function namedBy(transaction: Transaction, group: string): { readonly operations: number; readonly devices: number; readonly accounts: number } {
  const log = transaction.get(MEMBERSHIP_LOG, group)
  const operations = log === undefined ? [] : operationsInCausalOrder(log)
  const entries = operations.flatMap(({ unsigned: { body } }) =>
    body.kind === 'admit' || body.kind === 'devices' ? [body.member.devices.length] : body.kind === 'create' ? [body.founder.devices.length] : [],
  )
  return { operations: operations.length, devices: entries.reduce((sum, count) => sum + count, 0), accounts: entries.length }
}

function used(rows: readonly Row[], party: (row: Row) => string | null, size: (row: Row) => number, most: number): readonly Use[] {
  const taken = new Map<string, number>()
  for (const row of rows) {
    const name = party(row)
    if (name !== null) taken.set(name, (taken.get(name) ?? 0) + size(row))
  }
  return [...taken].map(([name, takes]) => ({ party: name, takes, most }))
}

/** Both have to hold. */
export const both =
  (...shares: readonly Share[]): Share =>
  (table, transaction) =>
    shares.flatMap((share) => share(table, transaction))
