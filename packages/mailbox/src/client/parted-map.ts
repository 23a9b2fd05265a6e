/**
 * An immutable map in parts: a change copies one part and the list of parts. A client may keep thousands of mailboxes
 * open, and a frame about one of them must not copy everything.
 */
const PARTS = 64

/** The part of a key. The first characters of a text spread well: here they are those of a hash. */
function partOf(key: string | number): number {
  if (typeof key === 'number') return key % PARTS
  return key.length < 3 ? key.length : (key.charCodeAt(0) * 31 + key.charCodeAt(1) * 7 + key.charCodeAt(2)) % PARTS
}

export class PartedMap<K extends string | number, V> {
  readonly size: number
  readonly #parts: readonly (ReadonlyMap<K, V> | undefined)[]

  private constructor(parts: readonly (ReadonlyMap<K, V> | undefined)[], size: number) {
    this.#parts = parts
    this.size = size
  }

  static empty<K extends string | number, V>(): PartedMap<K, V> {
    return new PartedMap<K, V>(
      Array.from({ length: PARTS }, () => undefined),
      0,
    )
  }

  get(key: K): V | undefined {
    return this.#parts[partOf(key)]?.get(key)
  }

  /** The map with an entry set. */
  with(key: K, value: V): PartedMap<K, V> {
    const before = this.#parts[partOf(key)]
    const after = new Map(before).set(key, value)
    return this.#replaced(key, after, after.size - (before?.size ?? 0))
  }

  /** The map without an entry; the same map where there is none. */
  without(key: K): PartedMap<K, V> {
    const before = this.#parts[partOf(key)]
    if (before?.has(key) !== true) return this
    const after = new Map(before)
    after.delete(key)
    return this.#replaced(key, after.size === 0 ? undefined : after, -1)
  }

  /** In no order. */
  *[Symbol.iterator](): Generator<readonly [K, V]> {
    for (const part of this.#parts) if (part !== undefined) yield* part
  }

  *values(): Generator<V> {
    for (const [, value] of this) yield value
  }

  #replaced(key: K, part: ReadonlyMap<K, V> | undefined, grown: number): PartedMap<K, V> {
    const parts = this.#parts.slice()
    parts[partOf(key)] = part
    return new PartedMap(parts, this.size + grown)
  }
}
