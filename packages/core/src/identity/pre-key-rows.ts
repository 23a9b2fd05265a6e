/** The store of our prekeys' private halves, as rows. A one-time key has a row of its own, so that using one does not rewrite the others. */
import type { PreKeyStore } from '@sotto/crypto'
import { toBase64url } from '@sotto/wire'
import { sortable, type Table, type Transaction } from '../state/table.ts'
import { INITIAL_MESSAGE, ONE_TIME_KEM_PRE_KEY, INITIAL_FLOOR, ONE_TIME_PRE_KEY, PRE_KEYS } from '../state/tables/self.ts'

/** The store, or `undefined` where there is no profile. */
export function preKeyStoreOf(transaction: Transaction): PreKeyStore | undefined {
  const lasting = transaction.get(PRE_KEYS, 'self')
  if (lasting === undefined) return undefined
  return {
    ...lasting,
    oneTimePreKeys: valuesOf(transaction, ONE_TIME_PRE_KEY),
    oneTimeKemPreKeys: valuesOf(transaction, ONE_TIME_KEM_PRE_KEY),
    acceptedInitialMessages: valuesOf(transaction, INITIAL_MESSAGE),
    initialFloors: valuesOf(transaction, INITIAL_FLOOR),
  }
}

/** Writes what differs from the stored rows. */
export function putPreKeyStore(transaction: Transaction, store: PreKeyStore): void {
  const { nextId, signedPreKeys, lastResortKemPreKeys } = store
  const before = transaction.get(PRE_KEYS, 'self')
  if (before?.nextId !== nextId || before.signedPreKeys !== signedPreKeys || before.lastResortKemPreKeys !== lastResortKemPreKeys) {
    transaction.put(PRE_KEYS, ['self'], { nextId, signedPreKeys, lastResortKemPreKeys })
  }
  putRows(transaction, ONE_TIME_PRE_KEY, store.oneTimePreKeys, ({ id }) => sortable(id))
  putRows(transaction, ONE_TIME_KEM_PRE_KEY, store.oneTimeKemPreKeys, ({ id }) => sortable(id))
  putRows(transaction, INITIAL_MESSAGE, store.acceptedInitialMessages, ({ hash }) => toBase64url(hash))
  putRows(
    transaction,
    INITIAL_FLOOR,
    store.initialFloors,
    ({ device, signedPreKeyId }) => `${sortable(signedPreKeyId)}-${device === null ? '' : toBase64url(device)}`,
  )
}

const valuesOf = <T>(transaction: Transaction, table: Table<T>): readonly T[] => transaction.scan(table).map(({ value }) => value)

/** Makes these values the rows of a table. Mostly one of thousands is another: a value that is the same object as before is not named again. */
function putRows<T>(transaction: Transaction, table: Table<T>, values: readonly T[], nameOf: (value: T) => string): void {
  const before = new Set(valuesOf(transaction, table))
  const added = values.filter((value) => !before.delete(value))
  const names = new Set(added.map(nameOf))
  for (const value of added) transaction.put(table, [nameOf(value)], value)
  for (const gone of before) if (!names.has(nameOf(gone))) transaction.delete(table, nameOf(gone))
}
