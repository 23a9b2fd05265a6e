/** A removed member goes on writing, dated back (PROTOCOL §5.48). */
import { MEMBERSHIP_LOG, SELF } from '@sotto/core/inside'
import { emptyLog, hasAll, heads, type MembershipLog, operationIdOf, resolve, signOperation } from '@sotto/membership'
import { compareBytes, fromBase64url, type GroupId, LIMITS, type Operation, type OperationId } from '@sotto/wire'
import { expect, it } from 'vitest'
import { differencesFromDisk } from '../memory-and-disk.ts'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 30_000
/** Without a connection to each other members compare logs now and then. */
const LATER_MS = 120_000
const FLOOD = 2 * LIMITS.operationsOfGone

/** A chain that Carol's device signs behind what it knew when it was a member. The numbers make one unlike another. */
function chainOf(story: Story, { rows }: Person, parents: readonly OperationId[], number: number): readonly Operation[] {
  const self = rows.get(SELF, 'self')
  if (self === undefined) throw new Error('no profile')
  const key = story.primitives.ed25519.keyPairFromSeed(self.deviceSeed)
  const { account, device } = self
  const chain: Operation[] = []
  let previous: OperationId | null = null
  for (let i = 0; i < FLOOD; i++) {
    const behind = previous === null ? parents : [...parents, previous].toSorted(compareBytes)
    const operation: Operation = signOperation(
      story.primitives,
      {
        suite: 1,
        group: fromBase64url(story.group) as GroupId,
        account,
        device,
        previous,
        parents: behind,
        writtenMs: number * FLOOD + i,
        body: { kind: 'acknowledge' },
      },
      key,
    )
    previous = operationIdOf(story.primitives, operation.unsigned)
    chain.push(operation)
  }
  return chain
}

it('members keep an end of it, come to have the same, and lose nothing by a start', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  const log = carol.rows.get(MEMBERSHIP_LOG, story.group)
  if (log === undefined) throw new Error('no log')
  const group = fromBase64url(story.group) as GroupId
  story.remove(alice, carol)
  story.pass(SOON_MS)
  const before = bob.rows.get(MEMBERSHIP_LOG, story.group)?.count ?? 0
  // Another chain to each: together a fork, and each has one branch.
  for (const [number, member] of [alice, bob].entries()) {
    const chain = chainOf(story, carol, heads(log), number)
    for (let i = 0; i < chain.length; i += LIMITS.operationsPerLetter)
      story.slip(carol, member, [{ kind: 'operations', group, operations: chain.slice(i, i + LIMITS.operationsPerLetter) }])
  }
  story.pass(LATER_MS)
  const logs = [alice, bob].map(({ rows }) => rows.get(MEMBERSHIP_LOG, story.group))
  const [hers, his] = logs.map((each) => (each === undefined ? [] : heads(each)))
  expect(hers).toEqual(his)
  const count = logs[0]?.count ?? 0
  expect(count).toBeGreaterThan(before + LIMITS.operationsOfGone)
  expect(count).toBeLessThan(before + 2 * LIMITS.operationsOfGone + 5)
  expect(logs.every((each) => each !== undefined && resolve(each).members.length === 2)).toBe(true)
  bob.stop()
  bob.start()
  story.say(bob, 'still here')
  story.pass(SOON_MS)
  expect(story.shows(alice, 'still here')).toBe(true)
  for (const person of [alice, bob]) expect(differencesFromDisk(person, story.primitives)).toEqual([])
})

it('a member that took in more before it heard of the removal says so, and the others come to have that', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  const logOf = ({ rows }: Person): MembershipLog => rows.get(MEMBERSHIP_LOG, story.group) ?? emptyLog(fromBase64url(story.group) as GroupId)
  alice.stop()
  const chain = chainOf(story, carol, heads(logOf(carol)), 0)
  for (let i = 0; i < chain.length; i += LIMITS.operationsPerLetter)
    story.slip(carol, bob, [{ kind: 'operations', group: fromBase64url(story.group) as GroupId, operations: chain.slice(i, i + LIMITS.operationsPerLetter) }])
  story.pass(SOON_MS)
  const taken = logOf(bob)
  expect(taken.count).toBeGreaterThanOrEqual(FLOOD)
  alice.start()
  story.remove(alice, carol)
  story.pass(LATER_MS)
  expect(heads(logOf(alice))).toEqual(heads(logOf(bob)))
  expect(hasAll(logOf(alice), heads(taken))).toBe(true)
  story.say(bob, 'still here')
  story.pass(SOON_MS)
  expect(story.shows(alice, 'still here')).toBe(true)
})
