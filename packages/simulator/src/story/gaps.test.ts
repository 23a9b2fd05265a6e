/** Messages that did not come, though others show that they are there (PROTOCOL §3, missing keys and gaps). */
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
  // Every start has a key of its own.
  alice.stop()
  alice.start()
  story.say(alice, 'three')
  story.pass(5_000)
  expect(story.texts(bob)).toEqual(['one', 'three'])
  expect(story.msUntil(() => story.shows(bob, 'two'), SOON_MS)).toBeLessThan(SOON_MS)
})
