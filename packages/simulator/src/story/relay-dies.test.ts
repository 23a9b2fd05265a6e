/** A relay is gone for good. The group moves to another, and no member is left behind (PROTOCOL §5, relays; §7). */
import { CONTACT, OUTBOX, OWN_INVITE, RELAY_PLACE, RELAY_LINK } from '@sotto/core/inside'
import { equalBytes, LIMITS, toBase64url } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 20_000
/** What waits for a relay has left by another after this time. */
const FAILOVER_MS = 5_000
/** An isolated member asks one of the others after this time at the latest. */
const ISOLATED_MS = 90_000

const move = (story: Story, admin: Person, ...relays: readonly number[]): void =>
  story.ask(admin, { kind: 'setRelays', group: story.group, relays: relays.map((number) => story.relay(number)) })
const adds = (story: Story, person: Person, relay: number): void => story.ask(person, { kind: 'addRelay', address: story.relay(relay) })
const relaysOf = (story: Story, person: Person): readonly string[] => story.groupOf(person)?.relays.map(({ address }) => address) ?? []
const newInvite = (story: Story, person: Person): string => {
  let text = ''
  story.ask(person, { kind: 'createInvite', group: story.group }, ({ invite }) => (text = invite ?? ''))
  return text
}
const stateOf = (story: Story, person: Person, said: string): string | undefined =>
  story.messages(person).find(({ body }) => body.kind === 'text' && body.text === said)?.state

/** Three people at the first relay. */
async function three(direct = false) {
  const story = await beginStory({ direct, relays: 2 })
  const [alice, bob, carol] = [story.enter('Alice', { relays: [0] }), story.enter('Bob', { relays: [] }), story.enter('Carol', { relays: [] })]
  story.gather(alice, bob, carol)
  return { story, alice, bob, carol }
}

