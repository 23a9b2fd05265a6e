/** Prekeys that are too old, gone, or somebody else's (PROTOCOL §2). */
import { LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 10_000
const DAY_MS = 86_400_000

async function two({ direct }: { direct: boolean }): Promise<{ story: Story; alice: Person; bob: Person }> {
  const story = await beginStory({ direct })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  return { story, alice, bob }
}

it('whoever comes back after weeks is written to at once: its prekeys are made and published anew', async () => {
  const { story, alice, bob } = await two({ direct: false })
  for (const each of [alice, bob]) each.stop()
  story.pass(LIMITS.signedPreKeyRefuseMs + DAY_MS)
  for (const each of [bob, alice]) each.start()
  story.say(alice, 'still there?')
  expect(story.msUntil(() => story.shows(bob, 'still there?'), 2 * SOON_MS)).toBeLessThan(2 * SOON_MS)
})

it('whoever is there for a week publishes new prekeys, and is written to when it is away', async () => {
  const { story, alice, bob } = await two({ direct: false })
  alice.stop()
  story.pass(LIMITS.signedPreKeyRotateMs + DAY_MS)
  bob.stop()
  // Its first ones are too old by now.
  story.pass(LIMITS.signedPreKeyRotateMs)
  alice.start()
  story.say(alice, 'for when you are back')
  story.pass(SOON_MS)
  alice.stop()
  bob.start()
  expect(story.msUntil(() => story.shows(bob, 'for when you are back'), SOON_MS)).toBeLessThan(SOON_MS)
})

it('a letter that waited while the prekeys that it names were replaced is opened', async () => {
  const { story, alice, bob } = await two({ direct: false })
  for (const each of [alice, bob]) each.stop()
  story.pass(LIMITS.signedPreKeyRefuseMs - DAY_MS)
  alice.start()
  story.say(alice, 'for when you are back')
  story.pass(SOON_MS)
  alice.stop()
  story.pass(DAY_MS)
  bob.start()
  expect(story.msUntil(() => story.shows(bob, 'for when you are back'), SOON_MS)).toBeLessThan(SOON_MS)
})

it('whoever is connected gives its prekeys itself where the relay has none', async () => {
  const { story, alice, bob } = await two({ direct: true })
  story.lose(({ what }) => what === 'keys')
  // Every start has sessions of its own.
  alice.stop()
  alice.start()
  const isConnected = (): boolean => story.groupOf(alice)?.members.some(({ connection }) => connection !== 'offline') === true
  expect(story.msUntil(isConnected, SOON_MS)).toBeLessThan(SOON_MS)
  story.say(alice, 'to you alone')
  expect(story.msUntil(() => story.shows(bob, 'to you alone'), 2 * SOON_MS)).toBeLessThan(2 * SOON_MS)
})
