/** Up to where people have read (PROTOCOL §7.37–7.39). */
import type { MessageView } from '@sotto/core'
import { LIMITS } from '@sotto/wire'
import { describe, expect, it } from 'vitest'
import { choose, gathered, memberIn, reads, signalsIn } from './signal-story.ts'
import { type Person, relayed, type Story } from './story.ts'

const SOON_MS = 20_000

/** The newest own message of a person, as its page has it. */
function newestOwn(story: Story, person: Person): MessageView | undefined {
  let shown: readonly MessageView[] = []
  story.ask(person, { kind: 'readMessages', group: story.group, before: null, limit: 100 }, ({ messages = [] }) => (shown = messages))
  return shown.findLast(({ own, body }) => own && body.kind === 'text')
}

/** Whether a person is shown that another has read its newest message. */
function isRead(story: Story, author: Person, by: Person): boolean {
  const read = memberIn(story, author, by)?.read ?? null
  const order = newestOwn(story, author)?.order ?? ''
  return read !== null && read.from < order && order <= read.upTo
}

describe('what was read', () => {
  it('is shown to its author within seconds, for each reader, and what comes later is not', async () => {
    const { story, alice, bob, carol } = await gathered()
    story.say(alice, 'one')
    story.pass(SOON_MS)
    expect(isRead(story, alice, bob)).toBe(false)
    const readMs = story.nowMs
    reads(story, bob)
    expect(story.msUntil(() => isRead(story, alice, bob), SOON_MS)).toBeLessThan(5_000)
    expect(isRead(story, alice, carol)).toBe(false)
    expect((memberIn(story, alice, bob)?.read?.atMs ?? 0) - readMs).toBeLessThan(100)
    story.say(alice, 'two')
    story.pass(SOON_MS)
    expect(isRead(story, alice, bob)).toBe(false)
    reads(story, bob)
    reads(story, carol)
    story.pass(SOON_MS)
    expect([isRead(story, alice, bob), isRead(story, alice, carol)]).toEqual([true, true])
  })

  it('is no message whose key is missing: a later one of its author is not said to be read before that one is opened', async () => {
    const { story, alice, carol } = await gathered()
    const keys = story.lose(relayed('letter', alice, carol))
    const requests = story.lose(relayed('letter', carol, alice))
    const beginAnew = (): void => {
      alice.stop()
      alice.start()
      story.pass(1_000)
    }
    beginAnew()
    story.say(alice, 'one')
    story.pass(2_000)
    keys()
    beginAnew()
    story.say(alice, 'two')
    story.pass(2_000)
    expect(story.texts(carol)).toEqual(['two'])
    reads(story, carol)
    story.pass(10_000)
    expect([story.texts(carol), isRead(story, alice, carol)]).toEqual([['two'], false])
    requests()
    expect(story.msUntil(() => story.shows(carol, 'one'), 600_000)).toBeLessThan(600_000)
    reads(story, carol)
    story.pass(SOON_MS)
    expect(isRead(story, alice, carol)).toBe(true)
  })

  it('is said together, however fast one reads', async () => {
    const { story, alice, bob, carol } = await gathered()
    const before = signalsIn(story).filter(({ to }) => to === carol).length
    for (let i = 0; i < 20; i++) {
      story.say(alice, `line ${i}`)
      story.pass(300)
      reads(story, bob)
    }
    story.pass(SOON_MS)
    expect(isRead(story, alice, bob)).toBe(true)
    expect(signalsIn(story).filter(({ to }) => to === carol).length - before).toBeLessThanOrEqual(4)
  })

  it('without a connection is told when there is one again, on both sides', async () => {
    const { story, alice, bob } = await gathered()
    story.say(alice, 'one')
    story.pass(SOON_MS)
    const relay = 0
    story.network.restartRelay(relay, 120_000, false)
    story.pass(10_000)
    reads(story, bob)
    story.pass(60_000)
    expect(isRead(story, alice, bob)).toBe(false)
    // Where the reader was there before its author, the next announcement of the reader says it.
    const withinMs = 120_000 + LIMITS.announceMs
    expect(story.msUntil(() => isRead(story, alice, bob), withinMs)).toBeLessThan(withinMs)
    // The author is away while it is read, and the reader while the author comes.
    story.say(alice, 'two')
    story.pass(SOON_MS)
    alice.stop()
    reads(story, bob)
    story.pass(SOON_MS)
    bob.stop()
    alice.start()
    story.pass(SOON_MS)
    expect(isRead(story, alice, bob)).toBe(false)
    bob.start()
    expect(story.msUntil(() => isRead(story, alice, bob), SOON_MS)).toBeLessThan(SOON_MS)
  })

  it('a message that waited elsewhere is not read because a later one was', async () => {
    const { story, alice, bob, carol } = await gathered()
    const found = story.lose(({ to, what }) => to === alice && (what === 'stored' || what.startsWith('relayed')))
    const kept = story.lose(({ to, what }) => to !== alice && what === 'relayed envelope')
    story.say(alice, 'waits')
    story.pass(2_000)
    found()
    kept()
    story.say(carol, 'later')
    story.pass(500)
    reads(story, bob)
    story.pass(1_000)
    expect(isRead(story, alice, bob)).toBe(story.shows(bob, 'waits'))
  })

  it('stays known over restarts', async () => {
    const { story, alice, bob } = await gathered()
    story.say(alice, 'one')
    story.pass(SOON_MS)
    reads(story, bob)
    story.pass(SOON_MS)
    bob.stop()
    alice.stop()
    alice.start()
    story.pass(1_000)
    expect(isRead(story, alice, bob)).toBe(true)
  })

  it('is told by nobody who does not want to, and then shown to nobody who does not', async () => {
    const { story, alice, bob, carol } = await gathered()
    choose(story, bob, 'readReceipts', false)
    story.say(alice, 'one')
    story.say(bob, 'two')
    story.pass(SOON_MS)
    reads(story, bob)
    reads(story, carol)
    story.pass(SOON_MS)
    expect([isRead(story, alice, bob), isRead(story, alice, carol)]).toEqual([false, true])
    expect(story.groupOf(bob)?.members.map(({ read }) => read)).toEqual([null, null, null])
    // What was read meanwhile is not told later, until there is something new to read.
    choose(story, bob, 'readReceipts', true)
    bob.stop()
    bob.start()
    story.pass(LIMITS.announceMs)
    expect(isRead(story, alice, bob)).toBe(false)
  })

  it('says nothing of who came later, and nothing is told to who was removed', async () => {
    const { story, alice, bob, carol } = await gathered()
    story.say(alice, 'before')
    story.pass(SOON_MS)
    const dave = story.enter('Dave')
    story.join(dave)
    story.pass(SOON_MS)
    story.say(alice, 'after')
    story.pass(SOON_MS)
    reads(story, dave)
    story.pass(SOON_MS)
    expect(isRead(story, alice, dave)).toBe(true)
    const orders = [...story.messages(alice)].length
    expect(orders).toBe(2)
    const from = memberIn(story, alice, dave)?.read?.from ?? ''
    expect([from > '', from < (newestOwn(story, alice)?.order ?? '')]).toEqual([true, true])
    story.remove(alice, carol)
    story.pass(SOON_MS)
    const before = signalsIn(story).filter(({ to }) => to === carol).length
    story.say(alice, 'without Carol')
    story.pass(SOON_MS)
    reads(story, bob)
    story.pass(SOON_MS)
    expect([isRead(story, alice, bob), memberIn(story, alice, carol)]).toEqual([true, undefined])
    expect(signalsIn(story).filter(({ to }) => to === carol).length).toBe(before)
  })

  it('reaches a connected member also where there is no relay', async () => {
    const { story, alice, bob } = await gathered({ direct: true })
    story.say(alice, 'one')
    story.pass(SOON_MS)
    story.network.restartRelay(0, 600_000, false)
    story.pass(10_000)
    reads(story, bob)
    expect(story.msUntil(() => isRead(story, alice, bob), SOON_MS)).toBeLessThan(SOON_MS)
  })
})
