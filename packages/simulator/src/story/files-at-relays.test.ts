/** Files that their authors leave at relays for members who are away (PROTOCOL §14.34 to 14.36). */
import { fileLayout } from '@sotto/blob'
import { CHUNK_JOB, CHUNK_LEAVING, LEFT, OUTBOX, READ_AT, READING } from '@sotto/core/inside'
import { decode, encode, LIMITS, mailboxAnswer, mailboxRequest } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import { isSame, limitUploads, LINE_MS, msUntilWhole, readAll, sendFiles, someBytes, stateOf } from './file-story.ts'
import {
  apart,
  atRelay,
  CHUNK,
  CHUNKS,
  countOf,
  ENOUGH_MS,
  left,
  LENGTH,
  LONG,
  LONG_CHUNKS,
  lyingIn,
  mailboxOf,
  untilLeft,
  watchRelays,
} from './relayed-file-story.ts'
import { beginStory } from './story.ts'

const SOON_MS = 20_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

describe('a file at a relay', () => {
  it('comes though its author and its reader are never there together', async () => {
    const { story, alice, bob, message } = await left()
    expect(atRelay(story, alice)).toBe('left')
    expect(lyingIn(story, story.network.relays[0], mailboxOf(story, alice, message, story.relay(0)))).toBe(CHUNKS)
    alice.stop()
    bob.start()
    const isSeen = (): boolean => story.groupOf(bob)?.coming.some(({ sources, isAtRelay }) => sources === 0 && isAtRelay) === true
    expect(story.msUntil(isSeen, ENOUGH_MS)).toBeLessThan(SOON_MS)
    expect(msUntilWhole(story, message, [bob])).toBeLessThan(ENOUGH_MS)
    expect(isSame(readAll(story, bob, message), someBytes(LENGTH))).toBe(true)
    // Nothing is asked any more.
    expect([...bob.rows.scan(READING), ...bob.rows.scan(READ_AT)]).toEqual([])
  })

  it.each([0, 1, CHUNK, CHUNK + 1])('of %i bytes comes whole', async (length) => {
    const { story, alice, bob, message } = await left(length)
    alice.stop()
    bob.start()
    expect(msUntilWhole(story, message, [bob])).toBeLessThan(ENOUGH_MS)
    expect(isSame(readAll(story, bob, message), someBytes(length))).toBe(true)
  })

  it('is at two relays of its group, and comes from the one that is left', async () => {
    const { story, alice, bob, message } = await left(LENGTH, { relays: 3 })
    const lying = story.network.relays.map((relay, i) => lyingIn(story, relay, mailboxOf(story, alice, message, story.relay(i))))
    expect(lying.toSorted((a, b) => a - b)).toEqual([0, CHUNKS, CHUNKS])
    const ids = story.network.relays.map((_, i) => mailboxOf(story, alice, message, story.relay(i)).join())
    expect(new Set(ids).size).toBe(3)
    alice.stop()
    story.network.killRelay(lying.findIndex((records) => records > 0))
    bob.start()
    expect(msUntilWhole(story, message, [bob])).toBeLessThan(ENOUGH_MS)
    expect(isSame(readAll(story, bob, message), someBytes(LENGTH))).toBe(true)
  })

  it('is not asked for while a member gives it, and is once none does', async () => {
    const story = await beginStory({ direct: true })
    const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
    story.gather(alice, bob)
    const all = watchRelays(story, [alice, bob])
    // Slowly: for longer than members have to say that they have it.
    const line = limitUploads(story)
    const message = sendFiles(story, alice, '', someBytes(LENGTH))
    for (const startMs = story.nowMs; stateOf(story, bob, message) !== 'whole' && story.nowMs < startMs + MINUTE;) {
      story.pass(4 * LINE_MS)
      line()
    }
    expect(stateOf(story, bob, message)).toBe('whole')
    expect(countOf(all, 'subscribe', bob)).toBe(0)
    untilLeft(story, alice)
    story.ask(bob, { kind: 'cancelFile', group: story.group, message, number: 0 })
    story.ask(bob, { kind: 'fetchFile', group: story.group, message, number: 0 })
    alice.stop()
    expect(msUntilWhole(story, message, [bob])).toBeLessThan(ENOUGH_MS)
    expect(countOf(all, 'subscribe', bob)).toBeGreaterThan(0)
    expect(isSame(readAll(story, bob, message), someBytes(LENGTH))).toBe(true)
  })

  it('that a member has again is not read there on', async () => {
    const story = await beginStory({ direct: true })
    const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
    story.gather(alice, bob)
    bob.stop()
    const message = sendFiles(story, alice, '', someBytes(LONG))
    untilLeft(story, alice)
    alice.stop()
    bob.start()
    // The relay's line is slow from the fourth chunk on.
    let number = 0
    const all = watchRelays(story, [alice, bob], (body) => (++number > 3 ? null : body))
    story.msUntil(() => countOf(all, 'pushed') > 3, ENOUGH_MS)
    alice.start()
    expect(story.msUntil(() => bob.rows.scan(READING).length === 0, ENOUGH_MS)).toBeLessThan(MINUTE)
    const pushed = countOf(all, 'pushed')
    expect(pushed).toBeLessThan(LONG_CHUNKS)
    msUntilWhole(story, message, [bob])
    expect(countOf(all, 'pushed')).toBeLessThanOrEqual(pushed + LIMITS.blobPushCredit)
    expect(isSame(readAll(story, bob, message), someBytes(LONG))).toBe(true)
  })
})

