/** Which operations of former admins come too late: what I21 is held against. */
import { MEMBERSHIP_LOG, SELF } from '@sotto/core/inside'
import { addOperation, heads, type MembershipLog, operationIdOf, operationsInCausalOrder, resolveAt, signOperation } from '@sotto/membership'
import { type AccountId, compareBytes, fromBase64url, type Operation, type OperationBody, type OperationId, type Role, toBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from '../story/story.ts'
import { isTooLate } from './too-late.ts'

const ACKNOWLEDGED_MS = 20_000

const logOf = (story: Story, person: Person): MembershipLog => {
  const log = person.rows.get(MEMBERSHIP_LOG, story.group)
  if (log === undefined) throw new TypeError(`${person.name} has no log`)
  return log
}

const accountOf = ({ account }: Person): AccountId => fromBase64url(account) as AccountId

/** By then those have acknowledged it whose word counts. The operation's id. */
function makes(story: Story, by: Person, whom: Person, role: Role, passesMs = ACKNOWLEDGED_MS): OperationId {
  story.ask(by, { kind: 'setRole', group: story.group, account: whom.account, role })
  const made = operationsInCausalOrder(logOf(story, by)).at(-1)
  story.pass(passesMs)
  if (made?.unsigned.body.kind !== 'setRole') throw new TypeError('no role was given')
  return operationIdOf(story.primitives, made.unsigned)
}

const removes = (whom: Person): OperationBody => ({ kind: 'remove', account: accountOf(whom), commitment: new Uint8Array(32) })

/** By a changed program, behind these heads. */
function signs(story: Story, by: Person, parents: readonly OperationId[], body: OperationBody): Operation {
  const self = by.rows.get(SELF, 'self')
  if (self === undefined) throw new TypeError(`${by.name} has no profile`)
  const { group } = logOf(story, by)
  const unsigned = { suite: 1, group, account: self.account, device: self.device, previous: null, parents: parents.toSorted(compareBytes), writtenMs: 0, body }
  return signOperation(story.primitives, unsigned, story.primitives.ed25519.keyPairFromSeed(self.deviceSeed))
}

function taken(story: Story, log: MembershipLog, operation: Operation): MembershipLog {
  const { log: after, outcome } = addOperation(story.primitives, log, operation)
  expect(outcome).toBe('added')
  return after
}

const parentsOf = (log: MembershipLog, id: OperationId): readonly OperationId[] => log.history.byId.get(toBase64url(id))?.operation.unsigned.parents ?? []

it('is late what a demoted admin signs, from before or from after that, and not what it signs when it is an admin again', async () => {
  const story = await beginStory({ direct: true })
  const [alice, bob, carol, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave')]
  story.gather(alice, bob, carol, dave)
  makes(story, alice, dave, 'admin')
  const demotion = makes(story, alice, dave, 'member')
  const isLate = (parents: readonly OperationId[], body: OperationBody = removes(alice)): boolean => {
    const log = logOf(story, dave)
    return isTooLate(story.primitives, logOf(story, bob), signs(story, dave, parents, body), { log, heads: parents })
  }
  const before = parentsOf(logOf(story, bob), demotion)
  expect([isLate(before), isLate([demotion])]).toEqual([true, true])

  const again = makes(story, alice, dave, 'admin')
  expect(isLate([again])).toBe(false)
  expect(isLate(heads(logOf(story, bob)))).toBe(false)
  // That it is one again makes nothing good of what it signs from before.
  expect([isLate(before), isLate(parentsOf(logOf(story, bob), again))]).toEqual([true, true])

  makes(story, alice, dave, 'member')
  expect([isLate([again]), isLate(heads(logOf(story, bob)))]).toEqual([true, true])
})

it('is late what a demoted admin signs beside an accomplice’s late removal, or behind a role that was given too late', async () => {
  const story = await beginStory({ direct: true })
  const [alice, bob, carol, dave, erin] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave'), story.enter('Erin')]
  story.gather(alice, bob, carol, dave, erin)
  for (const each of [bob, carol, dave, erin]) makes(story, alice, each, 'admin')
  const before = heads(logOf(story, bob))
  // At once, so that nobody has acknowledged the one in the past of the other.
  makes(story, alice, carol, 'member', 0)
  const demotion = makes(story, alice, dave, 'member')
  const honest = logOf(story, bob)

  // Carol removes who demoted both, as if before that. Beside that alone the fold finds Dave's demotion filtered.
  const removal = signs(story, carol, before, removes(alice))
  const ofRemoval = operationIdOf(story.primitives, removal.unsigned)
  const log = taken(story, honest, removal)
  const seen = [ofRemoval, demotion]
  const isDave = (parents: readonly OperationId[]): boolean => resolveAt(log, parents).isAdmin(accountOf(dave))
  expect([isDave(seen), isDave([demotion]), isDave(heads(log))]).toEqual([true, false, false])
  expect(isTooLate(story.primitives, honest, signs(story, dave, seen, removes(bob)), { log, heads: seen })).toBe(true)

  const gift = signs(story, dave, seen, { kind: 'setRole', account: accountOf(dave), role: 'admin' })
  const withGift = taken(story, log, gift)
  const behind = [operationIdOf(story.primitives, gift.unsigned)]
  expect(isTooLate(story.primitives, honest, signs(story, dave, behind, removes(bob)), { log: withGift, heads: behind })).toBe(true)
})