describe('a member that already uses another relay', () => {
  it('finds the group there as soon as an admin moves it: waiting messages arrive, and later ones', async () => {
    const { story, alice, bob, carol } = await three()
    story.network.killRelay(0)
    story.pass(1_000)
    story.say(bob, 'before')
    for (const each of [alice, bob, carol]) adds(story, each, 1)
    story.pass(2 * LIMITS.relayDownMs)
    expect(stateOf(story, bob, 'before')).toBe('sending')
    expect(story.groupOf(bob)?.relays).toMatchObject([{ address: story.relay(0), state: 'unreachable' }])
    move(story, alice, 1)
    expect(story.msUntil(() => story.shows(alice, 'before') && story.shows(carol, 'before'), SOON_MS)).toBeLessThan(SOON_MS)
    for (const each of [alice, bob, carol]) expect(relaysOf(story, each)).toEqual([story.relay(1)])
    for (const each of [alice, bob, carol]) story.say(each, `${each.name} after`)
    const after = ['Alice after', 'Bob after', 'Carol after']
    expect(story.msUntil(() => [alice, bob, carol].every((each) => story.shows(each, ...after)), SOON_MS)).toBeLessThan(SOON_MS)
    expect(story.msUntil(() => stateOf(story, bob, 'before') === 'delivered', SOON_MS)).toBeLessThan(SOON_MS)
  })

  it('does so after a restart too, when it only knows that the old relay does not answer', async () => {
    const { story, alice, bob, carol } = await three()
    for (const each of [alice, bob, carol]) adds(story, each, 1)
    for (const each of [alice, bob, carol]) each.stop()
    story.network.killRelay(0)
    for (const each of [alice, bob, carol]) each.start()
    story.say(carol, 'is anybody there')
    story.pass(2 * LIMITS.relayDownMs)
    move(story, alice, 1)
    expect(story.msUntil(() => story.shows(alice, 'is anybody there') && story.shows(bob, 'is anybody there'), ISOLATED_MS)).toBeLessThan(ISOLATED_MS)
  })

  it('is sent again what only the dead relay had, although no member writes any more', async () => {
    const { story, alice, bob, carol } = await three()
    story.say(alice, 'under this key')
    story.pass(SOON_MS)
    bob.stop()
    story.say(alice, 'left at the first')
    story.pass(SOON_MS)
    story.network.killRelay(0)
    bob.start()
    for (const each of [alice, bob, carol]) adds(story, each, 1)
    move(story, alice, 1)
    expect(story.msUntil(() => story.shows(bob, 'left at the first'), ISOLATED_MS)).toBeLessThan(ISOLATED_MS)
  })

  it('leaves at the new relay what it had sealed and no relay took', async () => {
    const { story, alice, bob, carol } = await three()
    const isFull = story.refuse((by, about) => by === bob && about === 'envelope')
    story.say(bob, 'sealed already')
    story.pass(SOON_MS)
    expect(stateOf(story, bob, 'sealed already')).toBe('sending')
    story.network.killRelay(0)
    isFull()
    for (const each of [alice, bob, carol]) adds(story, each, 1)
    move(story, alice, 1)
    expect(story.msUntil(() => stateOf(story, bob, 'sealed already') !== 'sending', ISOLATED_MS)).toBeLessThan(ISOLATED_MS)
    expect(story.msUntil(() => story.shows(alice, 'sealed already'), SOON_MS)).toBeLessThan(SOON_MS)
    expect(bob.rows.scan(OUTBOX).filter(({ value }) => value.about.kind === 'envelope')).toEqual([])
  })

  it('admits a new member by a new invite', async () => {
    const { story, alice, bob, carol } = await three()
    story.network.killRelay(0)
    for (const each of [alice, bob, carol]) adds(story, each, 1)
    move(story, alice, 1)
    story.pass(2 * LIMITS.relayDownMs)
    const before = alice.rows.scan(OWN_INVITE).length
    story.invite = newInvite(story, alice)
    expect(alice.rows.scan(OWN_INVITE)).toHaveLength(before)
    const dave = story.enter('Dave', { relays: [] })
    story.join(dave)
    expect(relaysOf(story, dave)).toEqual([story.relay(1)])
    story.say(dave, 'hello')
    story.say(carol, 'welcome')
    expect(story.msUntil(() => story.shows(dave, 'welcome') && story.shows(carol, 'hello') && story.shows(bob, 'hello'), ISOLATED_MS)).toBeLessThan(ISOLATED_MS)
  })
})

it('directly connected members tell each other, and need no hint', async () => {
  const { story, alice, bob, carol } = await three(true)
  expect(story.msUntil(() => story.isConnected(bob) && story.isConnected(carol), SOON_MS)).toBeLessThan(SOON_MS)
  story.pass(SOON_MS)
  story.network.killRelay(0)
  story.pass(1_000)
  adds(story, alice, 1)
  move(story, alice, 1)
  const follow = () =>
    [bob, carol].every((each) => story.groupOf(each)?.relays[0]?.address === story.relay(1) && story.groupOf(each)?.relays[0]?.state === 'connected')
  expect(story.msUntil(follow, ISOLATED_MS)).toBeLessThan(ISOLATED_MS)
})

it('members that share another group hear of the move by that one’s relay, and nobody pastes an address', async () => {
  const { story, alice, bob } = await three()
  const first = story.group
  // Another group of the two. Bob knows its relay by the invite alone.
  adds(story, alice, 1)
  story.ask(alice, { kind: 'createGroup', title: 'Choir' }, ({ group }) => (story.group = group ?? ''))
  story.pass(1_000)
  story.ask(alice, { kind: 'setRelays', group: story.group, relays: [story.relay(1)] })
  story.pass(1_000)
  story.invite = newInvite(story, alice)
  story.join(bob)
  story.pass(SOON_MS)
  story.group = first
  story.network.killRelay(0)
  story.pass(1_000)
  move(story, alice, 1)
  expect(story.msUntil(() => relaysOf(story, bob)[0] === story.relay(1), FAILOVER_MS)).toBeLessThan(FAILOVER_MS)
  story.say(bob, 'here')
  expect(story.msUntil(() => story.shows(alice, 'here'), SOON_MS)).toBeLessThan(SOON_MS)
})

