/** A group with several relays: whichever answers is enough (PROTOCOL §5, relays; §8). */
import { OUTBOX, RELAY_LINK } from '@sotto/core/inside'
import { parseInvite } from '@sotto/crypto'
import { decode, LIMITS, mailboxAnswer } from '@sotto/wire'
import { describe, expect, it, vi } from 'vitest'
import { beginStory, type Passing, type Person, type Story } from './story.ts'

const SOON_MS = 20_000
/** A relay that is gone costs no more than this. */
const FAILOVER_MS = 5_000
/** Who waits asks again so soon. */
const ASKED_AGAIN_MS = 31_000
const HOUR_MS = 3_600_000

/** Alice has both relays, and so has the group; Bob came by an invite. */
async function twoRelays() {
  const story = await beginStory({ direct: false, relays: 2 })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob', { relays: [] })]
  story.gather(alice, bob)
  return { story, alice, bob }
}

const newInvite = (story: Story, person: Person): string => {
  let text = ''
  story.ask(person, { kind: 'createInvite', group: story.group }, ({ invite }) => (text = invite ?? ''))
  return text
}

describe('an invite names the relays of a group', () => {
  it.for([0, 1])('and a new member gets in by the other where relay %i is gone', async (gone) => {
    const { story, alice, bob } = await twoRelays()
    story.network.killRelay(gone)
    const dave = story.enter('Dave', { relays: [] })
    story.ask(dave, { kind: 'join', invite: story.invite })
    // Not only when it asks again.
    expect(story.msUntil(() => story.groupOf(dave)?.state === 'member', SOON_MS)).toBeLessThan(SOON_MS)
    expect(story.groupOf(dave)?.relays.map(({ address }) => address)).toEqual([story.relay(0), story.relay(1)])
    story.say(dave, 'hello')
    story.say(bob, 'welcome')
    expect(story.msUntil(() => story.shows(alice, 'hello') && story.shows(bob, 'hello') && story.shows(dave, 'welcome'), SOON_MS)).toBeLessThan(SOON_MS)
  })

  it.for([0, 1])('and who asks is let in by the other, though an answer was lost there and relay %i is gone for good', async (gone) => {
    const { story } = await twoRelays()
    story.network.killRelay(gone)
    const dave = story.enter('Dave', { relays: [] })
    const find = story.lose((passing) => fromRelay(story, 1 - gone, dave)(passing) && isPushed(passing))
    story.ask(dave, { kind: 'join', invite: story.invite })
    story.pass(SOON_MS)
    expect(story.groupOf(dave)?.state).toBe('joining')
    find()
    expect(story.msUntil(() => story.groupOf(dave)?.state === 'member', 2 * ASKED_AGAIN_MS)).toBeLessThanOrEqual(ASKED_AGAIN_MS)
  })

  it('and the one that answers stands in front as soon as the connection to the other is lost', async () => {
    const { story, alice } = await twoRelays()
    story.network.killRelay(0)
    story.pass(1_000)
    expect(parseInvite(story.primitives, newInvite(story, alice))).toMatchObject({ relays: [story.relay(1), story.relay(0)] })
  })

  it('also where it was made before the group had the second', async () => {
    const { story, alice } = await twoRelays()
    story.ask(alice, { kind: 'setRelays', group: story.group, relays: [story.relay(0)] })
    story.pass(1_000)
    const before = newInvite(story, alice)
    story.ask(alice, { kind: 'setRelays', group: story.group, relays: [story.relay(0), story.relay(1)] })
    story.pass(1_000)
    expect(newInvite(story, alice).length).toBeGreaterThan(before.length)
    story.invite = newInvite(story, alice)
    story.network.killRelay(0)
    story.join(story.enter('Dave', { relays: [] }))
  })
})

/** Records, not answers to requests. */
const isPushed = ({ event }: Passing): boolean => event.kind === 'relayFrameReceived' && decode(mailboxAnswer, event.frame)?.kind === 'pushed'

