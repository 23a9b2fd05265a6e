/** The store of our prekeys' private halves, as rows: a one-time key is a row of its own, so that using one does not write the others again. */
import type { PreKeyStore } from '@sotto/crypto'
import { toBase64url } from '@sotto/wire'
import { type Draft, sortable, type Table } from '../state/table.ts'
import { INITIAL_MESSAGE, ONE_TIME_KEM_PRE_KEY, ONE_TIME_PRE_KEY, PRE_KEYS } from '../state/tables/self.ts'

/** The store, or `undefined` where there is no profile. */
export function preKeyStoreOf(draft: Draft): PreKeyStore | undefined {
  const lasting = draft.get(PRE_KEYS, 'self')
  if (lasting === undefined) return undefined
  return {
    ...lasting,
    oneTimePreKeys: valuesOf(draft, ONE_TIME_PRE_KEY),
    oneTimeKemPreKeys: valuesOf(draft, ONE_TIME_KEM_PRE_KEY),
    acceptedInitialMessages: valuesOf(draft, INITIAL_MESSAGE),
  }
}

/** Writes what differs from the rows that are there. */
export function putPreKeyStore(draft: Draft, store: PreKeyStore): void {
  const { nextId, signedPreKeys, lastResortKemPreKeys } = store
  const before = draft.get(PRE_KEYS, 'self')
  if (before?.nextId !== nextId || before.signedPreKeys !== signedPreKeys || before.lastResortKemPreKeys !== lastResortKemPreKeys) {
    draft.put(PRE_KEYS, ['self'], { nextId, signedPreKeys, lastResortKemPreKeys })
  }
  putRows(draft, ONE_TIME_PRE_KEY, store.oneTimePreKeys, ({ id }) => sortable(id))
  putRows(draft, ONE_TIME_KEM_PRE_KEY, store.oneTimeKemPreKeys, ({ id }) => sortable(id))
  putRows(draft, INITIAL_MESSAGE, store.acceptedInitialMessages, ({ hash }) => toBase64url(hash))
}

const valuesOf = <T>(draft: Draft, table: Table<T>): readonly T[] => draft.scan(table).map(({ value }) => value)

/** Makes a table's rows these values. One that is the same object as before is not written again. */
function putRows<T>(draft: Draft, table: Table<T>, values: readonly T[], nameOf: (value: T) => string): void {
  const before = new Map(draft.scan(table).map(({ key, value }) => [key[0] ?? '', value]))
  for (const value of values) {
    const name = nameOf(value)
    if (before.get(name) !== value) draft.put(table, [name], value)
    before.delete(name)
  }
  for (const name of before.keys()) draft.delete(table, name)
}
