/** What tables declare of their rows, so that rows end with what they belong to. */
import { expect, it } from 'vitest'
import { allTables, durableTables, epochTables, groupTables, membershipTables } from './all.ts'

const namesOf = (tables: readonly { readonly name: string }[]): readonly string[] => tables.map(({ name }) => name).toSorted()

it('each table has a name of its own, and its place in the state', () => {
  expect(new Set(namesOf(allTables())).size).toBe(allTables().length)
  expect(allTables().map(({ at }) => at)).toEqual(allTables().map((_, i) => i))
  // The stored format: a new durable table is added here.
  expect(namesOf(durableTables())).toEqual([
    'accountDevices',
    'acknowledge',
    'admission',
    'attested',
    'clock',
    'composerDraft',
    'composerReply',
    'contact',
    'controlQueue',
    'conversation',
    'conversationChoices',
    'counter',
    'cursor',
    'deletedSecret',
    'earlierSecret',
    'epoch',
    'firstRelays',
    'gap',
    'group',
    'groupChanges',
    'initialFloor',
    'initialMessage',
    'introduced',
    'join',
    'keptBytes',
    'keyBytes',
    'keyNumber',
    'keyRecipient',
    'keyRequest',
    'meantFrom',
    'name',
    'newMember',
    'notifications',
    'oneTimeKemPreKey',
    'oneTimePreKey',
    'operation',
    'orphan',
    'outbox',
    'ownInvite',
    'ownKey',
    'ownRun',
    'pagePlace',
    'pendingBody',
    'pendingMessage',
    'pin',
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
    'searchBlock',
    'searchChanged',
    'searchOff',
    'searchProgress',
    'secondReader',
    'secret',
    'seenRemoval',
    'self',
    'sent',
    'settings',
    'sightings',
    'stranger',
    'theirKey',
    'undecryptable',
    'unknownSender',
    'waitingSince',
    'withdrawn',
  ])
})

it('a removed or departed member keeps the conversation, the membership and its received sets, and no key and no secret', () => {
  const kept = new Set(membershipTables())
  expect(namesOf(groupTables().filter((table) => !kept.has(table)))).toEqual([
    'composerDraft',
    'composerReply',
    'conversation',
    'conversationChoices',
    'firstRelays',
    'group',
    'groupChanges',
    'keptBytes',
    'keyNumber',
    'membershipLog',
    'operation',
    'orphan',
    'pagePlace',
    'place',
    'placeOf',
    'placedBefore',
    'reacted',
    'reaction',
    'received',
    'searchBlock',
    'searchChanged',
    'searchDue',
    'searchProgress',
    'searchTail',
    'searchWork',
    'seenRemoval',
  ])
})

it('only rows that belong to a group outlast a membership', () => {
  expect(namesOf(allTables().filter(({ scope, outlasts }) => outlasts !== undefined && scope !== 'group' && scope !== 'epoch'))).toEqual([])
})

it('an epoch takes its secret, its keys and what was sealed under them with it', () => {
  expect(namesOf(epochTables())).toEqual([
    'attestationAsked',
    'attested',
    'epoch',
    'epochKeys',
    'gap',
    'keptBytes',
    'keyRecipient',
    'keyRequest',
    'meantFrom',
    'received',
    'sealedBefore',
    'sent',
    'sentAt',
    'sightings',
    'tags',
    'theirKey',
    'unconfirmed',
  ])
})
