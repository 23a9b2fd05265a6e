import { expect, test } from 'vitest'
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { equalBytes, LIMITS, type OperationBody } from '@sotto/wire'
import { nextPlace } from '../log/log-queries.ts'
import { addOperation } from '../log/log.ts'
import { operationIdOf } from '../log/sign-operation.ts'
import { benchOf, heard } from '../oracle/compare-resolvers.ts'
import { buildLog } from '../oracle/planned-log.ts'
import { diceOf, pick, randomLog } from '../oracle/random-log.ts'
import { Person, primitives } from '../story/person.ts'
import { setup } from '../story/setup.ts'
import { resolve } from './resolve.ts'
import { wouldBeEffective } from './would-be-effective.ts'

const NO_SIGNATURE = new Uint8Array(64)
const BY_DEVICE = { nameHash: new Uint8Array(32), askedMs: 1, deviceSignature: NO_SIGNATURE, inviteSignature: null }
const BY_INVITE = { ...BY_DEVICE, inviteSignature: NO_SIGNATURE }
const bench = benchOf(await loadSodiumPrimitives())
const SEED = Date.now() & 0xffffff
const FEWEST_LOGS = 60
/** On one log in nine the author may admit at all: sixty may hold few such. */
const MOST_LOGS = 1_000
const FEWEST_OF_EACH = 20

test('an admission of a revoked device, of an older list and of a forked one is known as filtered before it is signed', () => {
  const [alice, bob] = setup('alice', 'bob')
  const old = bob.entry
  const twin = bob.twin()
  const phone = bob.adds('phone')
  const withPhone = bob.entry
  bob.revokes(phone.device)
  alice.meets(bob)
  alice.removes(bob)
  const asked = (member: Person['entry']) =>
    wouldBeEffective(primitives, alice.log, alice, { kind: 'admit', invite: null, member, role: 'member', request: BY_DEVICE })
  expect(asked(old)).toEqual({ code: 'olderDeviceList', version: 1, knownVersion: 3 })
  expect(asked(withPhone)).toEqual({ code: 'revokedDeviceListed' })
  for (const name of ['tablet', 'watch']) twin.adds(name)
  expect(asked(twin.entry)).toEqual({ code: 'forkedDeviceList', version: 3 })
  expect(asked(bob.entry)).toBe(true)
})

test('a group that is full lets nobody in before a member goes', () => {
  const people = setup('alice', ...Array.from({ length: LIMITS.members - 1 }, (_, i) => `member ${i}`))
  const [alice] = people
  if (alice === undefined) throw new RangeError('nobody')
  const asked = (member: Person['entry']) =>
    wouldBeEffective(primitives, alice.log, alice, { kind: 'admit', invite: null, member, role: 'member', request: BY_DEVICE })
  expect(alice.roster.members).toHaveLength(LIMITS.members)
  expect(asked(new Person('dave').entry)).toEqual({ code: 'groupFull', limit: LIMITS.members })
  const gone = people.at(-1)
  if (gone === undefined) throw new RangeError('nobody')
  alice.removes(gone)
  expect(asked(new Person('dave').entry)).toBe(true)
})

test('a group whose messages are sealed for each device by itself is full with twelve', () => {
  const alice = new Person('alice')
  alice.founds('pairwise')
  const asked = (member: Person['entry']) =>
    wouldBeEffective(primitives, alice.log, alice, { kind: 'admit', invite: null, member, role: 'member', request: BY_DEVICE })
  for (let i = 1; i < LIMITS.pairwiseMembers; i++) {
    const member = new Person(`member ${i}`)
    expect(asked(member.entry)).toBe(true)
    alice.admits(member, 'member')
  }
  expect(alice.roster.members).toHaveLength(12)
  expect(asked(new Person('dave').entry)).toEqual({ code: 'groupFull', limit: 12 })
})

test('an invite that is closed and one that is spent are known as such', () => {
  const [alice, bob] = setup('alice', 'bob')
  const link = alice.invites({ uses: 1 })
  const by = (joiner: Person): OperationBody => ({ kind: 'admit', invite: link.invite, member: joiner.entry, role: 'member', request: BY_INVITE })
  const dave = new Person('dave')
  expect(wouldBeEffective(primitives, alice.log, alice, by(dave))).toBe(true)
  alice.admitsBy(link, new Person('carol'))
  expect(wouldBeEffective(primitives, alice.log, alice, by(dave))).toEqual({ code: 'inviteSpent', uses: 1 })
  alice.removes(bob)
  expect(wouldBeEffective(primitives, alice.log, alice, by(dave))).toEqual({ code: 'inviteClosed' })
})

test('with more heads than an operation can name nothing is promised', () => {
  const people = setup('bob', ...Array.from({ length: LIMITS.operationParents + 1 }, (_, i) => `member ${i}`))
  const [bob, ...others] = people
  if (bob === undefined) throw new RangeError('nobody')
  for (const member of others) bob.hears(member.acknowledges())
  const { log } = bob
  expect(log.heads.length).toBeGreaterThan(LIMITS.operationParents)
  expect(wouldBeEffective(primitives, log, bob, { kind: 'acknowledge' })).toEqual({ code: 'tooManyHeads', limit: LIMITS.operationParents })
})

test('on random logs an admission is said to be effective exactly where its devices are in the roster afterwards', () => {
  const said = { yes: 0, no: 0 }
  const isEnough = (logs: number): boolean => logs >= FEWEST_LOGS && Math.min(said.yes, said.no) > FEWEST_OF_EACH
  for (let seed = SEED; !isEnough(seed - SEED) && seed < SEED + MOST_LOGS; seed++) {
    const dice = diceOf(seed)
    const built = buildLog(bench.primitives, bench.fixtures, randomLog(dice, 10))
    const log = heard(bench, built, dice)
    const author = pick(dice, bench.fixtures)
    const device = pick(dice, author.devices)
    const invites = resolve(log).openInvites
    for (const who of bench.fixtures) {
      for (const member of who.lists) {
        const invite = invites.length > 0 && dice.chance(0.6) ? pick(dice, invites) : null
        const body: OperationBody = {
          kind: 'admit',
          invite: invite?.id ?? null,
          member,
          role: invite?.role ?? 'member',
          request: invite === null ? BY_DEVICE : BY_INVITE,
        }
        const unsigned = { suite: 1, group: log.group, account: author.account, device, ...nextPlace(log, device), writtenMs: 1, body }
        const after = resolve(addOperation(bench.primitives, { ...log }, { unsigned, signature: NO_SIGNATURE }).log)
        const id = operationIdOf(bench.primitives, unsigned)
        const isIn = member.devices.every(({ certificate }) => {
          const found = after.deviceOf(certificate.body.device)
          return found !== undefined && equalBytes(found.admittedBy, id)
        })
        const verdict = wouldBeEffective(bench.primitives, log, { account: author.account, device }, body)
        expect(verdict === true, `seed ${seed}`).toBe(isIn)
        said[isIn ? 'yes' : 'no']++
      }
    }
  }
  expect(said.yes).toBeGreaterThan(FEWEST_OF_EACH)
  expect(said.no).toBeGreaterThan(FEWEST_OF_EACH)
})