describe('a member that was away while the group moved', () => {
  async function carolIsAway() {
    const { story, alice, bob, carol } = await three()
    const dave = story.enter('Dave', { relays: [] })
    story.join(dave)
    story.pass(SOON_MS)
    story.say(carol, 'bye')
    story.pass(SOON_MS)
    carol.stop()
    story.network.killRelay(0)
    for (const each of [alice, bob, dave]) adds(story, each, 1)
    move(story, alice, 1)
    story.pass(2 * LIMITS.relayDownMs)
    // The group is in another epoch since.
    story.remove(alice, dave)
    story.pass(SOON_MS)
    story.say(bob, 'while you were away')
    story.pass(SOON_MS)
    carol.start()
    story.say(carol, 'where are you')
    story.pass(2 * LIMITS.relayDownMs)
    expect(stateOf(story, carol, 'where are you')).toBe('sending')
    return { story, alice, bob, carol }
  }

  const isBack = (story: Story, bob: Person, carol: Person) => () => story.shows(carol, 'while you were away') && story.shows(bob, 'where are you')

  it('is brought back by a current invite', async () => {
    const { story, bob, carol } = await carolIsAway()
    let looksAt: readonly string[] | undefined
    story.ask(carol, { kind: 'join', invite: newInvite(story, bob) }, (value) => (looksAt = value.looksAt))
    expect(looksAt).toEqual([story.relay(1)])
    expect(story.msUntil(isBack(story, bob, carol), ISOLATED_MS)).toBeLessThan(ISOLATED_MS)
    expect(relaysOf(story, carol)).toEqual([story.relay(1)])
  })

  it('comes back by looking at the new relay herself', async () => {
    const { story, bob, carol } = await carolIsAway()
    story.ask(carol, { kind: 'lookAtRelay', group: story.group, address: story.relay(1) })
    expect(story.msUntil(isBack(story, bob, carol), ISOLATED_MS)).toBeLessThan(ISOLATED_MS)
  })
})

describe('what a member tells and what it does not', () => {
  it('an invite to a group that one belongs to changes only where one looks', async () => {
    const { story, bob, carol } = await three()
    const before = relaysOf(story, carol)
    let code = ''
    carol.request({ kind: 'join', invite: newInvite(story, bob) }, (reply) => (code = reply.ok ? '' : reply.rejection.code))
    story.pass(1_000)
    expect(code).toBe('alreadyMember')
    story.ask(carol, { kind: 'lookAtRelay', group: story.group, address: story.relay(1) })
    expect(relaysOf(story, carol)).toEqual(before)
    story.say(carol, 'still there')
    expect(story.msUntil(() => story.shows(bob, 'still there'), SOON_MS)).toBeLessThan(SOON_MS)
    expect(carol.rows.scan(OUTBOX).filter(({ value }) => value.relay === story.relay(1))).toEqual([])
  })

  it('a member that is not an admin moves no other', async () => {
    const { story, bob } = await three()
    let code = ''
    bob.request({ kind: 'setRelays', group: story.group, relays: [story.relay(1)] }, (reply) => (code = reply.ok ? '' : reply.rejection.code))
    story.pass(1_000)
    expect(code).toBe('notAllowed')
    expect(story.groupOf(bob)?.may.setRelays).toBe(false)
  })

  it('places to look are few, and expire', async () => {
    const { story, alice, bob, carol } = await three()
    const other = (number: number): string => story.relay(1).replace('4002', String(5_000 + number))
    for (let i = 0; i < LIMITS.placesOfGroup + 3; i++) story.ask(carol, { kind: 'lookAtRelay', group: story.group, address: other(i) })
    expect(carol.rows.scan(RELAY_PLACE)).toHaveLength(LIMITS.placesOfGroup)
    expect(carol.rows.scan(RELAY_LINK).length).toBe(LIMITS.placesOfGroup + 1)
    for (const each of [alice, bob, carol]) each.stop()
    story.pass(LIMITS.retentionMs + SOON_MS)
    carol.start()
    story.pass(SOON_MS)
    expect(carol.rows.scan(RELAY_PLACE)).toEqual([])
  })
})

