/**
 * The machine's state is rows in tables. What a step wrote to durable tables is what must be committed: state and disk
 * cannot drift apart, because one is made from the other.
 *
 * A step works on a `Transaction`. Reads see what it has written, and `state` is the new immutable map. The old state
 * stays unchanged.
 */
import { type Codec, decode, encode, type Reader, type Writer } from '@sotto/wire'
import { mapDelete, mapGet, mapScan, mapSet, mapSize, type OrderedMap } from './ordered-map.ts'

/**
 * What the rows of a table belong to; the first part of their key names it. `epoch` is named by two parts, group and
 * epoch. `self` is named by none. `outbox` is records on their way, `read` bulk reads, `connection` peers by their id.
 */
export type Scope = 'self' | 'group' | 'epoch' | 'device' | 'account' | 'relay' | 'mailbox' | 'topic' | 'connection' | 'outbox' | 'read'

/** The room of the machine that keeps a table. */
export type Room = 'machine' | 'peers' | 'messages' | 'files' | 'members' | 'view' | 'cipher' | 'epochs' | 'groups' | 'sessions' | 'links' | 'identity'

/** What a table declares of its rows. */
export interface Belonging {
  readonly scope: Scope
  readonly owner: Room
  /** For scope group or epoch: the rows outlast the membership and stay until the group is forgotten. */
  readonly outlasts?: 'membership'
}

/** A table of rows of one shape. Without a codec it is volatile: it ends with the engine and is derived again at the next start. */
export interface Table<T> extends Belonging {
  readonly name: string
  /** Its place in the state. */
  readonly at: number
  readonly codec: Codec<T> | null
}

/** A table whose rows have an unknown shape. */
export interface AnyTable extends Belonging {
  readonly name: string
  readonly at: number
  readonly codec: { readonly write: (out: Writer, row: never) => void; readonly read: (input: Reader) => unknown } | null
}

/** The whole state: the rows of each table by its place. null is the empty state. Opaque outside of this package. */
export type State = readonly OrderedMap[] | null

/** All tables. The order in which they are declared is their place in the state. */
const tables: AnyTable[] = []

function declare<T>(name: string, codec: Codec<T> | null, belonging: Belonging): Table<T> {
  const table = { name, at: tables.length, codec, ...belonging }
  tables.push(table)
  return table
}

/** A durable table. Its name is part of the stored format. */
export const durable = <T>(name: string, codec: Codec<T>, belonging: Belonging): Table<T> => declare(name, codec, belonging)

/** A table that is not stored. */
export const volatile = <T>(name: string, belonging: Belonging): Table<T> => declare<T>(name, null, belonging)

/** Every table that has been declared so far. */
export const declaredTables = (): readonly AnyTable[] => [...tables]

const noRows = (): OrderedMap[] => tables.map(() => null)

/** How many rows there are. */
export const rowCount = (state: State): number => state?.reduce((sum, rows) => sum + mapSize(rows), 0) ?? 0

/** Parts of a row's key, most significant first. None may contain `/`. */
export type Key = readonly string[]

/** A number as a key part that sorts as numbers do (up to 2^48). */
export const sortable = (number: number): string => number.toString(36).padStart(10, '0')

/** A row's key in its table. */
function rowKey(key: Key): string {
  let name = key[0] ?? ''
  for (let i = 1; i < key.length; i++) name += `/${key[i] ?? ''}`
  return name
}

/** What the keys of all rows below a prefix begin with. */
const below = (prefix: Key): string => (prefix.length === 0 ? '' : `${rowKey(prefix)}/`)

/** A row that was found. Most callers read only the value, so the key is split on demand. */
class Found<T> {
  readonly value: T
  readonly #name: string

  constructor(name: string, value: T) {
    this.#name = name
    this.value = value
  }

  get key(): Key {
    return this.#name.split('/')
  }
}

export interface DurableWrite {
  readonly key: string
  /** Encoded row; null deletes. */
  readonly value: Uint8Array | null
}

export class Transaction {
  #state: State
  /** `#state` where this transaction made it, and so may change it. */
  #own: OrderedMap[] | null = null
  readonly #touched = new Set<string>()
  readonly #written = new Map<string, { readonly codec: Codec<unknown>; readonly value: unknown } | null>()

