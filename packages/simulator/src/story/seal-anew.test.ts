/** What an epoch's mailbox did not take goes into the next epoch's, sealed for those who are in it (PROTOCOL §6, §7). */
import { LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 10_000

const epochOf = (story: Story, person: Person): string => story.groupOf(person)?.security.epoch ?? ''

/** Who could read a message of one's own. */
function readersOf(story: Story, person: Person, text: string): readonly string[] {
  let readers: readonly string[] = []
  story.ask(person, { kind: 'readMessages', group: story.group, before: null, limit: 100 }, ({ messages = [] }) => {
    const message = messages.find(({ body }) => body.kind === 'text' && body.text === text)?.id ?? ''
    person.request({ kind: 'messageDetails', group: story.group, message }, (reply) => {
      readers = reply.ok ? (reply.value.details?.readers.map(({ name }) => name) ?? []) : []
    })
  })
  story.pass(1_000)
  return readers.toSorted()
}

it('what had not left when somebody was removed is sealed anew, and not for whoever is out', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  const emptied = story.refuse((by, about) => by === bob && about === 'envelope')
  story.say(bob, 'not for Carol')
  story.pass(1_000)
  expect(readersOf(story, bob, 'not for Carol')).toEqual(['Alice', 'Bob', 'Carol'])
  emptied()
  story.remove(alice, carol)
  expect(story.msUntil(() => story.shows(alice, 'not for Carol'), SOON_MS)).toBeLessThan(SOON_MS)
  expect(readersOf(story, bob, 'not for Carol')).toEqual(['Alice', 'Bob'])
  // Nor does its first envelope leave later.
  story.pass(60_000)
  expect(story.heard.filter(({ what, by, to }) => what === 'relayed envelope' && by === bob && to === alice)).toHaveLength(1)
})

it('a mailbox that is full for long is answered with another epoch', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  story.pass(LIMITS.crowdedEpochMs)
  const full = epochOf(story, alice)
  story.refuse((by, about) => about === 'envelope' && epochOf(story, by) === full)
  story.say(alice, 'is there room?')
  const withinMs = 120_000
  expect(story.msUntil(() => story.shows(bob, 'is there room?'), withinMs)).toBeLessThan(withinMs)
  expect(epochOf(story, bob)).not.toBe(full)
})
