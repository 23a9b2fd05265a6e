/** Missing keys and messages, where later ones show that they exist (PROTOCOL §3, missing keys and gaps). */
import { EPOCH, OWN_KEY, TOPIC } from '@sotto/core/inside'
import { createOwnSenderKey, deriveEpochKeys, ownContext, sealMessage } from '@sotto/crypto'
import { type AccountId, fromBase64url, type GroupId, LIMITS, toBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const SOON_MS = 30_000

it('a message that was passed over in a chain is asked for', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  story.say(alice, 'one')
  story.pass(5_000)
  const found = story.lose(relayed('envelope', alice, bob))
  story.say(alice, 'two')
  story.pass(5_000)
  found()
  story.say(alice, 'three')
  story.pass(5_000)
  expect(story.texts(bob)).toEqual(['one', 'three'])
  expect(story.msUntil(() => story.shows(bob, 'two'), SOON_MS)).toBeLessThan(SOON_MS)
  expect(story.texts(bob)).toEqual(['one', 'two', 'three'])
})

it('the last messages of a key, which the next one counts, are asked for', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  story.say(alice, 'one')
  story.pass(5_000)
  const found = story.lose(relayed('envelope', alice, bob))
  story.say(alice, 'two')
  story.pass(5_000)
  found()
  // Every start uses a new key.
  alice.stop()
  alice.start()
  story.say(alice, 'three')
  story.pass(5_000)
  expect(story.texts(bob)).toEqual(['one', 'three'])
  expect(story.msUntil(() => story.shows(bob, 'two'), SOON_MS)).toBeLessThan(SOON_MS)
})

it('a key that did not come is asked for as soon as something needs it', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  alice.stop()
  alice.start()
  story.pass(5_000)
  const found = story.lose(relayed('letter', alice, bob))
  story.say(alice, 'one')
  expect(story.msUntil(() => (story.groupOf(bob)?.unreadable.length ?? 0) > 0, 5_000)).toBeLessThan(5_000)
  found()
  // Long before Alice sees that the key was not acknowledged.
  const withinMs = 2 * LIMITS.keyRequestBackoffMs
  expect(story.msUntil(() => story.shows(bob, 'one'), withinMs)).toBeLessThan(withinMs)
  expect(story.groupOf(bob)?.unreadable).toEqual([])
})

/** An envelope with the tag of a person's device under the key that it will make next, in the place of its first message. */
function madeUpFor(story: Story, whom: Person): Uint8Array {
  const own = whom.rows.get(OWN_KEY, story.group)
  const secret = own === undefined ? undefined : whom.rows.get(EPOCH, story.group, toBase64url(own.epoch))?.secret
  if (own === undefined || secret === undefined) throw new Error('no key')
  const place = { group: fromBase64url(story.group) as GroupId, epoch: own.epoch, account: fromBase64url(whom.account) as AccountId, device: whom.device }
  const provider = { primitives: story.primitives, random: story.random.bytes }
  const key = createOwnSenderKey(provider, { ...place, keyId: ownContext(own.key).keyId + 1, frontier: [] })
  return sealMessage(story.primitives, deriveEpochKeys(story.primitives, secret), key, story.random.bytes(20)).envelope
}

it.each([
  ['comes', false],
  ['is lost, and comes when it is asked for', true],
])('what a member made up in the place of a message that is to come does not keep that from being shown: it %s', async (_how, isLost) => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  // Her next message is the first of a new key.
  for (let i = 0; i < LIMITS.rotateAfterMessages; i++) story.say(alice, `before ${i}`)
  story.pass(5_000)
  const topic = bob.rows.scan(TOPIC)[0]?.key[0] ?? ''
  bob.deliver({ kind: 'gossipReceived', topic, data: madeUpFor(story, alice) })
  // Alice says that there is no such message.
  story.pass(SOON_MS)
  const found = isLost ? story.lose(relayed('envelope', alice, bob)) : () => {}
  story.say(alice, 'one')
  story.pass(1_000)
  found()
  story.say(alice, 'two')
  expect(story.msUntil(() => story.shows(bob, 'one', 'two'), SOON_MS)).toBeLessThan(SOON_MS)
  expect(story.groupOf(bob)?.unreadable).toEqual([])
})
