/** What no device could provide is shown as that, and asked for again when its author is heard (PROTOCOL §3). */
import { expect, it } from 'vitest'
import { beginStory, relayed } from './story.ts'

const SOON_MS = 20_000
const HOUR_MS = 3_600_000

it('messages of an absent author under a missing key are asked for when the author is back', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  const lost = [story.lose(relayed('letter', alice, bob)), story.lose(relayed('letter', bob, alice))]
  story.say(alice, 'one')
  story.pass(500)
  alice.stop()
  story.pass(2 * HOUR_MS)
  expect(story.groupOf(bob)?.unreadable).toEqual([{ cause: 'senderUnreachable', count: 1, repairing: false }])
  // His requests while she was away are lost too.
  alice.start()
  story.pass(SOON_MS)
  for (const each of lost) each()
  // Alice reports only that she has this.
  story.say(bob, 'two')
  expect(story.msUntil(() => story.shows(bob, 'one'), SOON_MS)).toBeLessThan(SOON_MS)
  expect(story.groupOf(bob)?.unreadable).toEqual([])
})
