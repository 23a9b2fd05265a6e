/**
 * A disk in memory that holds what a real one does: sealed rows under keyed hashes of their names, with their sum (PROTOCOL §9.8).
 * A person without the key writes to what is `underneath`. Histories are as they are: their records are in no sum (§9.9).
 */
import type { Primitives } from '@sotto/crypto/primitives'
import { createRowCipher, type MemoryStorage, type RowCipher, type Writes } from '@sotto/engine'
import { openRow, readRowSum, rowName, type RowSum, sealRow, type SealedRow } from '@sotto/storage/sealed-rows'
import { fromBase64url, toBase64url } from '@sotto/wire'
import type { SeededRandom } from './seeded-random.ts'

export interface SealedDisk extends MemoryStorage {
  /** The stored names, as text, and the sealed rows. */
  readonly underneath: MemoryStorage
  readonly crash: (lostCommits?: number) => SealedDisk
}

/** A cipher with keys of its own. */
export const diskCipher = (primitives: Primitives, random: SeededRandom): RowCipher =>
  createRowCipher(primitives, random.bytes, random.bytes(32), {
    lasting: random.bytes(32),
    newest: { secret: random.bytes(32), sinceMs: 0 },
    older: null,
  })

/** Loading throws `StorageDamaged` where the rows are not those that were written last. */
export function sealedDisk(cipher: RowCipher, underneath: MemoryStorage): SealedDisk {
  /** null until the rows are read, as after a start. */
  let sum: RowSum | null = null

  const read = (): { readonly sum: RowSum; readonly rows: readonly SealedRow[] } => {
    const found = readRowSum(cipher, [...underneath.loadNow()].map(storedRow))
    sum = found.sum
    return found
  }

  const commitNow = (writes: Writes): void => {
    const last = new Map(writes.rows.map(({ key, value }) => [key, value]))
    const putRows = [...last].flatMap(([key, value]) => (value === null ? [] : sealRow(cipher, key, value)))
    const deleteRows = [...last].flatMap(([key, value]) => (value === null ? rowName(cipher, key) : []))
    const { change, done } = (sum ?? read().sum).after({ putRows, deleteRows })
    underneath.commitNow({
      ...writes,
      rows: [
        ...change.deleteRows.map((name) => ({ key: toBase64url(name), value: null })),
        ...change.putRows.map(({ name, sealed }) => ({ key: toBase64url(name), value: sealed })),
      ],
    })
    done()
  }

  const loadNow = (): ReadonlyMap<string, Uint8Array> => new Map(read().rows.map((row) => openRow(cipher, row)))

  return {
    ...underneath,
    underneath,
    commitNow,
    loadNow,
    commit: async (writes) => commitNow(writes),
    load: async () => loadNow(),
    crash: (lostCommits) => sealedDisk(cipher, underneath.crash(lostCommits)),
  }
}

function storedRow([key, sealed]: readonly [string, Uint8Array]): SealedRow {
  const name = fromBase64url(key)
  if (name === undefined) throw new TypeError('a stored name is not base64url')
  return { name, sealed }
}
