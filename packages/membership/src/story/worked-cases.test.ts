/** Cases that were attacked on paper, each as the story that it is. `stories.test.ts` has the everyday ones. */
import { describe, expect, test } from 'vitest'
import { everybodyMeets, setup } from './setup.ts'

describe('succession under attack', () => {
  test('an admin who is demoted at the same time cannot leave the role to a friend', () => {
    const [alice, bob, mallory] = setup('alice', 'bob*', 'mallory')
    alice.makes(bob, 'member')
    bob.leaves(mallory)
    everybodyMeets(alice, bob, mallory)
    expect(alice.roster.isAdmin(mallory.account)).toBe(false)
    expect(alice.roster.isMember(bob.account)).toBe(true)
  })

  test('what the senior member did because the last admin had stepped down falls with the stepping down', () => {
    const [alice, bob, carol, dave] = setup('alice', 'bob', 'carol*', 'dave')
    alice.leaves()
    everybodyMeets(alice, bob, carol, dave)
    const before = dave.roster.titleHash
    const twin = carol.twin()
    carol.makes(carol, 'member')
    bob.meets(carol)
    expect(bob.sees).toBe('bob* carol dave')
    bob.renames('mine now')
    twin.renames('the other hand')
    everybodyMeets(bob, carol, dave, twin)
    expect(dave.sees).toBe('bob carol* dave')
    expect(dave.roster.titleHash).toEqual(before)
  })
})
