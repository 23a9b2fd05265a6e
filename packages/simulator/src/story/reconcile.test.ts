/** Connected members tell each other what they have, and each is sent what it lacks, from any author (PROTOCOL §7). */
import { LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory } from './story.ts'

const SOON_MS = 10_000

it('a message that its author can no longer send comes from another member that has it', async () => {
  const story = await beginStory({ direct: true })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  expect(story.isConnected(carol)).toBe(true)
  // Of these messages Carol gets the key and no copy: not from the relay, and none that leaves at once.
  story.lose(({ what, to }) => to === carol && what === 'relayed envelope')
  const found = story.lose(({ what, to }) => to === carol && (what === 'gossip' || what === 'envelopes'))
  story.say(alice, 'one', 'two')
  story.pass(SOON_MS)
  alice.stop()
  found()
  expect([story.texts(bob), story.texts(carol)]).toEqual([['one', 'two'], []])
  const withinMs = 2 * LIMITS.reconcileMs
  expect(story.msUntil(() => story.shows(carol, 'one', 'two'), withinMs)).toBeLessThan(withinMs)
  // As they were sealed.
  expect(story.messages(carol).map(({ resent }) => resent)).toEqual([false, false])
})
