/** One of a group's two relays hangs and closes nothing: it is gone round (PROTOCOL §8.7). */
import { EPOCH_KEYS, RELAY_LINK } from '@sotto/core/inside'
import { openSignal } from '@sotto/crypto'
import { decode, LIMITS, mailboxRequest } from '@sotto/wire'
import { expect, it, vi } from 'vitest'
import { beginStory, type Passing, type Person, type Story } from './story.ts'

/** A relay that hangs costs no more than this. */
const FAILOVER_MS = 5_000

/** Alice has both relays, and so has the group; Bob came by an invite. */
async function twoRelays() {
  const story = await beginStory({ direct: false, relays: 2 })
  const [alice, bob] = [story.enter('Alice'), story.enter('Bob', { relays: [] })]
  story.gather(alice, bob)
  return { story, alice, bob }
}

const stateAt = (story: Story, person: Person): string | undefined => story.messages(person).at(-1)?.state
/** What the second relay confirms to a person. */
const isConfirmedTo =
  (story: Story, to: Person) =>
  ({ to: whom, what, event }: Passing): boolean =>
    whom === to && what === 'stored' && event.kind === 'relayFrameReceived' && event.relay === story.relay(1)
const isSilent = (story: Story, person: Person, number: number): boolean | undefined =>
  person.rows.scan(RELAY_LINK).find(({ value }) => value.address === story.relay(number))?.value.isSilent

it.for([0, 1])('relay %i: a message is sent within 5 seconds', async (hung) => {
  const { story, alice, bob } = await twoRelays()
  bob.stop()
  story.network.hangRelay(hung)
  story.say(alice, 'to who is away')
  story.pass(2_000)
  expect(stateAt(story, alice)).toBe('sending')
  expect(story.msUntil(() => stateAt(story, alice) === 'sent', FAILOVER_MS)).toBeLessThan(FAILOVER_MS - 2_000)
})

// After its start a device opens every session again, needs prekeys from a relay for that, and publishes its own.
it.for([
  ['before', true],
  ['after', false],
] as const)(
  'the first message under a key is there within 5 seconds, whatever a relay was asked: one written %s it hung',
  { timeout: 60_000 },
  async ([, isBefore]) => {
    const late: string[] = []
    for (const hung of [0, 1]) {
      for (let offsetMs = 0; offsetMs <= 300; offsetMs += 20) {
        const { story, alice, bob } = await twoRelays()
        bob.die()
        bob.start()
        if (isBefore) story.say(bob, 'under a key of its own')
        story.pass(offsetMs)
        story.network.hangRelay(hung)
        if (!isBefore) story.say(bob, 'under a key of its own')
        const shownMs = story.msUntil(() => story.shows(alice, 'under a key of its own'), 2 * FAILOVER_MS)
        const deliveredMs = story.msUntil(() => stateAt(story, bob) === 'delivered', 2 * FAILOVER_MS)
        if (Math.max(shownMs, deliveredMs) >= FAILOVER_MS) late.push(`relay ${hung} hangs ${offsetMs} ms after the start: ${shownMs} and ${deliveredMs} ms`)
      }
    }
    expect(late).toEqual([])
  },
)

it.for([0, 1])('relay %i: a new member gets in by the other', async (hung) => {
  const { story, bob } = await twoRelays()
  bob.stop()
  const dave = story.enter('Dave', { relays: [] })
  story.network.hangRelay(hung)
  story.ask(dave, { kind: 'join', invite: story.invite })
  expect(story.msUntil(() => story.groupOf(dave)?.state === 'member', FAILOVER_MS)).toBeLessThan(FAILOVER_MS)
})

it('stays gone round when pings close its connection', async () => {
  const { story, alice } = await twoRelays()
  story.network.hangRelay(1)
  story.say(alice, 'one')
  const until = story.nowMs + 30_000
  story.pass(5_000)
  while (story.nowMs < until) {
    story.say(alice, 'another')
    story.pass(300)
    expect(stateAt(story, alice)).not.toBe('sending')
  }
})

