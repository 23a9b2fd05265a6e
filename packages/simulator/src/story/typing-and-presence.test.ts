/** Who types, and who is there (PROTOCOL §7.40–7.42). */
import { LIMITS } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import { AT_ONCE_MS, choose, gathered, memberIn, signalsIn, touches, types, typists } from './signal-story.ts'
import { beginStory, type Person, type Story } from './story.ts'

const SOON_MS = 20_000

describe('who types', () => {
  it('is shown at once, and no longer when the text is sent, the field is left or nothing comes for five seconds', async () => {
    const { story, alice, bob, carol } = await gathered()
    types(story, alice)
    story.pass(AT_ONCE_MS)
    expect([typists(story, bob), typists(story, carol), typists(story, alice)]).toEqual([['Alice'], ['Alice'], []])
    types(story, carol)
    story.pass(AT_ONCE_MS)
    expect(typists(story, bob)).toEqual(['Alice', 'Carol'])
    types(story, carol, false)
    story.pass(AT_ONCE_MS)
    expect(typists(story, bob)).toEqual(['Alice'])
    story.say(alice, 'done')
    story.pass(AT_ONCE_MS)
    expect(typists(story, bob)).toEqual([])
    types(story, alice)
    story.pass(LIMITS.typingShownMs - 1_000)
    expect(typists(story, bob)).toEqual(['Alice'])
    story.pass(2_000)
    expect(typists(story, bob)).toEqual([])
  })

  it('is said at most every three seconds, and over at once by the message itself', async () => {
    const { story, alice, bob } = await gathered()
    story.pass(SOON_MS)
    const before = signalsIn(story).filter(({ to }) => to === bob).length
    const beganMs = story.nowMs
    while (story.nowMs < beganMs + 15_000) {
      types(story, alice)
      story.pass(100)
    }
    const said = signalsIn(story).filter(({ to }) => to === bob).length - before
    expect([said >= 4, said <= 6]).toEqual([true, true])
    const lost = story.lose(({ what }) => what === 'relayed signal')
    story.say(alice, 'done')
    story.pass(AT_ONCE_MS)
    lost()
    expect(typists(story, bob)).toEqual([])
  })

  it('is over once it is sent, however long the message takes', async () => {
    const { story, alice, bob } = await gathered()
    const withheld = story.lose(({ what }) => what === 'relayed envelope')
    types(story, alice)
    story.pass(AT_ONCE_MS)
    expect(typists(story, bob)).toEqual(['Alice'])
    story.say(alice, 'on its way')
    story.pass(AT_ONCE_MS)
    withheld()
    expect(typists(story, bob)).toEqual([])
  })

  it('is kept in no durable row, and over with a restart', async () => {
    const { story, alice, bob } = await gathered()
    types(story, alice)
    story.pass(AT_ONCE_MS)
    expect(typists(story, bob)).toEqual(['Alice'])
    bob.stop()
    bob.start()
    expect(typists(story, bob)).toEqual([])
  })

  it('is told by nobody who does not want to, and then shown to nobody who does not', async () => {
    const { story, alice, bob, carol } = await gathered()
    types(story, alice)
    story.pass(AT_ONCE_MS)
    choose(story, alice, 'typing', false)
    story.pass(AT_ONCE_MS)
    expect(typists(story, bob)).toEqual([])
    types(story, alice)
    types(story, carol)
    story.pass(AT_ONCE_MS)
    expect([typists(story, bob), typists(story, alice)]).toEqual([['Carol'], []])
  })
})

