/** Where a group's mailboxes are is a setting of its admins. */
import { describe, expect, test } from 'vitest'
import { LIMITS, toHex } from '@sotto/wire'
import { mayAuthor } from '../roster/may-author.ts'
import { rosterFingerprint } from '../roster/roster-fingerprint.ts'
import { idOf, Person, primitives, relayAt } from './person.ts'
import { everybodyMeets, setup } from './setup.ts'

const sameRoster = (...people: readonly Person[]): void => {
  const prints = people.map(({ roster }) => rosterFingerprint(primitives, roster))
  for (const print of prints) expect(print).toEqual(prints[0])
}

const relays = (...names: readonly string[]): readonly string[] => names.map(relayAt)

describe('the relays of a group', () => {
  test('are named by nobody at first: the roster names none', () => {
    const [alice] = setup('alice')
    expect(alice.roster.relays).toBeNull()
  })

  test('are moved for all by an admin', () => {
    const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
    bob.moves('north', 'south')
    everybodyMeets(alice, bob, carol)
    expect(carol.roster.relays).toEqual(relays('north', 'south'))
    alice.moves('west')
    everybodyMeets(alice, bob, carol)
    expect(carol.roster.relays).toEqual(relays('west'))
    sameRoster(alice, bob, carol)
  })

  test('are not moved by a member', () => {
    const [alice, bob] = setup('alice', 'bob')
    bob.moves('north')
    alice.meets(bob)
    expect(alice.roster.relays).toBeNull()
    expect(mayAuthor(primitives, bob.roster, bob, { kind: 'setRelays', relays: relays('north') })).toEqual({ code: 'onlyAdminsSetRelays' })
  })

  test('are moved by the senior member, where no admin is left', () => {
    const [alice, bob, carol] = setup('alice', 'bob', 'carol')
    alice.leaves()
    everybodyMeets(alice, bob, carol)
    bob.moves('north')
    everybodyMeets(bob, carol)
    expect(carol.roster.relays).toEqual(relays('north'))
  })

  test('that a removed admin set meanwhile are filtered, and those set before hold again', () => {
    const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
    alice.moves('north')
    everybodyMeets(alice, bob, carol)
    bob.moves('bobs')
    carol.meets(bob)
    expect(carol.roster.relays).toEqual(relays('bobs'))
    alice.removes(bob)
    everybodyMeets(alice, bob, carol)
    expect(carol.roster.relays).toEqual(relays('north'))
    sameRoster(alice, bob, carol)
  })

  test('that an admin set who was demoted at the same time are filtered', () => {
    const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
    bob.moves('bobs')
    alice.makes(bob, 'member')
    everybodyMeets(alice, bob, carol)
    expect(carol.roster.relays).toBeNull()
  })
})

describe('at the same time', () => {
  test('the one with more behind it holds', () => {
    const [alice, bob] = setup('alice', 'bob*')
    alice.acknowledges()
    alice.moves('deep')
    bob.moves('shallow')
    everybodyMeets(alice, bob)
    expect(alice.roster.relays).toEqual(relays('deep'))
    sameRoster(alice, bob)
  })

  test('of equals the one with the smaller id', () => {
    const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
    const both = [
      { id: toHex(idOf(alice.moves('north'))), by: 'north' },
      { id: toHex(idOf(bob.moves('south'))), by: 'south' },
    ].toSorted((a, b) => (a.id < b.id ? -1 : 1))
    everybodyMeets(alice, bob, carol)
    expect(carol.roster.relays).toEqual(relays(both[0]?.by ?? ''))
    sameRoster(alice, bob, carol)
  })
})

describe('what is named', () => {
  const refused = { code: 'badRelays' }

  test('at least one, and no more than an address holds', () => {
    const [alice] = setup('alice')
    const names = Array.from({ length: LIMITS.relays }, (_, i) => `r${i}`)
    expect(alice.hears(alice.signs({ kind: 'setRelays', relays: [] }))).toEqual([refused])
    expect(alice.hears(alice.signs({ kind: 'setRelays', relays: relays(...names) }))).toEqual(['added'])
  })

  test('addresses of relays, each once', () => {
    const [alice] = setup('alice')
    for (const wrong of [['https://relay.example'], relays('twice', 'twice'), [`${relayAt('x')}/p2p-circuit`]]) {
      expect(alice.hears(alice.signs({ kind: 'setRelays', relays: wrong }))).toEqual([refused])
    }
    expect(alice.roster.relays).toBeNull()
  })
})
