/** When what lies at relays of a file ends (PROTOCOL §14.39). */
import { FILE_DROP, LEFT, READ_AT, READING } from '@sotto/core/inside'
import { LIMITS } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import { msUntilWhole, sendFiles, shown, someBytes, stateOf } from './file-story.ts'
import { apart, atRelay, CHUNK, CHUNKS, countOf, ENOUGH_MS, left, LENGTH, LONG, lyingIn, mailboxOf, untilLeft, watchRelays } from './relayed-file-story.ts'
import { type Story } from './story.ts'

const SOON_MS = 20_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

describe('a mailbox', () => {
  const lying = (story: Story, mailbox: ReturnType<typeof mailboxOf>): number => lyingIn(story, story.network.relays[0], mailbox)

  it('ends with a message that is deleted for everyone', async () => {
    const { story, alice, bob, message } = await left()
    const mailbox = mailboxOf(story, alice, message, story.relay(0))
    expect(lying(story, mailbox)).toBe(CHUNKS)
    story.ask(alice, { kind: 'deleteMessage', group: story.group, message, forAll: true })
    story.pass(SOON_MS)
    expect(lying(story, mailbox)).toBe(0)
    expect([...alice.rows.scan(LEFT), ...alice.rows.scan(FILE_DROP)]).toEqual([])
    alice.stop()
    bob.start()
    story.pass(5 * MINUTE)
    expect(stateOf(story, bob, message)).toBeUndefined()
  })

  it('ends where the relay was away, after a start, and where chunks were on their way', async () => {
    const { story, people } = await apart(['Alice', 'Bob'])
    const [alice] = people
    const all = watchRelays(story, [alice])
    const message = sendFiles(story, alice, '', someBytes(LONG))
    story.msUntil(() => countOf(all, 'append') > 10, ENOUGH_MS)
    const mailbox = mailboxOf(story, alice, message, story.relay(0))
    story.network.restartRelay(0, 2 * MINUTE, false)
    story.ask(alice, { kind: 'deleteMessage', group: story.group, message, forAll: true })
    story.pass(1_000)
    expect(lying(story, mailbox)).toBeGreaterThan(5)
    alice.stop()
    alice.start()
    story.pass(10 * MINUTE)
    expect(lying(story, mailbox)).toBe(0)
    expect(alice.rows.scan(FILE_DROP)).toEqual([])
    // And in the middle, with a relay that is there.
    const other = sendFiles(story, alice, '', someBytes(LONG))
    const before = countOf(all, 'append')
    story.msUntil(() => countOf(all, 'append') > before + 10, ENOUGH_MS)
    const second = mailboxOf(story, alice, other, story.relay(0))
    story.ask(alice, { kind: 'deleteMessage', group: story.group, message: other, forAll: true })
    story.pass(SOON_MS)
    expect(lying(story, second)).toBe(0)
    expect(alice.chunks.listNow()).toEqual([])
  })

  it('stays where the author deletes the message here alone', async () => {
    const { story, alice, bob, message } = await left()
    const mailbox = mailboxOf(story, alice, message, story.relay(0))
    story.ask(alice, { kind: 'deleteMessage', group: story.group, message, forAll: false })
    story.pass(SOON_MS)
    expect(lying(story, mailbox)).toBe(CHUNKS)
    alice.stop()
    bob.start()
    expect(msUntilWhole(story, message, [bob])).toBeLessThan(ENOUGH_MS)
  })

  it('ends when its message vanishes, and nothing of it is at a relay after that', async () => {
    const { story, people } = await apart(['Alice', 'Bob'])
    const [alice, bob] = people
    story.ask(alice, { kind: 'setLifetime', group: story.group, seconds: 3_600 })
    story.pass(SOON_MS)
    bob.stop()
    const message = sendFiles(story, alice, '', someBytes(LENGTH))
    untilLeft(story, alice)
    const mailbox = mailboxOf(story, alice, message, story.relay(0))
    story.pass(HOUR - 5 * MINUTE)
    expect(lying(story, mailbox)).toBe(CHUNKS)
    story.pass(10 * MINUTE)
    expect(lying(story, mailbox)).toBe(0)
    // Also where its author does not see it any more.
    const other = sendFiles(story, alice, '', someBytes(CHUNK))
    untilLeft(story, alice)
    const second = mailboxOf(story, alice, other, story.relay(0))
    story.ask(alice, { kind: 'deleteMessage', group: story.group, message: other, forAll: false })
    story.pass(MINUTE)
    expect(lying(story, second)).toBeGreaterThan(0)
    story.pass(HOUR + 5 * MINUTE)
    expect(lying(story, second)).toBe(0)
    expect([...alice.rows.scan(LEFT), ...alice.rows.scan(FILE_DROP)]).toEqual([])
  })

  it('of a file that vanishes is at no relay that keeps files for longer than the rules allow', async () => {
    const { story, people } = await apart(['Alice', 'Bob'], { relayLimits: { blobRetentionMs: 15 * DAY } })
    const [alice] = people
    sendFiles(story, alice, '', someBytes(CHUNK))
    untilLeft(story, alice)
    expect(atRelay(story, alice)).toBe('left')
    story.ask(alice, { kind: 'setLifetime', group: story.group, seconds: 3_600 })
    story.pass(SOON_MS)
    const all = watchRelays(story, [alice])
    sendFiles(story, alice, '', someBytes(CHUNK))
    untilLeft(story, alice)
    expect(countOf(all, 'append')).toBe(0)
    expect(shown(story, alice).at(-1)?.files[0]?.atRelay).toBe('refused')
  })

  it('expires by itself, and is empty to who comes later', async () => {
    let areMeeting = false
    const { story, alice, bob, message } = await left(LENGTH, { direct: () => areMeeting })
    const mailbox = mailboxOf(story, alice, message, story.relay(0))
    alice.stop()
    story.pass(LIMITS.blobRetentionMs - DAY)
    expect(lying(story, mailbox)).toBe(CHUNKS)
    story.pass(2 * DAY)
    story.network.relays[0]?.expire(story.nowMs)
    expect(lying(story, mailbox)).toBe(0)
    bob.start()
    story.pass(10 * MINUTE)
    expect(stateOf(story, bob, message)).toBe('coming')
    areMeeting = true
    alice.start()
    expect(msUntilWhole(story, message, [bob])).toBeLessThan(ENOUGH_MS)
  })

  it('is asked for no more by who is in the group no more', async () => {
    const { story, alice, bob } = await left(LONG)
    alice.stop()
    bob.start()
    const all = watchRelays(story, [bob])
    story.msUntil(() => countOf(all, 'pushed') > 3, ENOUGH_MS)
    story.ask(bob, { kind: 'leaveGroup', group: story.group, successor: null })
    story.pass(5_000)
    const before = countOf(all, 'pushed')
    story.pass(10 * MINUTE)
    expect(countOf(all, 'pushed')).toBe(before)
    expect([...bob.rows.scan(READING), ...bob.rows.scan(READ_AT)]).toEqual([])
    expect(bob.chunks.listNow()).toEqual([])
  })
})