describe('an author', () => {
  it('goes on where it was after a stop, and sends nothing again', async () => {
    const { story, people } = await apart(['Alice', 'Bob'])
    const [alice, bob] = people
    bob.stop()
    const all = watchRelays(story, [alice])
    sendFiles(story, alice, '', someBytes(LONG))
    story.msUntil(() => countOf(all, 'appended') > 40, ENOUGH_MS)
    alice.stop()
    const taken = countOf(all, 'appended')
    alice.start()
    untilLeft(story, alice)
    // What was on its way when it stopped goes again.
    expect(countOf(all, 'append')).toBeLessThanOrEqual(LONG_CHUNKS + LIMITS.chunksLeaving)
    expect(countOf(all, 'appended')).toBeGreaterThan(taken)
    expect(atRelay(story, alice)).toBe('left')
  })

  it('goes on after a kill, with few sent again, and with a relay that was killed', async () => {
    const { story, people } = await apart(['Alice', 'Bob'])
    const [alice, bob] = people
    bob.stop()
    const all = watchRelays(story, [alice])
    const message = sendFiles(story, alice, '', someBytes(LONG))
    story.msUntil(() => countOf(all, 'appended') > 40, ENOUGH_MS)
    alice.die()
    story.pass(5_000)
    alice.start()
    story.msUntil(() => countOf(all, 'append') > 50, ENOUGH_MS)
    story.network.restartRelay(0, 3_000, false)
    untilLeft(story, alice)
    expect(countOf(all, 'append')).toBeLessThanOrEqual(LONG_CHUNKS + LIMITS.chunksUnsaved + 2 * LIMITS.chunksLeaving)
    expect(lyingIn(story, story.network.relays[0], mailboxOf(story, alice, message, story.relay(0)))).toBe(LONG_CHUNKS)
    alice.stop()
    bob.start()
    story.ask(bob, { kind: 'setFetchedAtOnce', bytes: LIMITS.fileBytes })
    expect(msUntilWhole(story, message, [bob])).toBeLessThan(ENOUGH_MS)
    expect(isSame(readAll(story, bob, message), someBytes(LONG))).toBe(true)
  })

  it('leaves it again at a relay that lost its store', async () => {
    const { story, alice, message } = await left()
    const mailbox = mailboxOf(story, alice, message, story.relay(0))
    story.network.restartRelay(0, 3_000, true)
    story.pass(1_000)
    expect(lyingIn(story, story.network.relays[0], mailbox)).toBe(0)
    story.pass(10_000)
    untilLeft(story, alice)
    expect(lyingIn(story, story.network.relays[0], mailbox)).toBe(CHUNKS)
    // Without a start, and with one.
    story.network.restartRelay(0, 3_000, true)
    alice.stop()
    alice.start()
    story.pass(10_000)
    untilLeft(story, alice)
    expect(lyingIn(story, story.network.relays[0], mailbox)).toBe(CHUNKS)
  })

  it('sends no chunk while a letter or a message of it is on its way, and holds few in memory', async () => {
    const { story, people } = await apart(['Alice', 'Bob'])
    const [alice] = people
    let most = 0
    const all = watchRelays(story, [alice])
    sendFiles(story, alice, '', someBytes(LONG))
    story.committed = (by) => {
      if (by === alice) most = Math.max(most, alice.rows.scan(CHUNK_LEAVING).length + alice.rows.scan(CHUNK_JOB).length)
    }
    story.msUntil(() => countOf(all, 'append') > 5, ENOUGH_MS)
    // The relay takes the message, and is slow to say so; of chunks it says it at once.
    const letters = new Set<number>()
    const held: (() => void)[] = []
    const perform = story.network.perform.bind(story.network)
    story.network.perform = (by, effect) => {
      const request = effect.kind === 'sendRelayFrame' ? decode(mailboxRequest, effect.frame) : undefined
      if (by === alice && request?.kind === 'append' && request.body.length < CHUNK) letters.add(request.request)
      perform(by, effect)
    }
    const deliver = alice.deliver.bind(alice)
    alice.deliver = (event) => {
      const answer = event.kind === 'relayFrameReceived' ? decode(mailboxAnswer, event.frame) : undefined
      return answer?.kind === 'appended' && letters.has(answer.request) ? void held.push(() => deliver(event)) : deliver(event)
    }
    story.say(alice, 'and now?')
    story.pass(1_000)
    const before = countOf(all, 'append')
    story.pass(2_500)
    expect(held.length).toBeGreaterThan(0)
    expect(countOf(all, 'append')).toBe(before)
    expect(before).toBeLessThan(LONG_CHUNKS)
    alice.deliver = deliver
    for (const each of held) each()
    untilLeft(story, alice)
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThanOrEqual(2 * LIMITS.chunksLeaving)
  })

  it('is told that no relay keeps it, and it comes while the author is there', async () => {
    for (const blobMailboxBytes of [0, 10 * CHUNK]) {
      const { story, people } = await apart(['Alice', 'Bob'], { relayLimits: { blobMailboxBytes } })
      const [alice, bob] = people
      bob.stop()
      const all = watchRelays(story, [alice, bob])
      const message = sendFiles(story, alice, '', someBytes(LENGTH))
      untilLeft(story, alice)
      expect(atRelay(story, alice)).toBe('refused')
      // It is seen from what the relay says of itself.
      expect(countOf(all, 'append')).toBe(0)
      alice.stop()
      bob.start()
      story.pass(5 * MINUTE)
      expect(stateOf(story, bob, message)).toBe('coming')
      expect(story.groupOf(bob)?.coming).toMatchObject([{ sources: 0, isAtRelay: false }])
    }
  })

  it('waits where a relay has no room, ever longer, and goes on where it has', async () => {
    const room = 6 * 63_488
    const { story, people } = await apart(['Alice', 'Bob'], { relayLimits: { addressBlobBytes: room, addressBlobBytesPerDay: room } })
    const [alice] = people
    const all = watchRelays(story, [alice])
    const message = sendFiles(story, alice, '', someBytes(10 * CHUNK))
    story.pass(10 * MINUTE)
    expect(atRelay(story, alice)).toBe('leaving')
    expect(countOf(all, 'appended')).toBe(6)
    expect(countOf(all, 'refused')).toBeLessThanOrEqual(5 * LIMITS.chunksLeaving)
    story.say(alice, 'this goes')
    story.pass(5_000)
    expect(alice.rows.scan(OUTBOX)).toEqual([])
    story.pass(DAY)
    untilLeft(story, alice)
    expect(atRelay(story, alice)).toBe('left')
    expect(lyingIn(story, story.network.relays[0], mailboxOf(story, alice, message, story.relay(0)))).toBe(fileLayout(10 * CHUNK)?.chunks)
  })

  it('tries a relay with a full disk ever more rarely', async () => {
    const { story, people } = await apart(['Alice', 'Bob'])
    const [alice] = people
    const perform = story.network.perform.bind(story.network)
    let tries = 0
    story.network.perform = (by, effect) => {
      const request = effect.kind === 'sendRelayFrame' ? decode(mailboxRequest, effect.frame) : undefined
      if (effect.kind !== 'sendRelayFrame' || request?.kind !== 'append' || request.body.length < CHUNK) return perform(by, effect)
      tries++
      const refusal = encode(mailboxAnswer, { kind: 'refused', request: request.request, code: 'diskFull', retryAfterMs: 0 })
      by.deliver({ kind: 'relayFrameReceived', relay: effect.relay, frame: refusal })
    }
    sendFiles(story, alice, '', someBytes(10 * CHUNK))
    story.pass(6 * HOUR)
    expect(atRelay(story, alice)).toBe('leaving')
    expect(tries).toBeGreaterThan(6)
    // After half a minute, one, two, …, and then each hour.
    expect(tries).toBeLessThanOrEqual(14 * LIMITS.chunksLeaving)
    story.network.perform = perform
    story.pass(HOUR)
    expect(atRelay(story, alice)).toBe('left')
  })

  it('gives up where no relay took it in the time for which one keeps files', async () => {
    const { story, people } = await apart(['Alice', 'Bob'], { relayLimits: { addressBlobBytes: 2 * 63_488, addressBlobBytesPerDay: 1 } })
    const [alice] = people
    sendFiles(story, alice, '', someBytes(10 * CHUNK))
    story.pass(13 * DAY)
    expect(atRelay(story, alice)).toBe('leaving')
    story.pass(2 * DAY)
    expect(atRelay(story, alice)).toBe('refused')
    // And forgets what no relay has any more.
    story.pass(15 * DAY)
    expect(alice.rows.scan(LEFT)).toEqual([])
    expect(atRelay(story, alice)).toBe(null)
  })
})