describe('who is there', () => {
  const presences = (story: Story, at: Person) =>
    story
      .groupOf(at)
      ?.members.filter(({ own }) => !own)
      .map(({ presence }) => presence)

  it('shows of nobody who did not allow it, whatever it does, nor how it is connected', async () => {
    const { story, alice, bob } = await gathered({ direct: true, names: ['Alice', 'Bob'] })
    choose(story, alice, 'presence', true)
    touches(story, alice)
    touches(story, bob)
    story.say(bob, 'I write')
    story.pass(60_000)
    expect(story.isConnected(alice)).toBe(true)
    expect([presences(story, alice), presences(story, bob)]).toEqual([[null], [null]])
    expect([memberIn(story, alice, bob)?.connection, story.groupOf(alice)?.connection]).toEqual([null, 'relay'])
  })

  it('shows within seconds of coming, with how it is reached, and is over at once with a goodbye', async () => {
    const { story, alice, bob } = await gathered({ direct: true, names: ['Alice', 'Bob'] })
    for (const each of [alice, bob]) {
      choose(story, each, 'presence', true)
      touches(story, each)
    }
    story.pass(6_000)
    expect(memberIn(story, alice, bob)).toMatchObject({ presence: 'here', connection: 'direct' })
    expect(memberIn(story, bob, alice)).toMatchObject({ presence: 'here', connection: 'direct' })
    expect(story.groupOf(alice)?.connection).toBe('direct')
    bob.stop()
    story.pass(AT_ONCE_MS)
    expect(memberIn(story, alice, bob)).toMatchObject({ presence: 'away', connection: null })
    bob.start()
    touches(story, bob)
    expect(story.msUntil(() => memberIn(story, alice, bob)?.presence === 'here', SOON_MS)).toBeLessThan(5_000)
  })

  it('shows of who allows it, writes or types, also without any other sign', async () => {
    const { story, alice, bob } = await gathered({ names: ['Alice', 'Bob'] })
    for (const each of [alice, bob]) choose(story, each, 'presence', true)
    story.pass(6_000)
    expect([presences(story, alice), presences(story, bob)]).toEqual([['here'], ['here']])
    story.pass(LIMITS.presenceSignMs + LIMITS.presenceShownMs)
    expect(presences(story, alice)).toEqual(['away'])
    story.say(bob, 'still there')
    story.pass(AT_ONCE_MS)
    expect(presences(story, alice)).toEqual(['here'])
  })

  it('is over within 45 seconds of a death, and when its person gave no sign for long', async () => {
    const { story, alice, bob } = await gathered({ names: ['Alice', 'Bob'] })
    for (const each of [alice, bob]) {
      choose(story, each, 'presence', true)
      touches(story, each)
    }
    for (let minute = 0; minute < 4; minute++) {
      story.pass(60_000)
      expect(memberIn(story, alice, bob)?.presence).toBe('here')
    }
    bob.die()
    expect(story.msUntil(() => memberIn(story, alice, bob)?.presence === 'away', 60_000)).toBeLessThan(45_000)
    bob.start()
    touches(story, bob)
    story.pass(2_000)
    expect(memberIn(story, alice, bob)?.presence).toBe('here')
    // Its device stays, and nobody touches it.
    story.pass(LIMITS.presenceSignMs + LIMITS.presenceShownMs)
    expect(memberIn(story, alice, bob)?.presence).toBe('away')
  })

  it('ends for both sides where one takes it back', async () => {
    const { story, alice, bob } = await gathered({ names: ['Alice', 'Bob'] })
    for (const each of [alice, bob]) {
      choose(story, each, 'presence', true)
      touches(story, each)
    }
    story.pass(6_000)
    choose(story, bob, 'presence', false)
    story.pass(AT_ONCE_MS)
    expect([presences(story, alice), presences(story, bob)]).toEqual([[null], [null]])
    touches(story, alice)
    story.pass(60_000)
    expect(presences(story, bob)).toEqual([null])
  })

  it('shows to each other also where clocks are wrong by hours', async () => {
    const story = await beginStory({ direct: false })
    const [alice, bob] = [story.enter('Alice'), story.enter('Bob', { skewMs: -90 * 60_000 })]
    story.gather(alice, bob)
    for (const each of [alice, bob]) {
      choose(story, each, 'presence', true)
      touches(story, each)
    }
    story.pass(6_000)
    expect([presences(story, alice), presences(story, bob)]).toEqual([['here'], ['here']])
  })
})
