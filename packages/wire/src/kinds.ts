/**
 * Kinds as values: what is said in one of several ways is written as one value for each way, and the list of them makes
 * the codec. So a new kind is a value and a line in a list.
 */
import { type AnyCodec, type Codec, type Decoded, type Reader, type Writer } from './codec.ts'

/** One way of saying something: its name, its tag byte, and its fields. */
export interface Kind {
  readonly kind: string
  /** Never used again for anything else, not even when the kind is gone. */
  readonly number: number
  readonly fields: AnyCodec
}

/** What is said with a kind, without its name. */
export type FieldsOf<K extends Kind> = Decoded<K['fields']>

/** What is said with one of some kinds; it carries its name as `kind`. */
export type SaidWith<K extends Kind> = K extends Kind ? { readonly kind: K['kind'] } & FieldsOf<K> : never

type Fields = Readonly<Record<string, unknown>>
const writes = (kind: Kind): ((out: Writer, fields: Fields) => void) => kind.fields.write as never
const reads = (kind: Kind): ((input: Reader) => Fields | undefined) => kind.fields.read as never

/** The codec of whatever is said with one of these kinds: the tag byte and the fields. Throws where two share a name or a number. */
export function codecOfKinds<const K extends Kind>(kinds: readonly K[]): Codec<SaidWith<K>> {
  const byNumber = new Map(kinds.map((each) => [each.number, each]))
  const byName = new Map<string, K>(kinds.map((each) => [each.kind, each]))
  if (byNumber.size < kinds.length || byName.size < kinds.length) throw new RangeError('two kinds share a name or a number')
  return {
    write: (out, value) => {
      const kind = byName.get(value.kind)
      if (kind === undefined) throw new RangeError(`no kind ${value.kind}`)
      out.uint(kind.number, 1)
      writes(kind)(out, value)
    },
    read: (input) => {
      const kind = byNumber.get(input.uint(1) ?? -1)
      const fields = kind === undefined ? undefined : reads(kind)(input)
      return kind === undefined || fields === undefined ? undefined : ({ kind: kind.kind, ...fields } as SaidWith<K>)
    },
  }
}

/** The codec of what is said with this one kind: the same bytes as in a list. */
export const codecOfKind = <const K extends Kind>(kind: K): Codec<SaidWith<K>> => codecOfKinds([kind])
