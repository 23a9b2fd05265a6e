/** What an epoch's mailbox did not take goes into the next epoch's, sealed for that epoch's members (PROTOCOL §6, §7). */
import { EPOCH } from '@sotto/core/inside'
import { LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 10_000
const MINUTE = 60_000

const epochOf = (story: Story, person: Person): string => story.groupOf(person)?.security.epoch ?? ''

/** The people who could read an own message. */
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

it('a message that had not left at a removal is resealed, and not for the removed member', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  const emptied = story.refuse((by, about) => by === bob && about === 'envelope')
  story.say(bob, 'not for Carol')
  story.pass(1_000)
  expect(readersOf(story, bob, 'not for Carol')).toEqual(['Alice', 'Bob', 'Carol'])
  story.remove(alice, carol)
  story.pass(5_000)
  emptied()
  expect(story.msUntil(() => story.shows(alice, 'not for Carol'), SOON_MS)).toBeLessThan(SOON_MS)
  expect(readersOf(story, bob, 'not for Carol')).toEqual(['Alice', 'Bob'])
  // Nor does its first envelope leave later.
  story.pass(60_000)
  expect(story.heard.filter(({ what, by, to }) => what === 'relayed envelope' && by === bob && to === alice)).toHaveLength(1)
})

it('a message that had arrived and is resealed all the same is one message, and counts as one', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  // Bob learns neither that the relay has it nor that any member does.
  const found = story.lose(({ what, to }) => to === bob && (what === 'stored' || what === 'relayed letter'))
  story.say(bob, 'one')
  expect(story.msUntil(() => story.shows(alice, 'one'), SOON_MS)).toBeLessThan(SOON_MS)
  const [first] = story.messages(bob)
  expect(first?.state).toBe('sending')
  found()
  story.remove(alice, carol)
  expect(story.msUntil(() => story.messages(bob)[0]?.state === 'delivered', SOON_MS)).toBeLessThan(SOON_MS)
  expect(story.messages(bob)[0]?.sealed?.epoch).not.toEqual(first?.sealed?.epoch)
  expect(story.texts(alice)).toEqual(['one'])
  expect(story.groupOf(alice)?.unread).toBe(1)
})

it('a message that waited for its key and was resealed does not stay unreadable', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  // Every start uses a new key. No member gets this one, and Bob learns nothing of it.
  bob.stop()
  bob.start()
  story.pass(SOON_MS)
  const found = story.lose(({ what, by, to }) => (to === bob && what === 'stored') || ([by, to].includes(bob) && what === 'relayed letter'))
  story.say(bob, 'one')
  expect(story.msUntil(() => (story.groupOf(alice)?.unreadable.length ?? 0) > 0, SOON_MS)).toBeLessThan(SOON_MS)
  found()
  story.remove(alice, carol)
  expect(story.msUntil(() => story.shows(alice, 'one'), SOON_MS)).toBeLessThan(SOON_MS)
  expect(story.groupOf(alice)?.unreadable).toEqual([])
})

it('a full mailbox is answered with another epoch, at once', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  const full = epochOf(story, alice)
  story.refuse((by, about) => about === 'envelope' && epochOf(story, by) === full)
  story.say(alice, 'is there room?')
  expect(story.msUntil(() => story.shows(bob, 'is there room?'), 2 * SOON_MS)).toBeLessThan(2 * SOON_MS)
  expect(epochOf(story, bob)).not.toBe(full)
})

it('a relay that calls every mailbox full makes a group begin few epochs', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  // One may be over within a moment, and has a row all the same.
  const began = (): number => alice.rows.scan(EPOCH, story.group).length
  const earlier = began() - 1
  const hasRoom = story.refuse((_, about) => about === 'envelope')
  story.say(alice, 'is there room?')
  // The first of them began when the two met, less than a minute ago.
  story.pass(LIMITS.mailboxFullWithinMs - MINUTE)
  expect(began() - earlier).toBe(LIMITS.mailboxFullEpochs)
  story.pass(LIMITS.mailboxFullWithinMs)
  expect(began() - earlier).toBeGreaterThan(LIMITS.mailboxFullEpochs)
  expect(began() - earlier).toBeLessThanOrEqual(2 * LIMITS.mailboxFullEpochs)
  hasRoom()
  expect(story.msUntil(() => story.shows(bob, 'is there room?'), LIMITS.mailboxFullWithinMs + SOON_MS)).toBeLessThan(LIMITS.mailboxFullWithinMs)
})