  constructor(state: State) {
    this.#state = state
  }

  get<T>(table: Table<T>, ...key: Key): T | undefined {
    return mapGet(this.#rows(table), rowKey(key)) as T | undefined
  }

  put<T>(table: Table<T>, key: Key, value: NoInfer<T>): void {
    const name = rowKey(key)
    this.#set(table, mapSet(this.#rows(table), name, value))
    if (table.codec !== null) this.#written.set(`${table.name}/${name}`, { codec: table.codec as Codec<unknown>, value })
  }

  delete<T>(table: Table<T>, ...key: Key): void {
    const name = rowKey(key)
    const rows = this.#rows(table)
    if (mapGet(rows, name) === undefined) return
    this.#set(table, mapDelete(rows, name))
    if (table.codec !== null) this.#written.set(`${table.name}/${name}`, null)
  }

  /** Deletes the row of this key and all whose key begins with its parts. */
  deleteAll(table: AnyTable, ...key: Key): void {
    const rows = table as unknown as Table<unknown>
    this.delete(rows, ...key)
    for (const found of this.scan(rows, ...key)) this.delete(rows, ...found.key)
  }

  /** Rows whose key begins with these parts, ascending, as they were when the scan began. */
  scan<T>(table: Table<T>, ...prefix: Key): readonly { readonly key: Key; readonly value: T }[] {
    const found: Found<T>[] = []
    mapScan(this.#rows(table), below(prefix), (name, value) => {
      found.push(new Found(name, value as T))
      return true
    })
    return found
  }

  /** The first row below a prefix, or `undefined`. */
  first<T>(table: Table<T>, ...prefix: Key): { readonly key: Key; readonly value: T } | undefined {
    let found: Found<T> | undefined
    mapScan(this.#rows(table), below(prefix), (name, value) => {
      found = new Found(name, value as T)
      return false
    })
    return found
  }

  /** The first rows below a prefix, at most so many. */
  few<T>(table: Table<T>, most: number, ...prefix: Key): readonly { readonly key: Key; readonly value: T }[] {
    const found: Found<T>[] = []
    mapScan(this.#rows(table), below(prefix), (name, value) => {
      found.push(new Found(name, value as T))
      return found.length < most
    })
    return found
  }

  /** Whether a row of a table was put or deleted. */
  touched(table: { readonly name: string }): boolean {
    return this.#touched.has(table.name)
  }

  /** The state with everything that was written. Later writes of the transaction do not change it. */
  get state(): State {
    this.#own = null
    return this.#state
  }

  /** What must be durable before any effect of the step is performed. */
  writes(): readonly DurableWrite[] {
    return [...this.#written].map(([key, row]) => ({ key, value: row === null ? null : encode(row.codec, row.value) }))
  }

  #rows(table: { readonly at: number }): OrderedMap {
    return this.#state?.[table.at] ?? null
  }

  #set(table: { readonly name: string; readonly at: number }, rows: OrderedMap): void {
    this.#own ??= this.#state?.slice() ?? noRows()
    this.#own[table.at] = rows
    this.#state = this.#own
    this.#touched.add(table.name)
  }
}

/** Builds the state from stored rows. A row that names no table or does not decode is returned as damaged. */
export function stateFromRows(
  durableTables: readonly AnyTable[],
  rows: ReadonlyMap<string, Uint8Array>,
): { readonly state: State; readonly damaged: readonly string[] } {
  const byName = new Map(durableTables.map((table) => [table.name, table]))
  const state = noRows()
  const damaged: string[] = []
  for (const [key, bytes] of rows) {
    const slash = key.indexOf('/')
    const table = byName.get(key.slice(0, Math.max(slash, 0)))
    const value = table === undefined || table.codec === null ? undefined : decode<unknown>(table.codec as Codec<unknown>, bytes)
    if (table === undefined || value === undefined) damaged.push(key)
    else state[table.at] = mapSet(state[table.at] ?? null, key.slice(slash + 1), value)
  }
  return { state, damaged }
}
