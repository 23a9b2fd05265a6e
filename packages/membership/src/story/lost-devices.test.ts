/** Members all of whose devices are gone, and devices that were let in and are their person's no more (PROTOCOL §5). */
import { describe, expect, test } from 'vitest'
import { Person, seedOf } from './person.ts'
import { everybodyMeets, setup } from './setup.ts'

describe('members without devices', () => {
  /** Alice's only device is in two hands, and both have written. */
  const forked = () => {
    const [alice, bob, carol] = setup('alice', 'bob', 'carol')
    const twin = alice.twin()
    alice.renames('one')
    twin.renames('two')
    everybodyMeets(alice, bob, carol, twin)
    return { alice, bob, carol }
  }

  test('an admin who has none left is not in charge: the senior member is', () => {
    const { bob } = forked()
    expect(bob.roster.revokedDevices).toHaveLength(1)
    expect(bob.sees).toBe('alice* bob* carol')
    bob.renames('ours')
    expect(bob.roster.titleHash).toEqual(seedOf('ours'))
  })

  test('an admin lets such a member in again with a new device, and another member does not', () => {
    const { alice, bob, carol } = forked()
    const back = alice.returns('second')
    const link = bob.invites({ uses: 5 })
    carol.meets(bob)
    carol.admitsBy(link, back)
    bob.meets(carol)
    expect(bob.roster.deviceOf(back.device)).toBeUndefined()
    bob.admits(back, 'admin')
    back.meets(bob)
    expect(back.roster.deviceOf(back.device)?.account).toEqual(alice.account)
    expect(back.sees).toBe('alice* bob carol')
    back.renames('mine again')
    expect(back.roster.titleHash).toEqual(seedOf('mine again'))
  })

  test('no member with a device is let in a second time, and none comes back with a device that was revoked', () => {
    const { alice, bob, carol } = forked()
    const admittedBy = bob.roster.deviceOf(carol.device)?.admittedBy
    bob.admits(carol)
    expect(admittedBy).toBeDefined()
    expect(bob.roster.deviceOf(carol.device)?.admittedBy).toEqual(admittedBy)
    bob.admits(alice, 'admin')
    expect(bob.roster.deviceOf(alice.device)).toBeUndefined()
  })
})

describe('admissions that let in what is no device any more', () => {
  test('two at the same time, with two lists of one person: the device that is left out may have the secret, and a rekey is needed', () => {
    const [alice, bob] = setup('alice', 'bob*')
    const carol = new Person('carol')
    const newer = carol.returns('second')
    bob.admits(carol)
    alice.admits(newer)
    everybodyMeets(alice, bob)
    expect(alice.roster.deviceOf(newer.device)).toBeDefined()
    expect(alice.roster.deviceOf(carol.device)).toBeUndefined()
    expect(alice.roster.rekeyNeeded).toBe(true)
    alice.rekeys()
    expect(alice.roster.rekeyNeeded).toBe(false)
  })
})
