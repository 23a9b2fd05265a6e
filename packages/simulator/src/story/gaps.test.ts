/** Missing keys and messages, where later ones show that they exist (PROTOCOL §3, missing keys and gaps). */
import { LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, relayed } from './story.ts'

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
