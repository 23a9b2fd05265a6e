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
    'attested',
    'clock',
    'composerDraft',
    'contact',
    'controlQueue',
    'conversation',
    'counter',
    'cursor',
    'earlierSecret',
    'epoch',
    'firstRelays',
    'gap',
    'group',
    'groupChanges',
    'initialMessage',
    'join',
    'keptBytes',
    'keyBytes',
    'keyNumber',
    'keyRecipient',
    'keyRequest',
    'name',
    'newMember',
    'oneTimeKemPreKey',
    'oneTimePreKey',
    'operation',
    'outbox',
    'ownInvite',
    'ownKey',
    'pendingBody',
    'pendingMessage',
    'place',
    'preKeys',
    'published',
    'reaction',
    'receiptDue',
    'received',
    'relay',
    'relayPlace',
    'running',
    'sealedBefore',
    'secret',
    'seenRemoval',
    'self',
    'sent',
    'stranger',
    'theirKey',
    'undecryptable',
    'unknownSender',
    'waitingSince',
  ])
})

it('whoever is out keeps the conversation, who belonged and what is there, and no key and no secret', () => {
  const kept = new Set(membershipTables())
  expect(namesOf(groupTables().filter((table) => !kept.has(table)))).toEqual([
    'composerDraft',
    'conversation',
    'firstRelays',
    'group',
    'groupChanges',
    'keptBytes',
    'keyNumber',
    'membershipLog',
    'operation',
    'place',
    'placeOf',
    'placedBefore',
    'reacted',
    'reaction',
    'received',
    'seenRemoval',
  ])
})

it('only what belongs to a group outlasts a membership', () => {
  expect(namesOf(allTables().filter(({ scope, outlasts }) => outlasts !== undefined && scope !== 'group' && scope !== 'epoch'))).toEqual([])
})

it('with an epoch go its secret, its keys and what was sealed under them', () => {
  expect(namesOf(epochTables())).toEqual([
    'attested',
    'epoch',
    'epochKeys',
    'gap',
    'keptBytes',
    'keyRecipient',
    'keyRequest',
    'received',
    'sealedBefore',
    'sent',
    'sentAt',
    'tags',
    'theirKey',
    'unconfirmed',
  ])
})
