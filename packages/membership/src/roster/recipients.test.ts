import { expect, test } from 'vitest'
import { heads } from '../log/log-queries.ts'
import { idOf, Person } from '../story/person.ts'
import { everybodyMeets, setup } from '../story/setup.ts'
import { recipients, whoCouldRead } from './recipients.ts'

const WEEK_MS = 7 * 24 * 3_600_000
/** When all operations of the stories say that they were written. */
const WRITTEN_MS = 1_000

const namesOf = (devices: readonly Uint8Array[], ...people: readonly Person[]): readonly string[] =>
  people.filter(({ device }) => devices.some((each) => String(each) === String(device))).map(({ name }) => name)

test("an admin's removal that cannot be placed yet already keeps its subject out, for a week", () => {
  const [alice, bob, carol] = setup('alice', 'bob', 'carol')
  alice.acknowledges()
  const removal = alice.removes(carol)
  expect(bob.hears(removal)).toEqual(['orphaned'])
  expect(bob.sees).toBe('alice* bob carol')
  expect(namesOf(recipients(bob.log, WRITTEN_MS), alice, bob, carol)).toEqual(['alice', 'bob'])
  expect(namesOf(recipients(bob.log, WRITTEN_MS + WEEK_MS), alice, bob, carol)).toEqual(['alice', 'bob', 'carol'])
})

test("a member's removal that cannot be placed keeps nobody out", () => {
  const [alice, bob, carol] = setup('alice', 'bob', 'carol')
  carol.acknowledges()
  expect(alice.hears(carol.removes(bob))).toEqual(['orphaned'])
  expect(namesOf(recipients(alice.log, WRITTEN_MS), alice, bob, carol)).toEqual(['alice', 'bob', 'carol'])
})

test('a member who is back only because a removal was filtered later is sent nothing until admitted again', () => {
  const [alice, bob, carol] = setup('alice', 'bob*', 'carol')
  const removal = bob.removes(carol)
  alice.removes(bob)
  alice.meets(bob)
  expect(alice.sees).toBe('alice* carol')
  const seenRemovals = [{ account: carol.account, removal: idOf(removal) }]
  expect(namesOf(recipients(alice.log, WRITTEN_MS, seenRemovals), alice, carol)).toEqual(['alice'])
  alice.removes(carol)
  alice.admits(carol)
  expect(namesOf(recipients(alice.log, WRITTEN_MS, seenRemovals), alice, carol)).toEqual(['alice', 'carol'])
})

test('who could read is answered from the sender’s frontier, not from now', () => {
  const [alice, bob, carol] = setup('alice', 'bob', 'carol')
  const before = heads(alice.log)
  alice.removes(carol)
  everybodyMeets(alice, bob)
  expect(namesOf(whoCouldRead(bob.log, before).devices, alice, bob, carol)).toEqual(['alice', 'bob', 'carol'])
  expect(namesOf(whoCouldRead(bob.log, heads(bob.log)).devices, alice, bob, carol)).toEqual(['alice', 'bob'])
  expect(whoCouldRead(carol.log, heads(bob.log)).unknownHeads).toEqual(heads(bob.log))
})
