/** A refusal for a full mailbox is followed by a notice when there is room again (PROTOCOL §8.57). */
import { mailboxIdOf } from './credentials.ts'
import { expect, test } from 'vitest'
import { createWorld, credentialsOf, type Person, primitives, sendCapabilityOf } from './testing/story-world.ts'

const DAY = 86_400_000
const inbox = credentialsOf('inbox', 'bob', 'read')
const byAlice = sendCapabilityOf('bob', 'alice', { capability: 1 })
const byCarol = sendCapabilityOf('bob', 'carol', { capability: 2 })
const notices = ({ events }: Person): number => events.filter(({ kind }) => kind === 'roomAgain').length
const acknowledges = (person: Person, nowMs: number): void => {
  const last = person.events.findLast((event) => event.kind === 'record')
  if (last?.kind === 'record') person.run((machine, state) => machine.acknowledge(state, inbox, last.cursor, nowMs))
}

test('once what was there is acknowledged, each client that was refused is told, once, and nobody else', () => {
  const world = createWorld({ capabilityRecords: 2 })
  const [alice, carol] = [world.person('alice'), world.person('carol')]
  for (const text of ['one', 'two', 'three', 'four']) alice.append(byAlice, text)
  carol.append(byCarol, 'hers')
  expect([alice.outcome('two'), alice.outcome('three'), alice.outcome('four'), carol.outcome('hers')]).toEqual([2, 'full', 'full', 3])
  expect(notices(alice)).toBe(0)
  const bob = world.person('bob')
  bob.want(inbox)
  expect(notices(alice)).toBe(0)
  acknowledges(bob, world.nowMs)
  expect([notices(alice), notices(carol)]).toEqual([1, 0])
  expect(alice.events.at(-1)).toMatchObject({ kind: 'roomAgain', mailbox: mailboxIdOf(primitives, inbox.keys) })
  alice.append(byAlice, 'three')
  expect(alice.outcome('three')).toBe(4)
  // Nothing was refused since.
  acknowledges(bob, world.nowMs)
  expect(notices(alice)).toBe(1)
})

test('where nothing is ever acknowledged, room comes by expiry, and the relay says so then', () => {
  const world = createWorld({ groupMailboxRecords: 4 })
  const group = credentialsOf('group', 'group')
  const people = ['alice', 'bob', 'carol', 'dave', 'erin'].map((name) => world.person(name))
  for (const each of people) each.append(group, `by ${each.name}`)
  const [alice, , , , erin] = people
  if (alice === undefined || erin === undefined) throw new Error('nobody')
  expect(erin.outcome('by erin')).toBe('full')
  world.nowMs += 29 * DAY
  alice.want(credentialsOf('group', 'another'))
  expect(notices(erin)).toBe(0)
  world.nowMs += DAY
  alice.want(credentialsOf('group', 'a third'))
  expect([notices(erin), notices(alice)]).toEqual([1, 0])
})

test('a stream that ended, and a mailbox that was closed on it, are told nothing', () => {
  const world = createWorld({ capabilityRecords: 1 })
  const [alice, bob] = [world.person('alice'), world.person('bob')]
  for (const text of ['one', 'two']) alice.append(byAlice, text)
  expect(alice.outcome('two')).toBe('full')
  alice.disconnect()
  alice.connect()
  bob.want(inbox)
  acknowledges(bob, world.nowMs)
  expect(notices(alice)).toBe(0)
})

test('a client that must close a mailbox closes one where it does not wait for room', () => {
  const world = createWorld({ capabilityRecords: 1, mailboxesPerConnection: 2 })
  const [alice, bob] = [world.person('alice'), world.person('bob')]
  for (const text of ['one', 'two']) alice.append(byAlice, text)
  expect(alice.outcome('two')).toBe('full')
  for (const name of ['first', 'second', 'third']) {
    world.nowMs += 1_000
    alice.append(credentialsOf('group', name), name)
  }
  expect(alice.outcome('third')).toBeTypeOf('number')
  bob.want(inbox)
  acknowledges(bob, world.nowMs)
  expect(notices(alice)).toBe(1)
})
