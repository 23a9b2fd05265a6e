/**
 * Messages of an epoch that ended, or that only some members were in, arrive all the same. Once its mailbox is no longer read,
 * nothing on the disk opens what was sealed there (PROTOCOL §6, §7).
 */
import { EPOCH, EPOCH_KEYS, OWN_KEY, SECRET, THEIR_KEY } from '@sotto/core/inside'
import { fromBase64url, type GroupId, LIMITS, type OperationId } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const SOON_MS = 10_000
const A_DAY_MS = 86_400_000

/** The secret of the group's first epoch, which ended with a removal more than a month ago. */
async function longAfterRemoval(): Promise<{ story: Story; alice: Person; bob: Person; first: Uint8Array; firstEpoch: string }> {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  story.say(alice, 'all three')
  story.say(bob, 'so it is')
  story.pass(SOON_MS)
  const first = alice.rows.get(SECRET, story.group, story.group)
  const firstEpoch = alice.rows.scan(EPOCH, story.group)[0]?.key[1]
  if (first === undefined || firstEpoch === undefined) throw new Error('no epoch')
  story.remove(alice, carol)
  story.pass(SOON_MS)
  for (const each of [alice, bob]) expect(each.rows.scan(SECRET, story.group)).toHaveLength(2)
  for (const each of [alice, bob]) each.stop()
  story.pass(LIMITS.retentionMs + A_DAY_MS)
  for (const each of [alice, bob]) each.start()
  story.pass(A_DAY_MS / 24)
  return { story, alice, bob, first, firstEpoch }
}

it('an epoch that is no longer read takes its secret, its keys and the sender keys in it along', async () => {
  const { story, alice, bob, firstEpoch } = await longAfterRemoval()
  for (const { rows } of [alice, bob]) {
    expect(rows.get(SECRET, story.group, story.group)).toBeUndefined()
    expect([rows.get(EPOCH, story.group, firstEpoch), rows.get(EPOCH_KEYS, story.group, firstEpoch)]).toEqual([undefined, undefined])
    expect(rows.scan(THEIR_KEY, story.group, firstEpoch)).toEqual([])
    expect(rows.scan(OWN_KEY).every(({ value }) => rows.get(EPOCH, story.group, Buffer.from(value.epoch).toString('base64url')) !== undefined)).toBe(true)
  }
  story.say(bob, 'and still we talk')
  expect(story.msUntil(() => story.shows(alice, 'and still we talk'), SOON_MS)).toBeLessThan(SOON_MS)
})

it('a secret that was deleted is not taken again', async () => {
  const { story, alice, bob, first } = await longAfterRemoval()
  const group = fromBase64url(story.group) as GroupId
  story.slip(bob, alice, [{ kind: 'secret', group, operation: fromBase64url(story.group) as OperationId, secret: first }])
  story.pass(SOON_MS)
  expect(alice.rows.get(SECRET, story.group, story.group)).toBeUndefined()
  expect(alice.rows.scan(EPOCH, story.group).every(({ value }) => value.operations.every((id) => Buffer.from(id).toString('base64url') !== story.group))).toBe(
    true,
  )
})

it('messages sealed in one of two concurrent epochs are read by members that were in the other', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave')]
  story.gather(alice, bob, carol, dave)
  story.ask(alice, { kind: 'setRole', group: story.group, account: bob.account, role: 'admin' })
  story.pass(20_000)
  // Neither learns of the other's removal before both have written.
  const told = (['operation', 'letter'] as const).flatMap((about) => [story.holdBack(relayed(about, alice, bob)), story.holdBack(relayed(about, bob, alice))])
  story.remove(alice, carol)
  story.remove(bob, dave)
  story.say(alice, 'from Alice')
  story.say(bob, 'from Bob')
  story.pass(1_000)
  expect([story.texts(alice), story.texts(bob)]).toEqual([['from Alice'], ['from Bob']])
  for (const each of told) each()
  expect(story.msUntil(() => story.shows(alice, 'from Bob') && story.shows(bob, 'from Alice'), SOON_MS)).toBeLessThan(SOON_MS)
  // As they were sealed, and not on request.
  for (const each of [alice, bob]) expect(story.messages(each).map(({ resent }) => resent)).toEqual([false, false])
  expect(story.groupOf(alice)?.security.epoch).toBe(story.groupOf(bob)?.security.epoch)
})

it('members who are connected compare an epoch that has just ended', async () => {
  const story = await beginStory({ direct: true })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  expect(story.isConnected(alice)).toBe(true)
  const found = story.lose(({ what, to }) => to === bob && (what === 'relayed envelope' || what === 'gossip' || what === 'envelopes'))
  story.say(alice, 'one')
  story.remove(alice, carol)
  story.pass(1_000)
  found()
  expect(story.texts(bob)).toEqual([])
  const withinMs = 3 * 60_000
  expect(story.msUntil(() => story.shows(bob, 'one'), withinMs)).toBeLessThan(withinMs)
  expect(story.messages(bob).map(({ resent }) => resent)).toEqual([false])
})