/** What a relay hands out to a person. */
const fromRelay =
  (story: Story, number: number, to: Person) =>
  ({ to: whom, event }: Passing): boolean =>
    whom === to && event.kind === 'relayFrameReceived' && event.relay === story.relay(number)

describe('a relay that is gone for good takes nothing along', () => {
  it.for([0, 1])('relay %i: a message and its key are at the other, also where its author is gone too', async (gone) => {
    const { story, alice, bob } = await twoRelays()
    bob.stop()
    // Under a key of its own, which Bob does not have yet.
    alice.stop()
    alice.start()
    story.say(alice, 'while you are away')
    story.pass(SOON_MS)
    alice.stop()
    story.network.killRelay(gone)
    bob.start()
    expect(story.msUntil(() => story.shows(bob, 'while you are away'), FAILOVER_MS)).toBeLessThan(FAILOVER_MS)
    expect(story.texts(bob)).toEqual(['while you are away'])
  })

  it.for([0, 1])('relay %i: the first message under a key arrives within 5 seconds, with a session to be opened first', async (gone) => {
    const { story, alice, bob } = await twoRelays()
    story.network.killRelay(gone)
    // After its start a device opens every session again, and for that it needs prekeys from a relay.
    bob.die()
    bob.start()
    story.say(bob, 'under a key of its own')
    expect(story.msUntil(() => story.shows(alice, 'under a key of its own'), FAILOVER_MS)).toBeLessThan(FAILOVER_MS)
    story.say(alice, 'an answer')
    expect(story.msUntil(() => story.shows(bob, 'an answer'), FAILOVER_MS)).toBeLessThan(FAILOVER_MS)
  })

  it('second copies do not wait for it', async () => {
    const { story, alice, bob } = await twoRelays()
    const isFull = story.refuse((by, about) => by === alice && about === 'letter')
    alice.stop()
    alice.start()
    story.say(alice, 'under a key of its own')
    story.pass(1_000)
    const copies = (): number => alice.rows.scan(OUTBOX).filter(({ value }) => value.about.kind === 'letterCopy').length
    expect(copies()).toBeGreaterThan(0)
    story.network.killRelay(1)
    isFull()
    expect(story.msUntil(() => copies() === 0, FAILOVER_MS)).toBeLessThan(FAILOVER_MS)
    expect(story.msUntil(() => story.shows(bob, 'under a key of its own'), 2 * SOON_MS)).toBeLessThan(2 * SOON_MS)
  })
})

it('what all have opened does not wait for a relay that is gone', async () => {
  const { story, alice, bob } = await twoRelays()
  const waiting = (): number => alice.rows.scan(OUTBOX).filter(({ value }) => value.about.kind === 'envelope').length
  story.network.killRelay(1)
  story.say(alice, 'one', 'two')
  expect(story.msUntil(() => story.messages(alice).every(({ state }) => state === 'delivered'), SOON_MS)).toBeLessThan(SOON_MS)
  bob.stop()
  story.say(alice, 'three')
  story.pass(SOON_MS)
  expect(waiting()).toBe(3)
  story.pass(HOUR_MS)
  expect(waiting()).toBe(1)
})

describe('a message is sent', () => {
  const stateAt = (story: Story, person: Person): string | undefined => story.messages(person).at(-1)?.state
  /** Bob is off; what the second relay confirms to Alice does not reach her. */
  async function halfStored() {
    const { story, alice, bob } = await twoRelays()
    bob.stop()
    const release = story.holdBack((passing) => fromRelay(story, 1, alice)(passing) && passing.what === 'stored')
    story.say(alice, 'to both')
    story.pass(2_000)
    expect(stateAt(story, alice)).toBe('sending')
    return { story, alice, bob, release }
  }

  it('when each relay that is there has it', async () => {
    const { story, alice, release } = await halfStored()
    release()
    story.pass(100)
    expect(stateAt(story, alice)).toBe('sent')
  })

  it('soon after the other went away, also after a start in between', async () => {
    const { story, alice } = await halfStored()
    story.network.killRelay(1)
    alice.die()
    alice.start()
    story.pass(100)
    expect(stateAt(story, alice)).toBe('sending')
    expect(story.msUntil(() => stateAt(story, alice) === 'sent', FAILOVER_MS)).toBeLessThan(FAILOVER_MS)
  })

  it('when an admin drops the other', async () => {
    const { story, alice } = await halfStored()
    story.ask(alice, { kind: 'setRelays', group: story.group, relays: [story.relay(0)] })
    story.pass(100)
    expect(stateAt(story, alice)).toBe('sent')
    expect(alice.rows.scan(OUTBOX).filter(({ value }) => value.about.kind === 'envelope')).toEqual([])
  })
})

