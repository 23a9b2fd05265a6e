/** A disk may not know what was sealed after it was copied, so no start seals under an earlier key (PROTOCOL §9). */
import { createCore } from '@sotto/core'
import { ADMISSION, MEMBERSHIP_LOG, OPERATION, ORPHAN, Transaction } from '@sotto/core/inside'
import { operationIdOf } from '@sotto/membership'
import { decode, encode, toBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 10_000

/** The places of a person's messages, as another was shown them. */
const placesOf = (story: Story, asSeenBy: Person): readonly string[] => story.messages(asSeenBy).map(({ sealed }) => `${sealed?.keyId}/${sealed?.iteration}`)

/** Alice writes, her disk returns to its state when `kept` ended, and she writes again. */
async function forgotten(kept: (alice: Person) => void): Promise<void> {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice', { losesAll: true }), story.enter('Bob')]
  story.gather(alice, bob)
  story.say(alice, 'one')
  story.pass(SOON_MS)
  kept(alice)
  story.say(alice, 'two')
  expect(story.msUntil(() => story.shows(bob, 'one', 'two'), SOON_MS)).toBeLessThan(SOON_MS)
  alice.die()
  alice.start()
  expect(story.texts(alice)).toEqual(['one'])
  story.say(alice, 'three')
  expect(story.msUntil(() => story.shows(bob, 'three'), SOON_MS)).toBeLessThan(SOON_MS)
  expect(story.texts(bob)).toEqual(['one', 'two', 'three'])
  expect(new Set(placesOf(story, bob)).size).toBe(3)
}

it('a message sealed after a crash has no place that the disk forgot', async () => {
  await forgotten((alice) => alice.syncDisk())
})

it('a message sealed after a backup was restored has no place that was used since the backup', async () => {
  await forgotten((alice) => {
    // A clean stop: nothing on the disk shows that it is a copy.
    alice.stop()
    alice.start()
  })
})

it('a device whose disk forgot that it let a person in does not do so again before it has caught up, and so does not fork its chain', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob', { losesAll: true }), story.enter('Carol')]
  story.gather(alice, bob)
  alice.stop()
  story.ask(carol, { kind: 'join', invite: story.invite })
  story.msUntil(() => bob.rows.first(ADMISSION) !== undefined, SOON_MS)
  bob.syncDisk()
  expect(story.msUntil(() => story.groupOf(carol)?.state === 'member', SOON_MS)).toBeLessThan(SOON_MS)
  bob.die()
  story.pass(SOON_MS)
  bob.start()
  story.pass(SOON_MS)
  alice.start()
  story.pass(SOON_MS)
  story.say(bob, 'still here')
  expect(story.msUntil(() => [alice, carol].every((each) => story.shows(each, 'still here')), SOON_MS)).toBeLessThan(SOON_MS)
})

it('an operation that waited when a device stopped waits when it has started, however often', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  const rows = new Map(bob.diskRows())
  const operations = (): readonly string[] => [...rows.keys()].filter((key) => key.startsWith(`${OPERATION.name}/`)).toSorted()
  const [count, last = ''] = [operations().length, operations().at(-1)]
  // Its parents are here and it waits all the same, as one does when too many of its device are here.
  const operation = OPERATION.codec === null ? undefined : decode(OPERATION.codec, rows.get(last) ?? new Uint8Array())
  if (operation === undefined || ORPHAN.codec === null) throw new Error('there is no operation')
  rows.delete(last)
  const id = toBase64url(operationIdOf(story.primitives, operation.unsigned))
  rows.set(`${ORPHAN.name}/${story.group}/${id}`, encode(ORPHAN.codec, { operation, sinceMs: story.nowMs }))
  const core = createCore({ primitives: story.primitives, random: story.random.bytes })
  for (let starts = 0; starts < 2; starts++) {
    const { state, writes } = core.step(core.load(rows).state, { kind: 'started' }, story.nowMs)
    for (const { key, value } of writes.rows)
      if (value === null) rows.delete(key)
      else rows.set(key, value)
    const log = new Transaction(state).get(MEMBERSHIP_LOG, story.group)
    expect([operations().length, log?.count, log?.orphans.size]).toEqual([count - 1, count - 1, 1])
  }
})
