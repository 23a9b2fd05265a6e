import { describe, expect, test } from 'vitest'
import { type GroupId, type OperationBody, type OperationId } from '@sotto/wire'
import { idOf, Person, primitives, seedOf } from '../story/person.ts'
import { everybodyMeets, setup } from '../story/setup.ts'
import {
  earlierOperations,
  hasAll,
  heads,
  isAncestor,
  missingFrom,
  missingParents,
  nextPlace,
  operationsInCausalOrder,
  unseenAdmissions,
} from './log-queries.ts'
import { letInByWaiting } from '../roster/waiting-admission.ts'
import { addOperation, emptyLog } from './log.ts'

const listener = (group: GroupId): Person => {
  const person = new Person('frank')
  person.log = emptyLog(group)
  return person
}
const corrupted = (bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => (i === 5 ? byte ^ 1 : byte))

describe('taking operations in', () => {
  test('an operation before its parents waits, and comes in with them', () => {
    const [alice, bob] = setup('alice', 'bob')
    const rename = bob.acknowledges()
    const frank = listener(alice.log.group)
    expect(frank.hears(rename)).toEqual(['orphaned'])
    expect(frank.hears(rename)).toEqual(['known'])
    expect(missingParents(frank.log)).toEqual(heads(alice.log))
    const backwards = operationsInCausalOrder(alice.log).toReversed()
    expect(frank.hears(...backwards)).toEqual(['orphaned', 'added'])
    expect(heads(frank.log)).toEqual([idOf(rename)])
    expect(missingParents(frank.log)).toEqual([])
    expect(frank.hears(rename)).toEqual(['known'])
  })

  test('what is not signed by its device, is of another group or has no parents is refused', () => {
    const [alice] = setup('alice')
    const good = alice.signs({ kind: 'acknowledge' })
    const [other] = setup('bob')
    expect(alice.hears({ ...good, signature: corrupted(good.signature) })).toEqual([{ code: 'badSignature' }])
    expect(alice.hears({ ...good, unsigned: { ...good.unsigned, writtenMs: 7 } })).toEqual([{ code: 'badSignature' }])
    expect(alice.hears({ ...good, unsigned: { ...good.unsigned, parents: [] } })).toEqual([{ code: 'noParents' }])
    expect(alice.hears({ ...good, unsigned: { ...good.unsigned, suite: 2 } })).toEqual([{ code: 'unknownSuite', suite: 2 }])
    expect(other.hears(good)).toEqual([{ code: 'wrongGroup' }])
    expect(alice.hears(good)).toEqual(['added'])
  })

  test('a second create is refused', () => {
    const [alice, bob] = setup('alice', 'bob')
    expect(alice.hears(new Person('carol').founds())).toEqual([{ code: 'wrongGroup' }])
    expect(bob.sees).toBe('alice* bob')
  })

  test('a device that nothing in the past brought in writes nothing', () => {
    const [alice] = setup('alice')
    const carol = new Person('carol')
    carol.log = alice.log
    expect(alice.hears(carol.signs({ kind: 'acknowledge' }))).toEqual([{ code: 'unknownAuthor' }])
  })

  test("a device in another account's name writes nothing", () => {
    const [alice, bob] = setup('alice', 'bob')
    const body: OperationBody = { kind: 'remove', account: bob.account, commitment: seedOf('c') }
    const forged = bob.signs(body)
    const asAlice = { ...forged, unsigned: { ...forged.unsigned, account: alice.account } }
    expect(alice.hears(asAlice)).toEqual([{ code: 'badSignature' }])
  })

  test('a device that goes back behind what it has seen of itself is refused', () => {
    const [alice, bob] = setup('alice', 'bob')
    const first = idOf(bob.acknowledges())
    bob.acknowledges()
    alice.meets(bob)
    expect(alice.hears(bob.signs({ kind: 'acknowledge' }, first))).toEqual([{ code: 'brokenChain' }])
    expect(alice.hears(bob.signs({ kind: 'acknowledge' }, alice.log.group as Uint8Array as OperationId))).toEqual([{ code: 'brokenChain' }])
  })

  test('a member whose certificate the device did not sign is refused', () => {
    const [alice] = setup('alice')
    const bob = new Person('bob')
    const { list, devices } = bob.entry
    const forged = devices.map((each) => ({ ...each, certificate: { ...each.certificate, deviceSignature: new Uint8Array(64) } }))
    const request = bob.asks(alice.log.group, null)
    const admit = (member: Person['entry']): OperationBody => ({ kind: 'admit', invite: null, member, role: 'member', request })
    expect(alice.hears(alice.signs(admit({ list, devices: forged })))).toEqual([{ code: 'badMemberEntry', reason: 'foreignDevice' }])
    expect(alice.hears(alice.signs(admit({ list: { ...list, signature: new Uint8Array(64) }, devices })))).toEqual([
      { code: 'badMemberEntry', reason: 'badDeviceList' },
    ])
    expect(alice.hears(alice.signs(admit({ list, devices: [] })))).toEqual([{ code: 'badMemberEntry', reason: 'noDevice' }])
  })

  test('an operation without the right to it is refused with what it lacks, and what comes behind it waits in vain', () => {
    const [alice, bob] = setup('alice', 'bob')
    const before = alice.log.count
    const removal = bob.signs({ kind: 'remove', account: alice.account, commitment: seedOf('c') })
    expect(alice.hears(removal)).toEqual([{ code: 'notEntitled', because: { code: 'onlyAdminsRemove' } }])
    expect(alice.log.count).toBe(before)
    const behind = { ...removal.unsigned, previous: idOf(removal), parents: [idOf(removal)], body: { kind: 'acknowledge' } as const }
    expect(alice.hears(bob.signsAs(behind))).toEqual(['orphaned'])
    expect(alice.log.count).toBe(before)
  })

  test('a log is as it was after another was made from it', () => {
    const [alice] = setup('alice')
    const { log } = alice
    const one = addOperation(primitives, log, alice.signs({ kind: 'acknowledge' })).log
    const two = addOperation(primitives, log, alice.signs({ kind: 'rekey', commitment: seedOf('c') })).log
    expect(operationsInCausalOrder(log)).toHaveLength(1)
    expect(operationsInCausalOrder(one)).toHaveLength(2)
    expect(hasAll(one, heads(two))).toBe(false)
    expect(hasAll(two, heads(two))).toBe(true)
  })
})

