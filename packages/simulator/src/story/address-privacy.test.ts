/** A group that keeps addresses private: its members' devices never connect directly, whatever else they share (PROTOCOL §7.60). */
import { PEER } from '@sotto/core/inside'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 20_000

const isDirectTo = (one: Person, other: Person): boolean => one.rows.get(PEER, other.peerId)?.path === 'direct'
const isConnectedTo = (one: Person, other: Person): boolean => one.rows.get(PEER, other.peerId) !== undefined

/** Another group of Alice's; the story is about that one from now on. */
function another(story: Story, alice: Person, ...others: readonly Person[]): string {
  story.ask(alice, { kind: 'createGroup', title: 'Choir' }, ({ group = '' }) => (story.group = group))
  story.ask(alice, { kind: 'createInvite', group: story.group }, ({ invite = '' }) => (story.invite = invite))
  for (const each of others) story.join(each)
  return story.group
}

const hide = (story: Story, admin: Person, group: string, isOn = true): void => {
  story.ask(admin, { kind: 'setAddressPrivacy', group, isOn })
  story.pass(SOON_MS)
}

it('from the first moment on none allows another to learn its address, and messages arrive', async () => {
  const story = await beginStory({ direct: true })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  another(story, alice)
  hide(story, alice, story.group)
  for (const each of [bob, carol]) story.join(each)
  story.say(bob, 'hello')
  story.pass(SOON_MS)
  for (const each of [alice, carol]) expect(story.shows(each, 'hello')).toBe(true)
  for (const each of [alice, bob, carol]) expect(story.network.everAllowedBy(each)).toEqual([])
  expect(isConnectedTo(alice, bob)).toBe(true)
})

it('a group that has direct connections loses them, and gets them back', async () => {
  const story = await beginStory({ direct: true })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  expect(isDirectTo(alice, bob)).toBe(true)
  hide(story, alice, story.group)
  for (const [one, other] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    expect(story.network.allowedBy(one)).toEqual([])
    // They met again through the relay.
    expect([isConnectedTo(one, other), isDirectTo(one, other)]).toEqual([true, false])
    expect(story.groupOf(one)?.isAddressPrivate).toBe(true)
  }
  story.say(bob, 'still here')
  story.pass(SOON_MS)
  expect(story.shows(alice, 'still here')).toBe(true)
  hide(story, alice, story.group, false)
  expect(story.network.allowedBy(alice)).toEqual([bob.peerId])
})

it('of two groups that people share the private one wins, and others of the open group connect as ever', async () => {
  const story = await beginStory({ direct: true })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  expect(isDirectTo(alice, bob)).toBe(true)
  const choir = another(story, alice, bob)
  hide(story, alice, choir)
  expect([isDirectTo(alice, bob), isDirectTo(bob, alice)]).toEqual([false, false])
  expect([isDirectTo(alice, carol), isDirectTo(bob, carol)]).toEqual([true, true])
  // It ends with the last such group.
  story.ask(bob, { kind: 'leaveGroup', group: choir, successor: null })
  story.pass(2 * SOON_MS)
  expect(story.network.allowedBy(alice).toSorted()).toEqual([bob.peerId, carol.peerId].toSorted())
  expect(story.network.allowedBy(bob).toSorted()).toEqual([alice.peerId, carol.peerId].toSorted())
})
