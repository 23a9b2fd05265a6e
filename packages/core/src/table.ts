/**
 * The machine's state is rows in tables, and what a step wrote to durable tables is what must be committed: state and
 * disk cannot drift apart, because one is made from the other.
 *
 * A step works on a `Draft`: reads see what it has written, and `state` is the new immutable map. The old one stays
 * as it was.
 */
import { type Codec, decode, encode, type Reader, type Writer } from '@sotto/wire'
import { type OrderedMap, mapDelete, mapGet, mapScan, mapSet } from './ordered-map.ts'

/** A table of rows of one shape. Without a codec it is volatile: gone with the engine, derived again at its start. */
export interface Table<T> {
  readonly name: string
  readonly codec: Codec<T> | null
}

/** A table of rows of some shape. */
export interface AnyTable {
  readonly name: string
  readonly codec: { readonly write: (out: Writer, row: never) => void; readonly read: (input: Reader) => unknown } | null
}

/** A durable table. Its name is part of the stored format. */
export const durable = <T>(name: string, codec: Codec<T>): Table<T> => ({ name, codec })
/** A table that is not stored. */
export const volatile = <T>(name: string): Table<T> => ({ name, codec: null })

/** Parts of a row's key, most significant first. None may contain `/`. */
export type Key = readonly string[]

/** A number as a key part that sorts as numbers do (up to 2^48). */
export const sortable = (number: number): string => number.toString(36).padStart(10, '0')

function rowKey(table: { readonly name: string }, key: Key): string {
  let name = table.name
  for (const part of key) name += `/${part}`
  return name
}

/** A row's key without the name of its table. */
const partsOf = (name: string): Key => name.slice(name.indexOf('/') + 1).split('/')

export interface DurableWrite {
  readonly key: string
  /** Encoded row; null deletes. */
  readonly value: Uint8Array | null
}

export class Draft {
  #map: OrderedMap
  readonly #touched = new Set<string>()
  readonly #written = new Map<string, { readonly codec: Codec<unknown>; readonly value: unknown } | null>()

  constructor(map: OrderedMap) {
    this.#map = map
  }

  get<T>(table: Table<T>, ...key: Key): T | undefined {
    return mapGet(this.#map, rowKey(table, key)) as T | undefined
  }

  put<T>(table: Table<T>, key: Key, value: NoInfer<T>): void {
    const name = rowKey(table, key)
    this.#map = mapSet(this.#map, name, value)
    this.#touched.add(table.name)
    if (table.codec !== null) this.#written.set(name, { codec: table.codec as Codec<unknown>, value })
  }

  delete<T>(table: Table<T>, ...key: Key): void {
    const name = rowKey(table, key)
    if (mapGet(this.#map, name) === undefined) return
    this.#map = mapDelete(this.#map, name)
    this.#touched.add(table.name)
    if (table.codec !== null) this.#written.set(name, null)
  }

  /** Rows whose key begins with these parts, ascending, as they were when the scan began. Key parts without the table's name. */
  scan<T>(table: Table<T>, ...prefix: Key): readonly { readonly key: Key; readonly value: T }[] {
    const found: { key: Key; value: T }[] = []
    mapScan(this.#map, `${rowKey(table, prefix)}/`, (key, value) => {
      found.push({ key: partsOf(key), value: value as T })
      return true
    })
    return found
  }

  /** The first row below a prefix, or `undefined`. */
  first<T>(table: Table<T>, ...prefix: Key): { readonly key: Key; readonly value: T } | undefined {
    let found: { key: Key; value: T } | undefined
    mapScan(this.#map, `${rowKey(table, prefix)}/`, (key, value) => {
      found = { key: partsOf(key), value: value as T }
      return false
    })
    return found
  }

  /** Whether a row of a table was put or deleted. */
  touched(table: { readonly name: string }): boolean {
    return this.#touched.has(table.name)
  }

  get state(): OrderedMap {
    return this.#map
  }

  /** What must be durable before any effect of the step is performed. */
  writes(): readonly DurableWrite[] {
    return [...this.#written].map(([key, row]) => ({ key, value: row === null ? null : encode(row.codec, row.value) }))
  }
}

/** Rows from the disk as state. `undefined` names nothing: a row that no longer decodes is given back as damaged. */
export function stateFromRows(
  tables: readonly AnyTable[],
  rows: ReadonlyMap<string, Uint8Array>,
): { readonly state: OrderedMap; readonly damaged: readonly string[] } {
  const byName = new Map(tables.map((table) => [table.name, table]))
  let state: OrderedMap = null
  const damaged: string[] = []
  for (const [key, bytes] of rows) {
    const codec = byName.get(key.split('/', 1)[0] ?? '')?.codec ?? null
    const value = codec === null ? undefined : decode<unknown>(codec as Codec<unknown>, bytes)
    if (value === undefined) damaged.push(key)
    else state = mapSet(state, key, value)
  }
  return { state, damaged }
}
