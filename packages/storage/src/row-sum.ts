/**
 * Which rows there are, and in which version (PROTOCOL §9). A person who writes to the disk without the key can delete single
 * rows, or put older ones back: without the row of a removal a device would be in the old epoch again.
 *
 * The sum is the XOR of a mark of each row, a keyed hash of its name and its version. It is sealed in a row of its own that
 * each commit writes with the others. XOR is enough here: names are unique, and neither marks nor sums are ever seen
 * outside, so that nobody can look for other rows with the same sum. What it does not show is a whole older copy.
 */
import { type RowCipher, StorageDamaged } from '@sotto/engine'
import { equalBytes, toBase64url } from '@sotto/wire'
import { openRow, rowName, sealRow, type SealedRow } from './sealed-format.ts'

/** The sum's own row. No table's name begins like this. */
const SUM_KEY = '\u0000sum'

const MARK_BYTES = 32

/** What a commit changes in the rows. */
interface RowChange {
  readonly putRows: readonly SealedRow[]
  readonly deleteRows: readonly Uint8Array[]
}

export interface RowSum {
  /** Whether this is the row that was written last under its name. */
  readonly isLatest: (row: SealedRow) => boolean
  /** The change with the sum after it. `done` once it is durable: until then the rows are what they were. */
  readonly after: (change: RowChange) => { readonly change: RowChange; readonly done: () => void }
}

/** The sum over stored rows, and the rows without its own. Throws `StorageDamaged` if they are not those that were written last. */
export function readRowSum(cipher: RowCipher, stored: readonly SealedRow[]): { readonly sum: RowSum; readonly rows: readonly SealedRow[] } {
  const sumName = rowName(cipher, SUM_KEY)
  const rows = stored.filter(({ name }) => !equalBytes(name, sumName))
  const own = stored.find(({ name }) => equalBytes(name, sumName))
  const marks = new Map(rows.map((row) => [toBase64url(row.name), markOf(cipher, row)]))
  const total = [...marks.values()].reduce(xor, new Uint8Array(MARK_BYTES))
  const written = own === undefined ? new Uint8Array(MARK_BYTES) : openRow(cipher, own)[1]
  if ((own === undefined && rows.length > 0) || !equalBytes(total, written)) throw new StorageDamaged('rows are missing, or older than the others')
  return { sum: rowSum(cipher, marks, total), rows }
}

function rowSum(cipher: RowCipher, marks: Map<string, Uint8Array>, read: Uint8Array): RowSum {
  let total = read
  return {
    isLatest: (row) => {
      const mark = marks.get(toBase64url(row.name))
      return mark !== undefined && equalBytes(mark, markOf(cipher, row))
    },
    after: (change) => {
      if (change.putRows.length + change.deleteRows.length === 0) return { change, done: () => {} }
      const put = change.putRows.map((row) => [toBase64url(row.name), markOf(cipher, row)] as const)
      const deleted = change.deleteRows.map(toBase64url)
      const replaced = [...put.map(([name]) => name), ...deleted].flatMap((name) => marks.get(name) ?? [])
      const next = [...replaced, ...put.map(([, mark]) => mark)].reduce(xor, total)
      return {
        change: { ...change, putRows: [...change.putRows, sealRow(cipher, SUM_KEY, next)] },
        done: () => {
          for (const name of deleted) marks.delete(name)
          for (const [name, mark] of put) marks.set(name, mark)
          total = next
        },
      }
    },
  }
}

const markOf = (cipher: RowCipher, { name, sealed }: SealedRow): Uint8Array => cipher.mark(name, sealed)

const xor = (one: Uint8Array, other: Uint8Array): Uint8Array => one.map((byte, i) => byte ^ (other[i] ?? 0))