it('is there again with its next word, and nothing is lost or shown twice', async () => {
  const { story, alice, bob } = await twoRelays()
  const goOn = story.network.hangRelay(1)
  story.say(alice, 'one', 'two')
  story.say(bob, 'three')
  story.pass(5_000)
  expect(isSilent(story, alice, 1)).toBe(true)
  // Its first word answers one of several questions.
  let words = 0
  const release = story.holdBack((passing) => isConfirmedTo(story, alice)(passing) && words++ > 0)
  goOn()
  story.pass(1_000)
  expect(isSilent(story, alice, 1)).toBe(false)
  release()
  story.network.killRelay(0)
  story.say(alice, 'four')
  expect(story.msUntil(() => story.shows(bob, 'four'), FAILOVER_MS)).toBeLessThan(FAILOVER_MS)
  for (const each of [alice, bob]) expect(story.texts(each).toSorted()).toEqual(['four', 'one', 'three', 'two'])
})

it('is one from which nothing comes at all: one that is slow to answer is not gone round', async () => {
  const { story, alice, bob } = await twoRelays()
  const late = story.holdBack(isConfirmedTo(story, alice))
  story.say(alice, 'one')
  for (let i = 0; i < 10; i++) {
    story.say(bob, 'a sign of life')
    story.pass(1_000)
    expect(isSilent(story, alice, 1)).toBe(false)
  }
  late()
})

it('is not gone round by who asked nothing of it', async () => {
  const { story, alice } = await twoRelays()
  story.network.hangRelay(1)
  story.pass(10_000)
  expect(isSilent(story, alice, 1)).toBe(false)
})

it('is not gone round by who slept since it was asked, until it had its time', async () => {
  const { story, alice } = await twoRelays()
  story.network.hangRelay(1)
  story.say(alice, 'before a nap')
  story.pass(1_000)
  alice.freeze()
  story.pass(9_000)
  alice.thaw()
  story.pass(500)
  expect(isSilent(story, alice, 1)).toBe(false)
  expect(alice.rows.scan(RELAY_LINK).every(({ value }) => value.state === 'connected')).toBe(true)
})

it('is waited for longer where what it was asked first is large, as a slow line takes its time', async () => {
  const { story, alice, bob } = await twoRelays()
  bob.stop()
  // The mailbox is open already.
  story.say(alice, 'before it hung')
  story.pass(5_000)
  story.network.hangRelay(1)
  story.say(alice, 'x'.repeat(16_000))
  story.pass(LIMITS.relayAwayMs + 500)
  expect(isSilent(story, alice, 1)).toBe(false)
  story.pass(1_000)
  expect(isSilent(story, alice, 1)).toBe(true)
})

it('is not waited for longer by what it is asked later', async () => {
  const { story, alice, bob } = await twoRelays()
  bob.stop()
  story.say(alice, 'before it hung')
  story.pass(5_000)
  story.network.hangRelay(1)
  story.say(alice, 'short')
  for (const characters of [6_000, 6_000, 6_000, 6_000, 16_000]) story.say(alice, 'x'.repeat(characters))
  story.pass(LIMITS.relayAwayMs + 500)
  expect(isSilent(story, alice, 1)).toBe(true)
})

it('what waits for a relay that hangs does not say to a person who was blocked since that this one types', async () => {
  for (const isBlocked of [false, true]) {
    const story = await beginStory({ direct: false, relays: 2 })
    const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
    story.gather(alice, bob)
    // The chat's mailbox there is opened once it goes on.
    const goOn = story.network.hangRelay(1)
    let group = ''
    story.ask(alice, { kind: 'openDirectChat', account: bob.account }, (value) => (group = value.group ?? ''))
    story.pass(1_000)
    story.ask(alice, { kind: 'typing', group, isTyping: true })
    story.pass(100)
    if (isBlocked) story.ask(alice, { kind: 'setBlocked', account: bob.account, isBlocked: true })
    const perform = vi.spyOn(story.network, 'perform')
    goOn()
    story.pass(1_000)
    const key = alice.rows.scan(EPOCH_KEYS, group)[0]?.value.signalsKey ?? new Uint8Array(32)
    const said = perform.mock.calls.filter(([by, effect]) => {
      const request = by === alice && effect.kind === 'sendRelayFrame' ? decode(mailboxRequest, effect.frame) : undefined
      return request?.kind === 'append' && openSignal(story.primitives, key, request.body) !== undefined
    })
    expect(said.length > 0).toBe(!isBlocked)
  }
})
