/** A relay that lost its disk took keys and messages with it, and the devices that lack them do not know (PROTOCOL §3). */
import { LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory } from './story.ts'

const SOON_MS = 10_000

it('a device that asks for a key gets all messages under it that it was meant to read, also unknown ones', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  bob.stop()
  story.say(alice, 'one', 'two')
  story.pass(SOON_MS)
  story.network.restartRelay(0, 1_000, true)
  story.pass(SOON_MS)
  story.say(alice, 'three')
  story.pass(SOON_MS)
  bob.start()
  expect(story.msUntil(() => story.shows(bob, 'three'), SOON_MS)).toBeLessThan(SOON_MS)
  expect(story.msUntil(() => story.shows(bob, 'one', 'two'), 3 * SOON_MS)).toBeLessThan(3 * SOON_MS)
  expect(story.texts(bob)).toEqual(['one', 'two', 'three'])
})

it('a device that returns to a relay that lost everything is sent it when it is heard, although no member writes any more', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  bob.stop()
  story.say(alice, 'one')
  story.pass(SOON_MS)
  story.network.restartRelay(0, 1_000, true)
  story.pass(SOON_MS)
  bob.start()
  story.say(bob, 'hello')
  const withinMs = 3 * LIMITS.reconcileMs
  expect(story.msUntil(() => story.shows(bob, 'one'), withinMs)).toBeLessThan(withinMs)
  expect(story.texts(bob)).toEqual(['one', 'hello'])
})
