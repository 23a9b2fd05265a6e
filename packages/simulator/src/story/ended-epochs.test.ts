/** Messages and secrets of an epoch that ended, or that only some members had, arrive all the same (PROTOCOL §6, §7). */
import { expect, it } from 'vitest'
import { beginStory, relayed } from './story.ts'

const SOON_MS = 10_000

it('messages sealed in one of two concurrent epochs are read by members that were in the other', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave')]
  story.gather(alice, bob, carol, dave)
  story.ask(alice, { kind: 'setRole', group: story.group, account: bob.account, role: 'admin' })
  story.pass(20_000)
  // Neither learns of the other's removal before both have written.
  const told = (['operation', 'letter'] as const).flatMap((about) => [story.holdBack(relayed(about, alice, bob)), story.holdBack(relayed(about, bob, alice))])
  story.remove(alice, carol)
  story.remove(bob, dave)
  story.say(alice, 'from Alice')
  story.say(bob, 'from Bob')
  story.pass(1_000)
  expect([story.texts(alice), story.texts(bob)]).toEqual([['from Alice'], ['from Bob']])
  for (const each of told) each()
  expect(story.msUntil(() => story.shows(alice, 'from Bob') && story.shows(bob, 'from Alice'), SOON_MS)).toBeLessThan(SOON_MS)
  // As they were sealed, and not on request.
  for (const each of [alice, bob]) expect(story.messages(each).map(({ resent }) => resent)).toEqual([false, false])
  expect(story.groupOf(alice)?.security.epoch).toBe(story.groupOf(bob)?.security.epoch)
})

it('members who are connected compare an epoch that has just ended', async () => {
  const story = await beginStory({ direct: true })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  expect(story.isConnected(alice)).toBe(true)
  const found = story.lose(({ what, to }) => to === bob && (what === 'relayed envelope' || what === 'gossip' || what === 'envelopes'))
  story.say(alice, 'one')
  story.remove(alice, carol)
  story.pass(1_000)
  found()
  expect(story.texts(bob)).toEqual([])
  const withinMs = 3 * 60_000
  expect(story.msUntil(() => story.shows(bob, 'one'), withinMs)).toBeLessThan(withinMs)
  expect(story.messages(bob).map(({ resent }) => resent)).toEqual([false])
})
