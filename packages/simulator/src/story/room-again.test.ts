/** A device waits for the relay's word that a full inbox has room, and does not ask again and again (PROTOCOL §8.57, §8.58). */
import { OUTBOX } from '@sotto/core/inside'
import { decode, mailboxRequest } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 5_000
const HOUR_MS = 3_600_000
const HOURS = 10
/** So few letters of one device wait in an inbox. */
const ROOM = 4

/** How many records a person has asked a relay to take. */
function appendsOf(story: Story, person: Person): () => number {
  let count = 0
  const perform = story.network.perform.bind(story.network)
  story.network.perform = (by, effect) => {
    if (by === person && effect.kind === 'sendRelayFrame' && isStored(effect.frame)) count++
    perform(by, effect)
  }
  return () => count
}

function isStored(frame: Uint8Array): boolean {
  const asked = decode(mailboxRequest, frame)
  return asked?.kind === 'append' && asked.class === 'stored'
}

const lettersOf = (person: Person): number => person.rows.scan(OUTBOX).filter(({ value }) => value.about.kind === 'letter').length

/** Alice and Bob in a small group that is sealed for each device, so that each message is a letter; Bob is off, and his inbox is full. */
async function fullInbox() {
  const story = await beginStory({ direct: false, machine: { newGroupCipher: 'pairwise' }, relayLimits: { capabilityRecords: ROOM } })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  story.say(alice, 'hello')
  story.pass(20_000)
  bob.stop()
  const texts = Array.from({ length: 3 * ROOM }, (_, i) => `waits ${i}`)
  for (const text of texts) story.say(alice, text)
  story.pass(SOON_MS)
  expect(lettersOf(alice)).toBeGreaterThan(ROOM)
  return { story, alice, bob, texts, waiting: lettersOf(alice) }
}

it('what waits for a full inbox leaves as soon as its owner has read it', async () => {
  const { story, alice, bob, texts } = await fullInbox()
  bob.start()
  expect(story.msUntil(() => story.shows(bob, ...texts), SOON_MS)).toBeLessThan(SOON_MS)
  expect(story.msUntil(() => lettersOf(alice) === 0, SOON_MS)).toBeLessThan(SOON_MS)
})

it('until then one of them is tried from time to time, and not all', async () => {
  const { story, alice, waiting } = await fullInbox()
  const appends = appendsOf(story, alice)
  story.pass(HOURS * HOUR_MS)
  const tried = appends()
  expect(lettersOf(alice)).toBeGreaterThanOrEqual(waiting)
  // One each five minutes, as the relay asks; and what is for the group's mailbox.
  expect(tried).toBeLessThan(12 * HOURS + waiting)
})

it('after a new connection it is found that there is room, though the relay forgot who waited', async () => {
  const { story, alice, bob, texts } = await fullInbox()
  story.network.restartRelay(0, 1_000, false)
  bob.start()
  expect(story.msUntil(() => story.shows(bob, ...texts), 4 * SOON_MS)).toBeLessThan(4 * SOON_MS)
  expect(story.msUntil(() => lettersOf(alice) === 0, SOON_MS)).toBeLessThan(SOON_MS)
})

it('and after a start of the device that waits', async () => {
  const { story, alice, bob, texts } = await fullInbox()
  alice.stop()
  bob.start()
  story.pass(SOON_MS)
  alice.start()
  expect(story.msUntil(() => story.shows(bob, ...texts), 2 * SOON_MS)).toBeLessThan(2 * SOON_MS)
})
