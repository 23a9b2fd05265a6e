/**
 * The one codec style of everything that is signed, stored or sent.
 *
 * A codec is a value that knows how to write a shape and how to read it back. Each shape has exactly one encoding
 * (integers are big-endian and of fixed width, lengths have a fixed width and a limit, no field is optional by
 * omission). So encoding what was decoded returns the same bytes: what is signed cannot be said in two ways.
 *
 * Decoding is total: `decode` returns `undefined` for wrong bytes and never throws, and no length is allocated before
 * it was compared with the bytes that are there.
 */
import { compareBytes, fromUtf8, utf8 } from './bytes.ts'

/** Which fields a shape has, for programs that hold documents against it. A union has those of its variants. */
export interface Described {
  readonly fieldNames?: readonly string[]
  readonly variants?: Readonly<Record<string, readonly string[]>>
}

/** Writes and reads one shape. `read` returns `undefined` for wrong bytes. */
export interface Codec<T> extends Described {
  readonly write: (out: Writer, value: T) => void
  readonly read: (input: Reader) => T | undefined
}

/** A codec of some shape, where the shape does not matter. */
export interface AnyCodec extends Described {
  readonly write: (out: Writer, value: never) => void
  readonly read: (input: Reader) => unknown
}

/** The type that a codec writes and reads. */
export type Decoded<C> = C extends { readonly read: (input: Reader) => infer T } ? Exclude<T, undefined> : never

/** Buffers of earlier encodings, for the next ones: one within another has one of its own. Nothing is left in them. */
const spare: Uint8Array<ArrayBuffer>[] = []
/** A buffer that grew beyond this is not kept, nor are more than so many. */
const SPARE_BYTES = 1 << 20
const MOST_SPARE = 4

/** By width in bytes: the least integer that does not fit. */
const TOO_LARGE = Array.from({ length: 7 }, (_, width) => 2 ** (8 * width))

/** Collects the bytes of an encoding. */
export class Writer {
  #bytes = spare.pop() ?? new Uint8Array(4_096)
  #length = 0

  bytes(part: Uint8Array): void {
    this.#reserve(part.length)
    this.#bytes.set(part, this.#length)
    this.#length += part.length
  }

  /** Appends an unsigned integer of `width` bytes (1 to 6), big-endian. Throws if the value does not fit. */
  uint(value: number, width: number): void {
    if (!Number.isInteger(value) || value < 0 || value >= (TOO_LARGE[width] ?? 0)) {
      throw new RangeError(`${value} is not an unsigned integer of ${width} bytes`)
    }
    this.#reserve(width)
    for (let i = width - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256)) {
      this.#bytes[this.#length + i] = rest % 256
    }
    this.#length += width
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  /** Leaves the buffer, wiped, to the next writer. This one is empty then. */
  release(): void {
    this.#bytes.fill(0, 0, this.#length)
    if (this.#bytes.length <= SPARE_BYTES && spare.length < MOST_SPARE) spare.push(this.#bytes)
    this.#bytes = new Uint8Array()
    this.#length = 0
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}

/** Walks over received bytes. Every method returns `undefined` where too few are left. */
export class Reader {
  readonly #bytes: Uint8Array
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#offset
  }

  /** A copy of the next `length` bytes, so that a decoded value does not pin or share the received buffer. */
  bytes(length: number): Uint8Array | undefined {
    if (length > this.left) return undefined
    this.#offset += length
    return this.#bytes.slice(this.#offset - length, this.#offset)
  }

  uint(width: number): number | undefined {
    if (width > this.left) return undefined
    let value = 0
    for (let i = 0; i < width; i++) value = value * 256 + (this.#bytes[this.#offset++] ?? 0)
    return value
  }
}

/** The bytes of a value. Throws only where the value breaks its own type (a fault of ours, never a peer's). */
export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  const out = new Writer()
  codec.write(out, value)
  const encoded = out.finish()
  out.release()
  return encoded
}

/** The value of received bytes, or `undefined` where they are not exactly one encoding of it. */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array): T | undefined {
  const input = new Reader(bytes)
  const value = codec.read(input)
  return input.left === 0 ? value : undefined
}

const uint = (width: number): Codec<number> => ({
  write: (out, value) => out.uint(value, width),
  read: (input) => input.uint(width),
})

/** Unsigned integers, big-endian. `uint48` holds milliseconds since the epoch. */
export const uint8 = uint(1)
export const uint16 = uint(2)
export const uint32 = uint(4)
export const uint48 = uint(6)

/** One byte, 0 or 1. */
export const boolean: Codec<boolean> = {
  write: (out, value) => out.uint(value ? 1 : 0, 1),
  read: (input) => {
    const byte = input.uint(1)
    return byte === undefined || byte > 1 ? undefined : byte === 1
  },
}

/** Exactly `length` bytes. The brand names what they are; it is never inferred, since a struct would infer `never`. */
export function fixedBytes(length: number): Codec<Uint8Array>
export function fixedBytes<T extends Uint8Array>(length: number): Codec<T>
export function fixedBytes<T extends Uint8Array>(length: number): Codec<T> {
  return {
    write: (out, value) => {
      if (value.length !== length) throw new RangeError(`${value.length} bytes where ${length} belong`)
      out.bytes(value)
    },
    read: (input) => input.bytes(length) as T | undefined,
  }
}

/** The number of bytes that a length up to `most` takes. */
const lengthWidth = (most: number): number => (most < 2 ** 8 ? 1 : most < 2 ** 16 ? 2 : 4)

