/** A disk may not know what was sealed after it was copied, so no start seals under a key of before (PROTOCOL §9). */
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 10_000

/** Where somebody's messages were sealed, as another was shown them. */
const placesOf = (story: Story, asSeenBy: Person): readonly string[] => story.messages(asSeenBy).map(({ sealed }) => `${sealed?.keyId}/${sealed?.iteration}`)

/** Alice writes, her disk is as it was when `kept` ended, and she writes again. */
async function forgotten(kept: (alice: Person) => void): Promise<void> {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice', { losesAll: true }), story.enter('Bob')]
  story.gather(alice, bob)
  story.say(alice, 'one')
  story.pass(SOON_MS)
  kept(alice)
  story.say(alice, 'two')
  expect(story.msUntil(() => story.shows(bob, 'one', 'two'), SOON_MS)).toBeLessThan(SOON_MS)
  alice.die()
  alice.start()
  expect(story.texts(alice)).toEqual(['one'])
  story.say(alice, 'three')
  expect(story.msUntil(() => story.shows(bob, 'three'), SOON_MS)).toBeLessThan(SOON_MS)
  expect(story.texts(bob)).toEqual(['one', 'two', 'three'])
  expect(new Set(placesOf(story, bob)).size).toBe(3)
}

it('what is sealed after a crash stands in no place of what the disk forgot', async () => {
  await forgotten((alice) => alice.syncDisk())
})

it('what is sealed after a backup was put back stands in no place of what was sealed since', async () => {
  await forgotten((alice) => {
    // In good order: nothing on the disk shows that it is a copy.
    alice.stop()
    alice.start()
  })
})
