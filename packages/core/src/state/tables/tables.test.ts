/** What tables declare of their rows, so that what ends takes them with it. */
import { expect, it } from 'vitest'
import { ALL_TABLES, DURABLE_TABLES, EPOCH_TABLES, GROUP_TABLES, MEMBERSHIP_TABLES } from './all.ts'

const namesOf = (tables: readonly { readonly name: string }[]): readonly string[] => tables.map(({ name }) => name).toSorted()

it('each table has a name of its own, and its place in the state', () => {
  expect(new Set(namesOf(ALL_TABLES)).size).toBe(ALL_TABLES.length)
  expect(ALL_TABLES.map(({ at }) => at)).toEqual(ALL_TABLES.map((_, i) => i))
  // The stored format: whoever adds a durable table says so here.
  expect(namesOf(DURABLE_TABLES)).toEqual([
    'acknowledge',
    'admission',
    'clock',
    'contact',
    'counter',
    'cursor',
    'draft',
    'earlierSecret',
    'epoch',
    'firstRelays',
    'gap',
    'group',
    'held',
    'holder',
    'initialMessage',
    'intent',
    'join',
    'keptBytes',
    'keyBytes',
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
  const kept = new Set(MEMBERSHIP_TABLES)
  expect(namesOf(GROUP_TABLES.filter((table) => !kept.has(table)))).toEqual([
    'draft',
    'firstRelays',
    'group',
    'held',
    'keptBytes',
    'log',
    'operation',
    'place',
    'placeOf',
    'placedBefore',
    'seenOut',
  ])
})

it('only what belongs to a group outlasts a membership', () => {
  expect(namesOf(ALL_TABLES.filter(({ scope, outlasts }) => outlasts !== undefined && scope !== 'group' && scope !== 'epoch'))).toEqual([])
})

it('with an epoch go its secret, its keys and what was sealed under them', () => {
  expect(namesOf(EPOCH_TABLES)).toEqual([
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