describe('letters avoid a relay that is gone: an address names several', () => {
  it('those written after it is known, and the prekeys for them', async () => {
    const story = await beginStory({ direct: false, relays: 2 })
    const [alice, bob] = [story.enter('Alice'), story.enter('Bob')]
    story.gather(alice, bob)
    story.network.killRelay(0)
    // The first message under a new key, which cannot be read without a letter.
    bob.stop()
    bob.start()
    story.say(bob, 'under a key of its own')
    expect(story.msUntil(() => story.shows(alice, 'under a key of its own'), 3 * SOON_MS)).toBeLessThan(3 * SOON_MS)
  })

  it('and those that already wait for it', async () => {
    const story = await beginStory({ direct: false, relays: 2 })
    const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
    story.gather(alice, bob, carol)
    const waiting = (): number => alice.rows.scan(OUTBOX).filter(({ value }) => value.about.kind === 'letter' && value.relay === story.relay(0)).length
    const isFull = story.refuse((by, about) => by === alice && about === 'letter')
    story.remove(alice, carol)
    story.say(alice, 'without Carol')
    story.pass(1_000)
    expect(waiting()).toBeGreaterThan(0)
    story.network.killRelay(0)
    isFull()
    expect(story.msUntil(() => waiting() === 0, FAILOVER_MS)).toBeLessThan(FAILOVER_MS)
    expect(story.msUntil(() => story.shows(bob, 'without Carol'), SOON_MS)).toBeLessThan(SOON_MS)
  })
})

it('a member that leaves a group whose relay is gone is known to have left', async () => {
  const { story, alice, bob, carol } = await three()
  for (const each of [alice, bob, carol]) {
    adds(story, each, 1)
    // Its next letters name the other relay.
    each.stop()
    each.start()
    story.say(each, 'here')
    story.pass(SOON_MS)
  }
  story.network.killRelay(0)
  story.pass(2 * LIMITS.relayDownMs)
  // Alice alone may move the group. Bob is to follow her in that, and has to know of it.
  story.ask(alice, { kind: 'leaveGroup', group: story.group, successor: bob.account })
  expect(story.msUntil(() => story.groupOf(bob)?.members.length === 2 && story.groupOf(carol)?.members.length === 2, SOON_MS)).toBeLessThan(SOON_MS)
  move(story, bob, 1)
  story.say(carol, 'still here')
  expect(story.msUntil(() => story.shows(bob, 'still here'), ISOLATED_MS)).toBeLessThan(ISOLATED_MS)
})

it('what waits for a relay that is gone leaves when its reader names another, and an earlier address is not taken for the last', async () => {
  const { story, alice, bob } = await three()
  const waiting = (): number =>
    alice.rows.scan(OUTBOX).filter(({ value }) => value.about.kind === 'letter' && equalBytes(value.about.device, bob.device)).length
  story.network.killRelay(0)
  story.pass(2 * LIMITS.relayDownMs)
  // Bob's program ends in the middle: at its next start it queues its address for all, where it is then.
  bob.die()
  bob.start()
  story.ask(alice, { kind: 'leaveGroup', group: story.group, successor: bob.account })
  adds(story, alice, 1)
  story.pass(2 * LIMITS.relayDownMs)
  expect(waiting()).toBe(1)
  adds(story, bob, 1)
  expect(story.msUntil(() => waiting() === 0, ISOLATED_MS)).toBeLessThan(ISOLATED_MS)
  expect(alice.rows.get(CONTACT, toBase64url(bob.device))?.address?.relays).toEqual([story.relay(1), story.relay(0)])
})