describe('questions to a log', () => {
  test('what another device lacks comes parents first, and heads that we lack are named', () => {
    const [alice, bob] = setup('alice', 'bob')
    const common = heads(alice.log)
    const first = alice.acknowledges()
    const second = alice.rekeys()
    const theirs = bob.acknowledges()
    const missing = missingFrom(alice.log, [...common, idOf(theirs)])
    expect(missing.operations.map(idOf)).toEqual([idOf(first), idOf(second)])
    expect(missing.unknownHeads).toEqual([idOf(theirs)])
    expect(missingFrom(alice.log, []).operations).toHaveLength(4)
    expect(missingFrom(alice.log, heads(alice.log)).operations).toEqual([])
  })

  test('heads that are new to us do not bring the whole log, since earlier operations show what is there', () => {
    const [alice, bob] = setup('alice', 'bob')
    for (let i = 0; i < 300; i++) alice.acknowledges()
    bob.meets(alice)
    bob.acknowledges()
    const own = alice.acknowledges()
    const told = earlierOperations(bob.log)
    expect(told.length).toBeLessThan(6)
    expect(missingFrom(alice.log, heads(bob.log), told).operations.map(idOf)).toEqual([idOf(own)])
    expect(missingFrom(alice.log, heads(bob.log)).operations.length).toBeGreaterThan(300)
  })

  test('however far behind a device is, it is sent all that it lacks and at most four times as much', () => {
    const [alice, bob] = setup('alice', 'bob')
    for (let i = 0; i < 20; i++) alice.acknowledges()
    bob.meets(alice)
    bob.acknowledges()
    for (let lacks = 1; lacks < 70; lacks++) {
      const newest = alice.acknowledges()
      const sent = missingFrom(alice.log, heads(bob.log), earlierOperations(bob.log)).operations.map(idOf)
      expect(sent.length).toBeLessThan(lacks + 4)
      expect(sent.at(-1)).toEqual(idOf(newest))
    }
    const ahead = missingFrom(bob.log, heads(alice.log), earlierOperations(alice.log))
    expect(ahead.operations.map(idOf)).toEqual(
      operationsInCausalOrder(bob.log)
        .slice(-(4 ** 3) * 2)
        .map(idOf),
    )
  })

  test('a reader is shown who let a device in, as far back as it may not know, and nothing else', () => {
    const [alice, bob] = setup('alice', 'bob')
    const [carol, dave] = [new Person('carol'), new Person('dave')]
    bob.acknowledges()
    alice.meets(bob)
    const first = alice.admits(carol)
    for (let i = 0; i < 5; i++) alice.acknowledges()
    carol.log = alice.log
    const second = carol.admitsBy(carol.invites(), dave)
    dave.log = carol.log
    expect(unseenAdmissions(dave.log, bob.device, dave.device).map(idOf)).toEqual([idOf(first), idOf(second)])
    expect(unseenAdmissions(dave.log, carol.device, dave.device).map(idOf)).toEqual([])
    expect(unseenAdmissions(dave.log, bob.device, alice.device).map(idOf)).toEqual([])
    expect(letInByWaiting(bob.log, dave.device)).toBe(undefined)
    bob.hears(second)
    // Nobody that Bob knows signed it.
    expect(letInByWaiting(bob.log, dave.device)).toBe(undefined)
    bob.hears(first)
    expect(letInByWaiting(bob.log, dave.device)).toBe('member')
  })

  test('the past is known over any distance', () => {
    const [alice] = setup('alice')
    const [create] = operationsInCausalOrder(alice.log)
    for (let i = 0; i < 70; i++) alice.acknowledges()
    const last = heads(alice.log)[0] as OperationId
    expect(isAncestor(alice.log, idOf(create ?? alice.rekeys()), last)).toBe(true)
    expect(isAncestor(alice.log, last, last)).toBe(false)
    expect(isAncestor(alice.log, last, alice.log.group as Uint8Array as OperationId)).toBe(false)
  })

  test('heads are sorted, and the next operation goes behind all of them and its own last', () => {
    const [alice, bob, carol] = setup('alice', 'bob', 'carol')
    const own = alice.acknowledges()
    bob.acknowledges()
    carol.acknowledges()
    everybodyMeets(alice, bob, carol)
    expect(heads(alice.log)).toHaveLength(3)
    expect(heads(alice.log)).toEqual(heads(carol.log))
    expect(nextPlace(alice.log, alice.device)).toEqual({ previous: idOf(own), parents: heads(alice.log) })
  })
})
