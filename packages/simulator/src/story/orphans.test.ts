/** Operations whose parents do not come (PROTOCOL §5.46). */
import { ACKNOWLEDGE, ORPHAN, SELF } from '@sotto/core/inside'
import { signOperation } from '@sotto/membership'
import { type AccountId, fromBase64url, type GroupId, LIMITS, type Operation, type OperationBody, type OperationId } from '@sotto/wire'
import { expect, it } from 'vitest'
import { differencesFromDisk } from '../memory-and-disk.ts'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 10_000

/** What Carol's device signs behind an operation that nobody has. */
function behindNothing(story: Story, { rows }: Person, count: number, body: OperationBody = { kind: 'acknowledge' }): readonly Operation[] {
  const self = rows.get(SELF, 'self')
  if (self === undefined) throw new Error('no profile')
  const key = story.primitives.ed25519.keyPairFromSeed(self.deviceSeed)
  return Array.from({ length: count }, (_, i) => {
    const parents = [story.primitives.sha256(Uint8Array.of(i & 255, i >> 8)) as OperationId]
    const group = fromBase64url(story.group) as GroupId
    const { account, device } = self
    return signOperation(story.primitives, { suite: 1, group, account, device, previous: null, parents, writtenMs: i, body }, key)
  })
}

it('wait in rows of their own, as many as one may have, and are forgotten after seven days', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  const waiting = (): number => bob.rows.scan(ORPHAN, story.group).length
  const group = fromBase64url(story.group) as GroupId
  const junk = behindNothing(story, carol, 50)
  story.slip(carol, bob, [{ kind: 'operations', group, operations: junk }])
  story.pass(SOON_MS)
  expect(waiting()).toBe(junk.length)
  bob.stop()
  bob.start()
  story.pass(SOON_MS)
  expect(waiting()).toBe(junk.length)
  expect(differencesFromDisk(bob, story.primitives)).toEqual([])
  for (const person of [alice, carol]) person.stop()
  story.pass(LIMITS.orphanMs)
  expect(waiting()).toBe(0)
  expect(differencesFromDisk(bob, story.primitives)).toEqual([])
})

it('are planned to be acknowledged by nobody, whatever they would take', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  const account = fromBase64url(alice.account) as AccountId
  const operations = behindNothing(story, carol, 50, { kind: 'remove', account, commitment: new Uint8Array(32) })
  story.slip(carol, bob, [{ kind: 'operations', group: fromBase64url(story.group) as GroupId, operations }])
  story.pass(1_000)
  expect(bob.rows.scan(ORPHAN, story.group)).toHaveLength(operations.length)
  expect(bob.rows.scan(ACKNOWLEDGE)).toEqual([])
})
