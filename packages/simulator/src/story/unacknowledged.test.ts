/** What a device cannot ask for, because it does not know of it, its author sends again unasked (PROTOCOL §3). */
import { LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const SOON_MS = 10_000

async function threeApart(): Promise<{ story: Story; alice: Person; bob: Person; carol: Person }> {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  return { story, alice, bob, carol }
}

/** Alice begins an epoch and writes in it. Bob acknowledges her new key. */
function goOn(story: Story, alice: Person, carol: Person): void {
  story.remove(alice, carol)
  story.say(alice, 'two')
}

it('a key that was lost with its send capability is repaired when a later one is acknowledged', async () => {
  const { story, alice, bob, carol } = await threeApart()
  const found = [story.lose(relayed('letter', alice, bob)), story.lose(relayed('envelope', alice, bob))]
  story.say(alice, 'one')
  story.pass(SOON_MS)
  for (const each of found) each()
  goOn(story, alice, carol)
  expect(story.msUntil(() => story.shows(bob, 'one', 'two'), SOON_MS)).toBeLessThan(SOON_MS)
  expect(story.texts(bob)).toEqual(['one', 'two'])
})

it('a message that a device with its key has not opened for long is repaired then too', async () => {
  const { story, alice, bob, carol } = await threeApart()
  const found = story.lose(relayed('envelope', alice, bob))
  story.say(alice, 'one')
  story.pass(LIMITS.undeliveredMs)
  found()
  goOn(story, alice, carol)
  expect(story.msUntil(() => story.shows(bob, 'one', 'two'), SOON_MS)).toBeLessThan(SOON_MS)
})

/** Alice and Bob are connected, and no copy of a message reaches him: no device keeps one any more. */
async function twoTogether(): Promise<{ story: Story; alice: Person; bob: Person; stopLetters: () => () => void }> {
  const story = await beginStory({ direct: true })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  expect(story.isConnected(alice)).toBe(true)
  story.lose(({ what, to }) => to === bob && (what === 'relayed envelope' || what === 'gossip' || what === 'envelopes'))
  const stopLetters = () => story.lose(({ what, to }) => to === bob && (what === 'relayed letter' || what === 'letter'))
  return { story, alice, bob, stopLetters }
}

it('a connected device that does not acknowledge a key is soon sent what was sealed under it', async () => {
  const { story, alice, bob, stopLetters } = await twoTogether()
  const found = stopLetters()
  story.say(alice, 'one')
  story.pass(SOON_MS)
  found()
  const withinMs = 3 * LIMITS.reconcileMs
  expect(story.msUntil(() => story.shows(bob, 'one'), withinMs)).toBeLessThan(withinMs)
  expect(story.messages(bob).map(({ resent }) => resent)).toEqual([true])
})

it('a connected device that has a key and does not open a message for long is sent it', async () => {
  const { story, alice, bob } = await twoTogether()
  story.say(alice, 'one')
  story.pass(LIMITS.undeliveredMs)
  expect(story.texts(bob)).toEqual([])
  const withinMs = 2 * LIMITS.reconcileMs
  expect(story.msUntil(() => story.shows(bob, 'one'), withinMs)).toBeLessThan(withinMs)
})

it('what was sent unasked three times, and lost, takes nothing from a later message under the same key', async () => {
  const { story, alice, bob, stopLetters } = await twoTogether()
  const found = stopLetters()
  story.say(alice, 'one')
  story.pass(6 * LIMITS.reconcileMs)
  found()
  story.say(alice, 'two')
  const withinMs = 3 * LIMITS.reconcileMs
  expect(story.msUntil(() => story.shows(bob, 'two'), withinMs)).toBeLessThan(withinMs)
  expect(story.texts(bob)).toEqual(['two'])
  // The first is not given up.
  expect(story.msUntil(() => story.shows(bob, 'one'), 2 * LIMITS.resendAgainMs)).toBeLessThan(2 * LIMITS.resendAgainMs)
})
