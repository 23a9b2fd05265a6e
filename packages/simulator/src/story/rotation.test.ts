/** Keys, epochs and sessions that have been in use for long enough (PROTOCOL §2, §3, §6). */
import { CONTACT, EPOCH, THEIR_KEY } from '@sotto/core/inside'
import { LIMITS, toBase64url } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 5_000
const DAY_MS = 86_400_000

async function two(): Promise<{ story: Story; alice: Person; bob: Person }> {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  return { story, alice, bob }
}

/** How many keys a person's messages were sealed under. */
const keysOf = (story: Story, person: Person): number => new Set(story.messages(person).map(({ sealed }) => sealed?.keyId)).size

it('a key seals a hundred messages', async () => {
  const { story, alice, bob } = await two()
  const texts = Array.from({ length: LIMITS.rotateAfterMessages }, (_, i) => `message ${i}`)
  story.say(alice, ...texts)
  expect(keysOf(story, alice)).toBe(1)
  story.say(alice, 'one more')
  expect(keysOf(story, alice)).toBe(2)
  expect(story.msUntil(() => story.shows(bob, ...texts, 'one more'), SOON_MS)).toBeLessThan(SOON_MS)
})

it('a key seals for a day', async () => {
  const { story, alice, bob } = await two()
  bob.stop()
  story.say(alice, 'one')
  story.pass(LIMITS.rotateAfterMs)
  story.say(alice, 'two')
  expect(keysOf(story, alice)).toBe(2)
})

it('a session that carried three keys and heard nothing is opened again', async () => {
  const { story, alice, bob } = await two()
  story.say(alice, 'one')
  story.pass(SOON_MS)
  bob.stop()
  const sessionOf = (): string => toBase64url(alice.rows.get(CONTACT, toBase64url(bob.device))?.sessions?.sessions[0]?.id ?? new Uint8Array())
  const before = sessionOf()
  const sessions: boolean[] = []
  for (let day = 1; day <= LIMITS.distributionsWithoutTurn + 1; day++) {
    story.pass(DAY_MS)
    story.say(alice, `day ${day}`)
    story.pass(SOON_MS)
    sessions.push(sessionOf() === before)
  }
  expect(sessions).toEqual([true, true, true, false])
})

it('an epoch ends after thirty days, and its rows are forgotten thirty days after its end', async () => {
  const { story, alice, bob } = await two()
  const epochOf = (person: Person): string => story.groupOf(person)?.security.epoch ?? ''
  const comeBackAfter = (ms: number): void => {
    for (const each of [alice, bob]) each.stop()
    story.pass(ms + DAY_MS)
    for (const each of [alice, bob]) each.start()
    story.pass(60_000)
  }
  story.say(alice, 'one')
  story.pass(SOON_MS)
  const first = epochOf(alice)
  comeBackAfter(LIMITS.epochMs)
  expect(epochOf(alice)).not.toBe(first)
  expect(epochOf(bob)).toBe(epochOf(alice))
  expect([bob.rows.get(EPOCH, story.group, first) !== undefined, bob.rows.scan(THEIR_KEY, story.group, first).length]).toEqual([true, 1])
  comeBackAfter(LIMITS.retentionMs)
  expect([bob.rows.get(EPOCH, story.group, first) !== undefined, bob.rows.scan(THEIR_KEY, story.group, first).length]).toEqual([false, 0])
  expect(story.texts(bob)).toEqual(['one'])
})

it('the security of a group says when this device moved to its keys, whatever other clocks say', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  const sinceMs = (person: Person): number => story.groupOf(person)?.security.epochSinceMs ?? 0
  const joinedMs = sinceMs(bob)
  expect(story.nowMs - joinedMs).toBeLessThan(60_000)
  bob.stop()
  story.pass(60_000)
  story.ask(alice, { kind: 'removeMember', group: story.group, account: carol.account })
  const removedMs = story.nowMs
  story.pass(DAY_MS)
  bob.start()
  story.pass(SOON_MS)
  expect(removedMs - sinceMs(alice)).toBeLessThan(SOON_MS)
  // He learnt of it a day later, and nobody's word for an earlier moment is shown.
  expect(sinceMs(bob) - removedMs).toBeGreaterThanOrEqual(DAY_MS)
})
