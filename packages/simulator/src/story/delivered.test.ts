/** What an author is told about a message (PROTOCOL §7). */
import { expect, it } from 'vitest'
import { beginStory, relayed } from './story.ts'

const SOON_MS = 5_000

it('a message is delivered when a device of every other member has opened it, and sent before that', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  const stateOf = (): string | undefined => story.messages(alice)[0]?.state
  const full = story.refuse((by, about) => by === alice && about === 'envelope')
  story.say(alice, 'one')
  story.pass(SOON_MS)
  expect(stateOf()).toBe('sending')
  full()
  const release = story.holdBack(relayed('envelope', alice, carol))
  story.pass(60_000)
  expect([stateOf(), story.texts(bob), story.texts(carol)]).toEqual(['sent', ['one'], []])
  release()
  expect(story.msUntil(() => stateOf() === 'delivered', SOON_MS)).toBeLessThan(SOON_MS)
})
