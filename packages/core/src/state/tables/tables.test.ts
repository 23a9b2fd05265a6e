/** What tables declare of their rows, so that what ends takes them with it. */
import { expect, it } from 'vitest'
import { allTables, durableTables, epochTables, groupTables, membershipTables } from './all.ts'

const namesOf = (tables: readonly { readonly name: string }[]): readonly string[] => tables.map(({ name }) => name).toSorted()

it('each table has a name of its own, and its place in the state', () => {
  expect(new Set(namesOf(allTables())).size).toBe(allTables().length)
  expect(allTables().map(({ at }) => at)).toEqual(allTables().map((_, i) => i))
  // The stored format: whoever adds a durable table says so here.
  expect(namesOf(durableTables())).toEqual([
    'acknowledge',
    'admission',
    'clock',
    'contact',
    'conversation',
    'counter',
    'cursor',
    'draft',
    'earlierSecret',
    'epoch',
    'firstRelays',
    'gap',
    'group',
    'groupChanges',
    'held',
    'holder',
    'initialMessage',
    'intent',
    'join',
    'keptBytes',
    'keyBytes',
    'keyNumber',
    'keyRequest',
    'letterQueue',
    'name',
    'newcomer',
    'oneTimeKemPreKey',
    'oneTimePreKey',
    'operation',
    'outbox',
    'ownInvite',
    'ownKey',
    'parked',
    'pendingBody',
    'place',
    'preKeys',
    'published',
    'receiptDue',
    'relay',
    'relayPlace',
    'running',
    'sealedBefore',
    'secret',
    'seenOut',
    'self',
    'sent',
    'stranger',
    'stray',
    'theirKey',
    'vouched',
    'waitingSince',
  ])
})

it('whoever is out keeps the conversation, who belonged and what is there, and no key and no secret', () => {
  const kept = new Set(membershipTables())
  expect(namesOf(groupTables().filter((table) => !kept.has(table)))).toEqual([
    'conversation',
    'draft',
    'firstRelays',
    'group',
    'groupChanges',
    'held',
    'keptBytes',
    'keyNumber',
    'log',
    'operation',
    'place',
    'placeOf',
    'placedBefore',
    'seenOut',
  ])
})

it('only what belongs to a group outlasts a membership', () => {
  expect(namesOf(allTables().filter(({ scope, outlasts }) => outlasts !== undefined && scope !== 'group' && scope !== 'epoch'))).toEqual([])
})

it('with an epoch go its secret, its keys and what was sealed under them', () => {
  expect(namesOf(epochTables())).toEqual([
    'epoch',
    'epochKeys',
    'gap',
    'held',
    'holder',
    'keptBytes',
    'keyRequest',
    'sealedBefore',
    'sent',
    'sentAt',
    'tags',
    'theirKey',
    'unconfirmed',
    'vouched',
  ])
})
