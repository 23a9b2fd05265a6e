/** What cannot be opened yet because its sender is unknown is kept, within bounds (PROTOCOL §3). */
import { type ControlMessage, PENDING_BODY, TOPIC, UNKNOWN_SENDER } from '@sotto/core/inside'
import { fromBase64url, type GroupId, LIMITS, type MessageId } from '@sotto/wire'
import { expect, it } from 'vitest'
import { beginStory, relayed } from './story.ts'

const SOON_MS = 10_000

it('what a new member sends before its admission is known is shown when that comes, as it was sent', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol'), story.enter('Dave')]
  story.gather(alice, bob, carol)
  const found = [story.lose(relayed('operation', alice, carol)), story.lose(relayed('joinRequest', dave, carol))]
  // Nor does Dave get to show it to her.
  let letters = 0
  story.lose((passing) => relayed('letter', dave, carol)(passing) && letters++ === 0)
  story.join(dave)
  story.say(dave, 'hello')
  expect(story.msUntil(() => carol.rows.scan(UNKNOWN_SENDER).length === 1, SOON_MS)).toBeLessThan(SOON_MS)
  expect([story.texts(bob), story.texts(carol)]).toEqual([['hello'], []])
  for (const each of found) each()
  // This names heads of the log that Carol does not have.
  story.say(alice, 'welcome')
  expect(story.msUntil(() => story.shows(carol, 'hello'), SOON_MS)).toBeLessThan(SOON_MS)
  // With the key that had come before, and not on request.
  expect(story.messages(carol).map(({ resent }) => resent)).toEqual([false, false])
  expect(carol.rows.scan(UNKNOWN_SENDER)).toEqual([])
})

it('a key that comes before the welcome is there when the new member is', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, dave] = [story.enter('Alice'), story.enter('Bob'), story.enter('Dave')]
  story.gather(alice, bob)
  const welcomed = story.lose(relayed('letter', alice, dave))
  story.ask(dave, { kind: 'join', invite: story.invite })
  story.msUntil(() => story.groupOf(bob)?.members.length === 3, SOON_MS)
  story.say(bob, 'hello, Dave')
  story.pass(5_000)
  welcomed()
  const joinedMs = story.msUntil(() => story.groupOf(dave)?.state === 'member', 60_000)
  expect(joinedMs).toBeLessThan(60_000)
  expect(story.msUntil(() => story.shows(dave, 'hello, Dave'), SOON_MS)).toBeLessThan(SOON_MS)
  expect(story.messages(dave).map(({ resent }) => resent)).toEqual([false])
})

it('envelopes from unknown senders are kept up to a bound', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
  story.gather(alice, bob)
  const topic = bob.rows.scan(TOPIC)[0]?.key[0] ?? ''
  for (let i = 0; i < LIMITS.unknownSenderEnvelopes + 50; i++)
    bob.deliver({ kind: 'gossipReceived', topic, data: Uint8Array.from([1, ...story.random.bytes(255)]) })
  story.pass(SOON_MS)
  expect(bob.rows.scan(UNKNOWN_SENDER)).toHaveLength(LIMITS.unknownSenderEnvelopes)
})

it('control messages of a removed member are kept up to a bound', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, mallory] = [story.enter('Alice'), story.enter('Bob'), story.enter('Mallory')]
  story.gather(alice, bob, mallory)
  story.say(mallory, 'hello')
  story.pass(SOON_MS)
  story.remove(alice, mallory)
  story.pass(SOON_MS)
  const group = fromBase64url(story.group) as GroupId
  const noise: ControlMessage = { kind: 'receipt', group, messages: [story.random.bytes(32) as MessageId] }
  story.slip(
    mallory,
    bob,
    Array.from({ length: 200 }, () => noise),
  )
  story.pass(SOON_MS)
  expect(bob.rows.scan(PENDING_BODY)).toHaveLength(32)
})

it('what waits for its sender keeps the time it came, and is forgotten in time, however often the roster changes', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob, mallory] = [story.enter('Alice'), story.enter('Bob'), story.enter('Mallory')]
  story.gather(alice, bob, mallory)
  story.remove(alice, mallory)
  story.pass(SOON_MS)
  const group = fromBase64url(story.group) as GroupId
  story.slip(mallory, bob, [{ kind: 'receipt', group, messages: [new Uint8Array(32) as MessageId] }])
  story.pass(SOON_MS)
  const before = bob.rows.scan(PENDING_BODY)
  expect(before).toHaveLength(1)
  const account = story.groupOf(alice)?.members.find((each) => each.account === bob.account)?.account ?? ''
  for (const role of ['admin', 'member'] as const) {
    story.ask(alice, { kind: 'setRole', group: story.group, account, role })
    story.pass(SOON_MS)
  }
  expect(bob.rows.scan(PENDING_BODY)).toEqual(before)
  for (const each of [alice, bob, mallory]) each.stop()
  story.pass(LIMITS.retentionMs + 1)
  bob.start()
  story.pass(SOON_MS)
  expect(bob.rows.scan(PENDING_BODY)).toEqual([])
})
