/** Messages that had not left when their author was removed or left the group (PROTOCOL §7). */
import { messageRecord, OUTBOX, PENDING_MESSAGE, SENT } from '@sotto/core/inside'
import { decode } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 10_000

async function two(): Promise<{ story: Story; alice: Person; bob: Person }> {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  story.say(bob, 'in time')
  story.pass(SOON_MS)
  return { story, alice, bob }
}

const statesOf = (story: Story, person: Person): readonly string[] =>
  story.messages(person).map(({ body, state }) => `${body.kind === 'text' ? body.text : ''}: ${state}`)

const hasNothingToSend = (story: Story, person: Person): boolean =>
  person.rows.scan(PENDING_MESSAGE, story.group).length === 0 &&
  person.rows.scan(SENT, story.group).length === 0 &&
  !person.rows.scan(OUTBOX).some(({ value }) => value.about.kind === 'envelope')

it('a member that is removed while it writes offline is told that the message was not sent, and keeps text and draft, also when it returns', async () => {
  const { story, alice, bob } = await two()
  story.network.partition([bob], true)
  story.pass(SOON_MS)
  story.say(bob, 'sealed or not', 'and another')
  story.ask(bob, { kind: 'setDraft', group: story.group, text: 'half a sent' })
  story.remove(alice, bob)
  story.pass(SOON_MS)
  story.network.heal()
  story.msUntil(() => story.groupOf(bob)?.state === 'removed', 120_000)
  const states = ['in time: delivered', 'sealed or not: notSentRemoved', 'and another: notSentRemoved']
  expect(statesOf(story, bob)).toEqual(states)
  expect(story.groupOf(bob)?.draft).toBe('half a sent')
  expect(hasNothingToSend(story, bob)).toBe(true)
  const [, written] = bob.readHistory(`messages/${story.group}`).filter(({ value }) => decode(messageRecord, value)?.own === true)
  story.ask(bob, { kind: 'messageDetails', group: story.group, message: written?.id ?? '' }, ({ details }) => expect(details?.readers).toEqual([]))

  story.ask(alice, { kind: 'createInvite', group: story.group }, ({ invite }) => (story.invite = invite ?? ''))
  story.join(bob)
  story.pass(SOON_MS)
  expect(statesOf(story, bob)).toEqual(states)
  expect(story.groupOf(bob)?.draft).toBe('half a sent')
  expect(story.texts(alice)).toEqual(['in time'])
})

it('a departed member is told which messages were not sent', async () => {
  const { story, alice, bob } = await two()
  story.network.partition([bob], true)
  story.pass(SOON_MS)
  story.say(bob, 'too late')
  story.ask(bob, { kind: 'leaveGroup', group: story.group, successor: null })
  story.network.heal()
  story.pass(60_000)
  expect(statesOf(story, bob)).toEqual(['in time: delivered', 'too late: notSentLeft'])
  expect(hasNothingToSend(story, bob)).toBe(true)
  expect(story.texts(alice)).toEqual(['in time'])
})
