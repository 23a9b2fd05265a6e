/** A message is sent when a relay has what each of its readers needs to open it (PROTOCOL §7.29, §7.47 to §7.50). */
import type { MessageView } from '@sotto/engine/api'
import { AWAITED } from '@sotto/core/inside'
import { LIMITS } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 10_000
/** A refused letter is tried again within this. */
const AGAIN_MS = 60_000

const own = (story: Story, person: Person, text: string): MessageView | undefined => {
  let found: MessageView | undefined
  story.ask(person, { kind: 'readMessages', group: story.group, before: null, limit: 50 }, ({ messages }) => {
    found = messages?.find(({ body }) => body.kind === 'text' && body.text === text)
  })
  return found
}
const stateOf = (story: Story, person: Person, text: string): string | undefined =>
  story.messages(person).find(({ body }) => body.kind === 'text' && body.text === text)?.state
const isSent = (story: Story, person: Person, text: string) => (): boolean => ['sent', 'delivered'].includes(stateOf(story, person, text) ?? '')
const names = (message: MessageView | undefined): readonly string[] => (message?.waitsFor?.people ?? []).map(({ name }) => name).toSorted()

/** Three members whose first messages have been exchanged; the others are off, and Alice will seal under another key. */
async function withoutKeys(groupCipher: 'sender-keys' | 'pairwise' = 'sender-keys') {
  const story = await beginStory({ direct: false, machine: { newGroupCipher: groupCipher } })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  for (const each of [bob, carol]) each.stop()
  alice.stop()
  alice.start()
  story.pass(SOON_MS)
  return { story, alice, bob, carol }
}

describe.each(['sender-keys', 'pairwise'] as const)('with the cipher %s, a device that is turned off for ever when its message shows as sent', (cipher) => {
  it.each([
    ['and nothing else happened', () => () => {}],
    ['after its letters had no room at first', (story: Story, alice: Person) => story.refuse((by, about) => by === alice && about === 'letter')],
    ['after the prekeys of the others did not come at first', (story: Story, alice: Person) => story.lose(({ what, to }) => what === 'keys' && to === alice)],
    ['after the relay’s answers were lost at first', (story: Story, alice: Person) => story.lose(({ what, to }) => what === 'stored' && to === alice)],
  ])('leaves nobody without it, %s', async (_when, disturb) => {
    const { story, alice, bob, carol } = await withoutKeys(cipher)
    const stopDisturbing = disturb(story, alice)
    story.say(alice, 'the last one')
    if (_when !== 'and nothing else happened') {
      expect(story.msUntil(isSent(story, alice, 'the last one'), SOON_MS)).toBe(Number.POSITIVE_INFINITY)
    }
    stopDisturbing()
    // What was lost on the way comes with the next connection.
    story.network.dropRelayStream(alice, 0)
    expect(story.msUntil(isSent(story, alice, 'the last one'), 2 * AGAIN_MS)).toBeLessThan(2 * AGAIN_MS)
    alice.die()
    for (const each of [bob, carol]) {
      each.start()
      expect(story.msUntil(() => story.shows(each, 'the last one'), SOON_MS)).toBeLessThan(SOON_MS)
      each.stop()
    }
  })
})

describe('until then', () => {
  it('it says that a relay has no room for whom', async () => {
    const { story, alice } = await withoutKeys()
    story.refuse((by, about) => by === alice && about === 'letter')
    story.say(alice, 'later')
    story.pass(SOON_MS)
    const message = own(story, alice, 'later')
    expect([message?.state, message?.waitsFor?.why, names(message), message?.waitsFor?.isForMore]).toEqual(['sending', 'room', ['Bob', 'Carol'], false])
    let readers: readonly (readonly [string, string | null])[] = []
    story.ask(alice, { kind: 'messageDetails', group: story.group, message: message?.id ?? '' }, ({ details }) => {
      readers = (details?.readers ?? []).map(({ name, awaited }) => [name, awaited] as const)
    })
    expect(readers.toSorted()).toEqual([
      ['Alice', null],
      ['Bob', 'room'],
      ['Carol', 'room'],
    ])
  })

  it('it says whose prekeys are not here', async () => {
    const { story, alice } = await withoutKeys()
    story.lose(({ what, to }) => what === 'keys' && to === alice)
    story.say(alice, 'later')
    story.pass(SOON_MS)
    const message = own(story, alice, 'later')
    expect([message?.state, message?.waitsFor?.why, names(message)]).toEqual(['sending', 'preKeys', ['Bob', 'Carol']])
  })

  it('it says that the group’s mailbox has no room, or that nothing is connected', async () => {
    const { story, alice } = await withoutKeys()
    const full = story.refuse((by, about) => by === alice && about === 'envelope')
    story.say(alice, 'later')
    story.pass(SOON_MS)
    expect(own(story, alice, 'later')?.waitsFor).toEqual({ why: 'room', people: [], isForMore: false })
    full()
    expect(story.msUntil(isSent(story, alice, 'later'), AGAIN_MS)).toBeLessThan(AGAIN_MS)
    expect(own(story, alice, 'later')?.waitsFor).toBe(null)
    story.network.killRelay(0)
    story.pass(SOON_MS)
    story.say(alice, 'much later')
    story.pass(SOON_MS)
    expect(own(story, alice, 'much later')?.waitsFor).toEqual({ why: 'connection', people: [], isForMore: false })
  })

  it('it goes on waiting after a start', async () => {
    const { story, alice } = await withoutKeys()
    const refused = story.refuse((by, about) => by === alice && about === 'letter')
    story.say(alice, 'later')
    story.pass(SOON_MS)
    alice.stop()
    alice.start()
    story.pass(SOON_MS)
    expect([stateOf(story, alice, 'later'), alice.rows.scan(AWAITED).length]).toEqual(['sending', 2])
    refused()
    expect(story.msUntil(isSent(story, alice, 'later'), AGAIN_MS)).toBeLessThan(AGAIN_MS)
    expect(alice.rows.scan(AWAITED)).toEqual([])
  })
})

