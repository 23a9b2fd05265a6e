/**
 * Changes of a decoded value, field by field: another value that was seen under the field's name, one of the same length,
 * a boundary, an item more or less. What comes out is mostly valid, and so reaches what is behind the decoders.
 */

/** Values that were seen, by the name of their field; byte strings also by their length. */
export interface Dictionary {
  readonly byName: ReadonlyMap<string, readonly unknown[]>
  readonly byLength: ReadonlyMap<number, readonly Uint8Array[]>
}

export type Random = () => number

/** Of one name or length. */
const MOST_SEEN = 60

export const pickOf = <T>(random: Random, items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)]

/** Gathers what is in these values. */
export function dictionaryOf(values: readonly unknown[]): Dictionary {
  const byName = new Map<string, unknown[]>()
  const byLength = new Map<number, Uint8Array[]>()
  const keep = <K, V>(map: Map<K, V[]>, key: K, value: V): void => {
    const seen = map.get(key) ?? []
    map.set(key, seen)
    if (seen.length < MOST_SEEN) seen.push(value)
  }
  const gather = (name: string, value: unknown): void => {
    if (value instanceof Uint8Array) {
      if (value.length > 0) keep(byLength, value.length, value)
      if (name !== '') keep(byName, name, value)
    } else if (Array.isArray(value)) {
      keep(byName, name, value)
      for (const each of value) gather(name, each)
    } else if (typeof value === 'object' && value !== null) {
      keep(byName, name, value)
      for (const [inner, each] of Object.entries(value)) gather(inner, each)
    } else if (name !== 'kind') keep(byName, name, value)
  }
  for (const value of values) gather('', value)
  return { byName, byLength }
}

type Path = readonly (string | number)[]

function placesIn(value: unknown, path: Path = []): readonly Path[] {
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return [path]
  const inner = Object.entries(value).flatMap(([name, each]) => (name === 'kind' ? [] : placesIn(each, [...path, Array.isArray(value) ? Number(name) : name])))
  return Array.isArray(value) ? [path, ...inner] : inner
}

const at = (value: unknown, path: Path): unknown => path.reduce<unknown>((inner, part) => (inner as Record<string, unknown> | undefined)?.[part], value)

function replacedAt(value: unknown, [part, ...rest]: Path, by: unknown): unknown {
  if (part === undefined) return by
  if (Array.isArray(value)) return value.map((each, i): unknown => (i === part ? replacedAt(each, rest, by) : each))
  return { ...(value as object), [part]: replacedAt((value as Record<string, unknown>)[part], rest, by) }
}

/** The value with one field changed. */
export function changed(value: unknown, dictionary: Dictionary, random: Random): unknown {
  const place = pickOf(random, placesIn(value)) ?? []
  const name = place.findLast((part) => typeof part === 'string') ?? ''
  return replacedAt(value, place, anotherFor(at(value, place), String(name), dictionary, random))
}

const shapeOf = (value: unknown): string => (value instanceof Uint8Array ? 'bytes' : Array.isArray(value) ? 'list' : typeof value)

const NUMBERS = [0, 1, 2, 3, 255, 256, 4_095, 65_534, 65_535, 2 ** 32 - 1, 2 ** 48 - 1]

function anotherFor(value: unknown, name: string, { byName, byLength }: Dictionary, random: Random): unknown {
  const found = pickOf(random, byName.get(name) ?? [])
  const seen = value === null || shapeOf(found) === shapeOf(value) ? found : undefined
  if (Array.isArray(value)) return anotherList(value, Array.isArray(seen) ? seen : [], random)
  if (seen !== undefined && random() < 0.5) return seen
  if (value instanceof Uint8Array) {
    const alike = pickOf(random, byLength.get(value.length) ?? [])
    if (alike !== undefined && random() < 0.7) return alike
    if (value.length === 0) return Uint8Array.of(1)
    const place = Math.floor(random() * value.length)
    return value.with(place, (value[place] ?? 0) ^ (1 << Math.floor(random() * 8)))
  }
  if (typeof value === 'number') return random() < 0.5 ? Math.max(0, value + Math.floor(random() * 5) - 2) : pickOf(random, NUMBERS)
  if (typeof value === 'boolean') return !value
  if (typeof value === 'string') return random() < 0.5 ? '' : `${value}x`
  return seen ?? null
}

function anotherList(value: readonly unknown[], seen: readonly unknown[], random: Random): readonly unknown[] {
  const place = Math.floor(random() * value.length)
  switch (Math.floor(random() * 5)) {
    case 0:
      return value.toSpliced(place, 1)
    case 1:
      return value.length === 0 ? seen : [...value.slice(0, place + 1), ...value.slice(place)]
    case 2:
      return [...value, ...seen]
    case 3:
      return value.toReversed()
    default:
      return seen
  }
}
