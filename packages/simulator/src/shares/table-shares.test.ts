/** Every table says how much of it one party can take, and is held to it. */
import { allTables, NAME, PENDING_BODY, STRANGER, Transaction } from '@sotto/core/inside'
import { type AccountId, LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { overShares, TABLE_SHARES } from './table-shares.ts'

it('each table has its share, and each share its table', () => {
  expect(Object.keys(TABLE_SHARES).toSorted()).toEqual(
    allTables()
      .map(({ name }) => name)
      .toSorted(),
  )
})

it('a table without a share is said', () => {
  const [table] = allTables()
  if (table === undefined) throw new Error('there are no tables')
  expect(overShares(null, [{ ...table, name: 'added' }])).toEqual(['the table added has no share'])
})

it('one row more than all strangers may have is said', () => {
  const transaction = new Transaction(null)
  for (let i = 0; i < LIMITS.strangers; i++) transaction.put(STRANGER, [`device${i}`], { atMs: 1 })
  expect(overShares(transaction.state)).toEqual([])
  transaction.put(STRANGER, ['one more'], { atMs: 1 })
  expect(overShares(transaction.state)).toEqual(['65 of stranger are of all, which may have 64'])
})

it('more bytes than one device may have waiting are said, and those of another are not counted with them', () => {
  const transaction = new Transaction(null)
  const half = { account: new Uint8Array(32) as AccountId, body: new Uint8Array(LIMITS.pendingBytesPerDevice / 2), atMs: 1 }
  for (const [device, number] of [
    ['a', '1'],
    ['a', '2'],
    ['b', '3'],
  ] as const)
    transaction.put(PENDING_BODY, ['group', device, number], half)
  expect(overShares(transaction.state)).toEqual([])
  transaction.put(PENDING_BODY, ['group', 'a', '4'], { ...half, body: new Uint8Array(1) })
  expect(overShares(transaction.state)).toEqual([
    `${LIMITS.pendingBytesPerDevice + 1} of pendingBody are of group a, which may have ${LIMITS.pendingBytesPerDevice}`,
  ])
})

it('people of whom no log says anything are said', () => {
  const transaction = new Transaction(null)
  const name = { name: 'Nobody', isHearsay: true, revision: 0, another: 0, renames: 0, sinceMs: 0 }
  for (const account of ['a', 'b']) transaction.put(NAME, [account], name)
  expect(overShares(transaction.state)).toEqual(['2 of name are of all, which may have 1'])
})
