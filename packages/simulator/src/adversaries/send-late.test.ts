/** From when on what a removed member seals is late: what I10 is held against. */
import { expect, it } from 'vitest'
import { mayCount } from '../invariants.ts'
import { beginStory } from '../story/story.ts'

const SOON_MS = 20_000

it('is late when each member knows of its removal, and not while one has yet to hear of its admission', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave')]
  story.gather(alice, bob)
  const counting = (): readonly boolean[] => [alice, bob, dave].map((each) => mayCount(each, story.group, carol))
  bob.stop()
  story.join(carol)
  story.pass(SOON_MS)
  // Dave is not in the group.
  expect(counting()).toEqual([true, true, false])
  story.remove(alice, carol)
  story.pass(SOON_MS)
  expect(counting()).toEqual([false, true, false])
  bob.start()
  story.pass(SOON_MS)
  expect(counting()).toEqual([false, false, false])
})