/** A length (as wide as `most` needs) and that many bytes. */
export function varBytes(most: number): Codec<Uint8Array> {
  const width = lengthWidth(most)
  return {
    write: (out, value) => {
      if (value.length > most) throw new RangeError(`${value.length} bytes where at most ${most} belong`)
      out.uint(value.length, width)
      out.bytes(value)
    },
    read: (input) => {
      const length = input.uint(width)
      return length === undefined || length > most ? undefined : input.bytes(length)
    },
  }
}

/** A text of at most `mostBytes` UTF-8 bytes. Wrong UTF-8 is refused. */
export function text(mostBytes: number): Codec<string> {
  const bytes = varBytes(mostBytes)
  return {
    write: (out, value) => bytes.write(out, utf8(value)),
    read: (input) => {
      const read = bytes.read(input)
      return read === undefined ? undefined : fromUtf8(read)
    },
  }
}

/** A count (as wide as `most` needs) and that many values. */
export function list<T>(item: Codec<T>, most: number): Codec<readonly T[]> {
  const width = lengthWidth(most)
  return {
    write: (out, values) => {
      if (values.length > most) throw new RangeError(`${values.length} items where at most ${most} belong`)
      out.uint(values.length, width)
      for (const value of values) item.write(out, value)
    },
    read: (input) => {
      const count = input.uint(width)
      if (count === undefined || count > most) return undefined
      const values: T[] = []
      for (let i = 0; i < count; i++) {
        const value = item.read(input)
        if (value === undefined) return undefined
        values.push(value)
      }
      return values
    },
  }
}

/** A list in strictly ascending order of its items' bytes: a set with one encoding only. */
export function sortedSet<T>(item: Codec<T>, most: number): Codec<readonly T[]> {
  const plain = list(item, most)
  const isSorted = (values: readonly T[]): boolean => {
    let before: Uint8Array | undefined
    for (const value of values) {
      const bytes = encode(item, value)
      if (before !== undefined && compareBytes(before, bytes) >= 0) return false
      before = bytes
    }
    return true
  }
  return {
    write: (out, values) => {
      if (!isSorted(values)) throw new RangeError('a set is not in ascending order')
      plain.write(out, values)
    },
    read: (input) => {
      const values = plain.read(input)
      return values === undefined || !isSorted(values) ? undefined : values
    },
  }
}

/** One byte that says whether a value follows. */
export function optional<T>(item: Codec<T>): Codec<T | null> {
  return {
    write: (out, value) => {
      boolean.write(out, value !== null)
      if (value !== null) item.write(out, value)
    },
    read: (input) => {
      const present = boolean.read(input)
      if (present === undefined) return undefined
      return present ? item.read(input) : null
    },
  }
}

/** Fields one after the other, in the order in which they are named. */
export function struct<F extends { readonly [name: string]: AnyCodec }>(fields: F): Codec<{ readonly [N in keyof F]: Decoded<F[N]> }> {
  const entries = Object.entries(fields) as unknown as [string, Codec<unknown>][]
  return {
    fieldNames: Object.keys(fields),
    write: (out, value) => {
      for (const [name, field] of entries) field.write(out, (value as Record<string, unknown>)[name])
    },
    read: (input) => {
      const value: Record<string, unknown> = {}
      for (const [name, field] of entries) {
        const read = field.read(input)
        if (read === undefined) return undefined
        value[name] = read
      }
      return value as { readonly [N in keyof F]: Decoded<F[N]> }
    },
  }
}

type Variants = { readonly [kind: string]: readonly [tag: number, codec: AnyCodec] }
type Union<V extends Variants> = {
  [K in keyof V]: { readonly kind: K } & Decoded<V[K][1]>
}[keyof V]

/** A tag byte and the fields of that variant; the value carries its name as `kind`. */
export function union<V extends Variants>(variants: V): Codec<Union<V>> {
  const byTag = new Map<number, readonly [string, Codec<unknown>]>()
  for (const [kind, [tag, codec]] of Object.entries(variants)) byTag.set(tag, [kind, codec as unknown as Codec<unknown>])
  return {
    variants: Object.fromEntries(Object.entries(variants).map(([kind, [, codec]]) => [kind, codec.fieldNames ?? []])),
    write: (out, value) => {
      const variant = variants[value.kind as string]
      if (variant === undefined) throw new RangeError(`no variant ${String(value.kind)}`)
      out.uint(variant[0], 1)
      ;(variant[1] as unknown as Codec<unknown>).write(out, value)
    },
    read: (input) => {
      const variant = byTag.get(input.uint(1) ?? -1)
      if (variant === undefined) return undefined
      const fields = variant[1].read(input)
      return fields === undefined ? undefined : ({ kind: variant[0], ...(fields as object) } as Union<V>)
    },
  }
}

/** One of the named words, as the byte at its place in the list. */
export function word<const W extends readonly string[]>(words: W): Codec<W[number]> {
  return {
    write: (out, value) => out.uint(words.indexOf(value), 1),
    read: (input) => words[input.uint(1) ?? -1],
  }
}

/** A constant that must be there: a version or suite byte. The value carries nothing for it. */
export function versioned<T>(version: number, codec: Codec<T>): Codec<T> {
  return {
    ...codec,
    write: (out, value) => {
      out.uint(version, 1)
      codec.write(out, value)
    },
    read: (input) => (input.uint(1) === version ? codec.read(input) : undefined),
  }
}

/** A codec whose read values must also satisfy a predicate. */
export function where<T>(codec: Codec<T>, holds: (value: T) => boolean): Codec<T> {
  return {
    ...codec,
    read: (input) => {
      const value = codec.read(input)
      return value !== undefined && holds(value) ? value : undefined
    },
  }
}
