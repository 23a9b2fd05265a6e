/** If a removed or departed member may know an epoch's secret, the next sender begins another epoch first (PROTOCOL §6). */
import { toBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const SOON_MS = 10_000

const epochOf = (story: Story, person: Person): string => story.groupOf(person)?.security.epoch ?? ''

/** The epochs in which a person's shown messages were sealed. */
const sealedIn = (story: Story, person: Person): readonly string[] => story.messages(person).map(({ sealed }) => toBase64url(sealed?.epoch ?? new Uint8Array()))

it('nothing is sealed in an epoch that a member has left since it began', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  const withCarol = epochOf(story, carol)
  story.ask(carol, { kind: 'leaveGroup', group: story.group, successor: null })
  story.pass(SOON_MS)
  // A departure brings no secret. While no member writes, no epoch begins.
  expect([alice, bob].map((each) => [story.groupOf(each)?.members.length, epochOf(story, each)])).toEqual([
    [2, withCarol],
    [2, withCarol],
  ])
  story.say(alice, 'one')
  expect(story.msUntil(() => story.shows(bob, 'one'), SOON_MS)).toBeLessThan(SOON_MS)
  story.say(bob, 'two')
  expect(story.msUntil(() => story.shows(alice, 'two'), SOON_MS)).toBeLessThan(SOON_MS)
  // Once: the second finds the epoch that the first began.
  const without = epochOf(story, alice)
  expect(without).not.toBe(withCarol)
  expect([alice, bob].map((each) => sealedIn(story, each))).toEqual([
    [without, without],
    [without, without],
  ])
})

it('nothing is sealed in an epoch of two concurrent removals', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave')]
  story.gather(alice, bob, carol, dave)
  story.ask(alice, { kind: 'setRole', group: story.group, account: bob.account, role: 'admin' })
  story.pass(SOON_MS)
  // Each gives the secret of its removal to the member that the other removes: together the two removed members have both.
  const told = (['operation', 'letter'] as const).flatMap((about) => [story.holdBack(relayed(about, alice, bob)), story.holdBack(relayed(about, bob, alice))])
  story.remove(alice, carol)
  story.remove(bob, dave)
  story.pass(1_000)
  for (const each of told) each()
  story.pass(SOON_MS)
  const ofBoth = epochOf(story, alice)
  expect(ofBoth).not.toBe('')
  expect(epochOf(story, bob)).toBe(ofBoth)
  story.say(bob, 'one')
  expect(story.msUntil(() => story.shows(alice, 'one'), SOON_MS)).toBeLessThan(SOON_MS)
  expect(epochOf(story, alice)).not.toBe(ofBoth)
  expect([alice, bob].map((each) => sealedIn(story, each))).toEqual([[epochOf(story, alice)], [epochOf(story, bob)]])
})