describe('a message does not wait', () => {
  it('for the letters of a member whose relay is gone: they leave at the group’s', async () => {
    const story = await beginStory({ direct: false, relays: 2 })
    const alice = story.enter('Alice', { relays: [0] })
    const bob = story.enter('Bob', { relays: [1] })
    story.gather(alice, bob)
    bob.stop()
    story.network.killRelay(1)
    alice.stop()
    alice.start()
    story.pass(1_000)
    story.say(alice, 'to Bob')
    story.pass(1_000)
    const message = own(story, alice, 'to Bob')
    expect([message?.state, message?.waitsFor?.why, names(message)]).toEqual(['sending', 'preKeys', ['Bob']])
    expect(story.msUntil(isSent(story, alice, 'to Bob'), 2 * LIMITS.relayDownMs)).toBeLessThan(2 * LIMITS.relayDownMs)
  })

  it('for a member that is removed meanwhile', async () => {
    const { story, alice, bob, carol } = await withoutKeys()
    story.refuse((by, about) => by === alice && about === 'letter')
    story.say(alice, 'without them')
    story.pass(SOON_MS)
    expect(stateOf(story, alice, 'without them')).toBe('sending')
    story.remove(alice, bob)
    story.remove(alice, carol)
    expect(story.msUntil(isSent(story, alice, 'without them'), SOON_MS)).toBeLessThan(SOON_MS)
  })

  it('for a member that comes later, under the same key', async () => {
    const { story, alice } = await withoutKeys()
    story.say(alice, 'before Dave')
    expect(story.msUntil(isSent(story, alice, 'before Dave'), SOON_MS)).toBeLessThan(SOON_MS)
    const dave = story.enter('Dave')
    story.join(dave)
    story.pass(SOON_MS)
    dave.stop()
    story.refuse((by, about) => by === alice && about === 'letter')
    story.say(alice, 'to Dave too')
    story.pass(SOON_MS)
    expect([isSent(story, alice, 'before Dave')(), stateOf(story, alice, 'to Dave too')]).toEqual([true, 'sending'])
    expect(names(own(story, alice, 'to Dave too'))).toEqual(['Dave'])
  })

  it('for a relay, where the device itself says that it has the key', async () => {
    const story = await beginStory({ direct: true })
    const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
    story.gather(alice, bob)
    story.network.killRelay(0)
    story.refuse((by, about) => by === alice && about === 'letter')
    story.say(alice, 'without a relay')
    expect(story.msUntil(isSent(story, alice, 'without a relay'), SOON_MS)).toBeLessThan(SOON_MS)
  })

  it('for a letter, where the device says by another way that it has the key, though it did not open the message yet', async () => {
    const story = await beginStory({ direct: true })
    const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
    story.gather(alice, bob)
    alice.stop()
    alice.start()
    story.pass(SOON_MS)
    story.refuse((by, about) => by === alice && about === 'letter')
    story.lose(({ what, to }) => to === bob && ['relayed envelope', 'gossip', 'envelopes'].includes(what))
    story.say(alice, 'the key came first')
    expect(story.msUntil(isSent(story, alice, 'the key came first'), SOON_MS)).toBeLessThan(SOON_MS)
    expect(story.shows(bob, 'the key came first')).toBe(false)
  })

  it('for longer than a mailbox keeps it', async () => {
    const { story, alice } = await withoutKeys()
    story.refuse((by, about) => by === alice && about === 'letter')
    story.say(alice, 'long ago')
    story.pass(SOON_MS)
    alice.stop()
    story.pass(LIMITS.retentionMs - AGAIN_MS)
    alice.start()
    story.pass(SOON_MS)
    expect(stateOf(story, alice, 'long ago')).toBe('sending')
    alice.stop()
    story.pass(2 * AGAIN_MS)
    alice.start()
    expect(story.msUntil(isSent(story, alice, 'long ago'), SOON_MS)).toBeLessThan(SOON_MS)
  })
})
