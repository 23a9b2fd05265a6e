/** Missing keys and messages, where later ones show that they exist (PROTOCOL §3, missing keys and gaps). */
import { EPOCH, GROUP, OWN_KEY, TOPIC } from '@sotto/core/inside'
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

/** Envelopes with the tag of a person's device under the keys that it will make next, in the places of their first messages. */
function madeUpFor(story: Story, whom: Person): readonly Uint8Array[] {
  const row = whom.rows.get(GROUP, story.group)
  const own = whom.rows.get(OWN_KEY, story.group)
  const epoch = row?.epoch ?? null
  const secret = epoch === null ? undefined : whom.rows.get(EPOCH, story.group, toBase64url(epoch))?.secret
  if (own === undefined || epoch === null || secret === undefined) throw new Error('no key')
  const provider = { primitives: story.primitives, random: story.random.bytes }
  return [1, 2, 3].map((later) => {
    const place = { group: fromBase64url(story.group) as GroupId, epoch, account: fromBase64url(whom.account) as AccountId, device: whom.device }
    const key = createOwnSenderKey(provider, { ...place, keyId: ownContext(own.key).keyId + later, frontier: [] })
    return sealMessage(story.primitives, deriveEpochKeys(story.primitives, secret), key, story.random.bytes(20)).envelope
  })
}

it.each([
  ['comes', false],
  ['is lost, and comes when it is asked for', true],
])('what a member made up in the place of a message that is to come does not keep that from being shown: it %s', async (_how, isLost) => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  story.say(alice, 'zero')
  story.pass(5_000)
  const topic = bob.rows.scan(TOPIC)[0]?.key[0] ?? ''
  for (const data of madeUpFor(story, alice)) bob.deliver({ kind: 'gossipReceived', topic, data })
  // Alice says that there is no such message.
  story.pass(SOON_MS)
  alice.stop()
  alice.start()
  const found = isLost ? story.lose(relayed('envelope', alice, bob)) : () => {}
  story.say(alice, 'one')
  story.pass(1_000)
  found()
  story.say(alice, 'two')
  expect(story.msUntil(() => story.shows(bob, 'one', 'two'), SOON_MS)).toBeLessThan(SOON_MS)
  expect(story.groupOf(bob)?.unreadable).toEqual([])
})