describe('what lies at two relays', () => {
  it('is shown and counted once', async () => {
    const { story, alice, bob } = await twoRelays()
    bob.stop()
    alice.stop()
    alice.start()
    story.say(alice, 'one', 'two')
    story.pass(SOON_MS)
    bob.start()
    story.pass(SOON_MS)
    expect(story.texts(bob)).toEqual(['one', 'two'])
    expect(story.groupOf(bob)?.unread).toBe(2)
    for (const relay of [0, 1]) expect(story.heard.some((passing) => fromRelay(story, relay, bob)(passing) && passing.what === 'relayed letter')).toBe(true)
  })

  it('costs nothing when it comes again', async () => {
    const { story, alice, bob } = await twoRelays()
    const second = fromRelay(story, 1, bob)
    const release = story.holdBack((passing) => second(passing) && passing.what === 'relayed letter')
    alice.stop()
    alice.start()
    story.say(alice, 'under a key of its own')
    expect(story.msUntil(() => story.shows(bob, 'under a key of its own'), SOON_MS)).toBeLessThan(SOON_MS)
    story.pass(SOON_MS)
    const opened = vi.spyOn(story.primitives.xchacha20Poly1305, 'open')
    release()
    // Only what came is taken in: nothing is answered yet.
    story.pass(5)
    expect(opened).not.toHaveBeenCalled()
  })

  it('is at no relay that nothing here uses: only the first that a member names is dialled for its letters', async () => {
    const story = await beginStory({ direct: false, relays: 3 })
    const [alice, bob] = [story.enter('Alice', { relays: [0] }), story.enter('Bob', { relays: [1, 2] })]
    story.gather(alice, bob)
    story.say(bob, 'hello')
    story.say(alice, 'hello too')
    expect(story.msUntil(() => story.shows(bob, 'hello too'), SOON_MS)).toBeLessThan(SOON_MS)
    expect(alice.rows.scan(RELAY_LINK).map(({ value }) => value.address)).not.toContain(story.relay(2))
    expect(LIMITS.letterRelays).toBe(2)
  })
})

describe('a relay that may be gone for good', () => {
  it('is said to be after days, once it was tried for a while, and no longer when it is back', async () => {
    const { story, alice } = await twoRelays()
    const isGone = (): readonly (boolean | undefined)[] =>
      [0, 1].map((number) => story.groupOf(alice)?.relays.find(({ address }) => address === story.relay(number))?.isGone)
    const lastMs = story.nowMs
    story.network.restartRelay(1, LIMITS.relayGoneMs + 12 * HOUR_MS, false)
    story.pass(HOUR_MS)
    expect(isGone()).toEqual([false, false])
    alice.stop()
    story.pass(LIMITS.relayGoneMs)
    alice.start()
    story.pass(LIMITS.relayGoneTriedMs - 1_000)
    expect(isGone()).toEqual([false, false])
    story.pass(2_000)
    expect(isGone()).toEqual([false, true])
    const view = alice.view().relays.find(({ address }) => address === story.relay(1))
    expect(Math.abs((view?.reachedMs ?? 0) - lastMs)).toBeLessThan(1_000)
    story.pass(12 * HOUR_MS)
    expect(isGone()).toEqual([false, false])
  })
})
