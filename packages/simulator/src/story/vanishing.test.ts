/** Messages that vanish (PROTOCOL §8.86–8.90): at their author's, at those who read them, and at those who were away. */
import { REACTION } from '@sotto/core/inside'
import { LIMITS } from '@sotto/wire'
import { expect, it } from 'vitest'
import { type Person, relayed, type Story } from './story.ts'
import { holds, HOUR, idOf, lines, MINUTE, page, read, saidIn, SECRET, setLifetime, SOON_MS, three, two } from './vanishing-story.ts'

/** These are turned off for so long, and are back. */
function offFor(story: Story, ms: number, ...people: readonly Person[]): void {
  for (const person of people) person.stop()
  story.pass(ms)
  for (const person of people) person.start()
  story.pass(SOON_MS)
}

it('goes an hour after it was sent at its author’s, and an hour after it was read at a reader’s', async () => {
  const { story, alice, bob } = await two()
  setLifetime(story, bob, 3_600)
  for (const person of [alice, bob]) expect(lines(story, person)).toContainEqual({ kind: 'lifetime', seconds: 3_600 })
  story.say(alice, SECRET)
  story.pass(SOON_MS)
  expect(page(story, alice)[0]?.lifetime).toMatchObject({ seconds: 3_600 })
  expect(page(story, bob)[0]?.lifetime).toEqual({ seconds: 3_600, endsMs: null })
  story.pass(30 * MINUTE)
  read(story, bob)
  expect(Math.abs((page(story, bob)[0]?.lifetime?.endsMs ?? 0) - story.nowMs - HOUR)).toBeLessThan(1_000)
  story.pass(30 * MINUTE)
  expect([saidIn(story, alice), saidIn(story, bob)]).toEqual([[], [SECRET]])
  expect([holds(story, alice, SECRET), holds(story, bob, SECRET)]).toEqual([false, true])
  expect(story.groupOf(alice)?.lastMessage).toBeNull()
  story.pass(30 * MINUTE)
  for (const person of [alice, bob]) {
    expect(saidIn(story, person)).toEqual([])
    expect(holds(story, person, SECRET)).toBe(false)
    person.stop()
    person.start()
    expect(saidIn(story, person)).toEqual([])
    expect(lines(story, person)).not.toContainEqual({ kind: 'vanished', count: 1 })
  }
})

it('what was said before, and what is said once the timer is off, stays', async () => {
  const { story, alice, bob } = await two()
  story.say(alice, 'before')
  setLifetime(story, alice, 300)
  story.say(alice, SECRET)
  setLifetime(story, alice, 0)
  story.say(alice, 'after')
  story.pass(SOON_MS)
  read(story, bob)
  story.pass(24 * HOUR)
  for (const person of [alice, bob]) expect(saidIn(story, person)).toEqual(['before', 'after'])
  expect(lines(story, bob).filter(({ kind }) => kind === 'lifetime')).toEqual([
    { kind: 'lifetime', seconds: 300 },
    { kind: 'lifetime', seconds: 0 },
  ])
})

it('one message may last shorter than the others, and none longer', async () => {
  const { story, alice, bob } = await two()
  story.ask(alice, { kind: 'send', group: story.group, text: SECRET, lifetimeSeconds: 60 })
  setLifetime(story, alice, 300)
  story.ask(alice, { kind: 'send', group: story.group, text: 'a minute', lifetimeSeconds: 60 })
  for (const lifetimeSeconds of [301, 5]) {
    let code = ''
    alice.request({ kind: 'send', group: story.group, text: 'never', lifetimeSeconds }, (reply) => (code = reply.ok ? '' : reply.rejection.code))
    story.pass(100)
    expect(code).toBe('badRequest')
  }
  story.say(alice, 'five minutes')
  story.pass(SOON_MS)
  read(story, bob)
  story.pass(90_000)
  for (const person of [alice, bob]) expect(saidIn(story, person)).toEqual(['five minutes'])
  story.pass(5 * MINUTE)
  for (const person of [alice, bob]) expect(saidIn(story, person)).toEqual([])
})

it('a reader who was away reads it when it is back, and has as long as the others', async () => {
  const { story, alice, bob } = await two()
  setLifetime(story, alice, 3_600)
  bob.stop()
  story.say(alice, SECRET)
  story.pass(3 * 24 * HOUR)
  expect(saidIn(story, alice)).toEqual([])
  bob.start()
  story.pass(SOON_MS)
  expect(saidIn(story, bob)).toEqual([SECRET])
  read(story, bob)
  story.pass(HOUR - 10_000)
  expect(saidIn(story, bob)).toEqual([SECRET])
  story.pass(20_000)
  expect([saidIn(story, bob), holds(story, bob, SECRET)]).toEqual([[], false])
})

it('a device that was off past the end never shows it', async () => {
  const { story, alice, bob } = await two()
  setLifetime(story, alice, 3_600)
  story.say(alice, SECRET)
  story.pass(SOON_MS)
  read(story, bob)
  for (const person of [alice, bob]) person.stop()
  story.pass(2 * HOUR)
  for (const person of [alice, bob]) {
    person.start()
    expect(saidIn(story, person)).toEqual([])
    expect(holds(story, person, SECRET)).toBe(false)
    expect(story.groupOf(person)?.lastMessage).toBeNull()
  }
})

it('nor does one that slept', async () => {
  const { story, alice, bob } = await two()
  setLifetime(story, alice, 3_600)
  story.say(alice, SECRET)
  story.pass(SOON_MS)
  read(story, bob)
  bob.freeze()
  story.pass(2 * HOUR)
  bob.thaw()
  story.pass(100)
  expect([saidIn(story, bob), holds(story, bob, SECRET)]).toEqual([[], false])
})

it('what nobody reads ends too, and the person is told how many there were', async () => {
  const { story, alice, bob } = await two()
  setLifetime(story, alice, 3_600)
  story.say(alice, SECRET, 'another')
  story.pass(SOON_MS)
  expect(story.groupOf(bob)?.unread).toBe(2)
  offFor(story, LIMITS.retentionMs - HOUR, alice, bob)
  expect(saidIn(story, bob)).toEqual([SECRET, 'another'])
  offFor(story, 2 * HOUR, alice, bob)
  expect([saidIn(story, bob), holds(story, bob, SECRET)]).toEqual([[], false])
  expect(lines(story, bob)).toContainEqual({ kind: 'vanished', count: 2 })
  expect(story.groupOf(bob)?.unread).toBe(0)
  expect(lines(story, alice)).not.toContainEqual(expect.objectContaining({ kind: 'vanished' }))
  read(story, bob)
  story.say(alice, 'a third')
  story.pass(SOON_MS)
  offFor(story, LIMITS.retentionMs + 2 * HOUR, bob)
  expect(lines(story, bob).filter(({ kind }) => kind === 'vanished')).toEqual([
    { kind: 'vanished', count: 2 },
    { kind: 'vanished', count: 1 },
  ])
})

it('what answers it, its edits, what was put beside it, the list, the composer and a search say nothing of it any more', async () => {
  const { story, alice, bob } = await two()
  setLifetime(story, alice, 3_600)
  story.say(alice, SECRET)
  story.pass(SOON_MS)
  const id = idOf(story, bob, SECRET)
  setLifetime(story, alice, 0)
  story.ask(bob, { kind: 'send', group: story.group, text: 'which one?', replyTo: id })
  story.ask(bob, { kind: 'react', group: story.group, message: id, emoji: '👍' })
  story.ask(bob, { kind: 'setReplyTo', group: story.group, message: id })
  story.ask(alice, { kind: 'editMessage', group: story.group, message: id, text: `${SECRET} outside` })
  story.ask(alice, { kind: 'setEditing', group: story.group, message: id })
  story.pass(SOON_MS)
  const found = (person: typeof alice): number => {
    for (let piece = 0; piece < 12; piece++) {
      person.deliver({ kind: 'idle' })
      story.pass(100)
    }
    let messages = -1
    story.ask(person, { kind: 'search', text: 'outside', group: story.group, from: 0 }, ({ found: hits }) => (messages = hits?.conversations[0]?.count ?? 0))
    return messages
  }
  for (const person of [alice, bob]) {
    expect(saidIn(story, person)).toContain(`${SECRET} outside`)
    expect(holds(story, person, 'outside')).toBe(true)
    expect(found(person)).toBe(1)
    person.stop()
    person.start()
    expect(found(person)).toBe(1)
  }
  read(story, bob)
  story.pass(HOUR + SOON_MS)
  for (const person of [alice, bob]) {
    expect(saidIn(story, person)).toEqual(['which one?'])
    const [answer] = page(story, person)
    expect(answer?.body.kind === 'text' ? answer.body.replyTo : null).toEqual({ message: id, said: null, gone: 'vanished' })
    expect(story.groupOf(person)).toMatchObject({ lastMessage: { text: 'which one?' }, replyTo: null, editing: null })
    expect(person.rows.scan(REACTION, story.group)).toEqual([])
    for (const words of [SECRET, 'outside']) expect(holds(story, person, words)).toBe(false)
    expect(found(person)).toBe(0)
  }
  // Who never had it is told nothing of its end; and it is remembered for 58 days.
  const carol = story.enter('Carol')
  story.join(carol)
  story.ask(alice, { kind: 'setLifetime', group: story.group, seconds: 0 })
  story.ask(alice, { kind: 'send', group: story.group, text: 'the blue one', replyTo: id })
  const goneFor = (person: Person) => {
    const body = page(story, person).findLast((each) => each.body.kind === 'text' && each.body.text === 'the blue one')?.body
    return body?.kind === 'text' ? body.replyTo?.gone : 'no text'
  }
  story.pass(SOON_MS)
  expect(goneFor(carol)).toBe(null)
  for (const person of [alice, bob]) expect(goneFor(person)).toBe('vanished')
  for (const person of [alice, bob, carol]) person.stop()
  story.pass(59 * 24 * HOUR)
  for (const person of [alice, bob]) person.start()
  story.pass(SOON_MS)
  for (const person of [alice, bob]) expect(goneFor(person)).toBe(null)
})

it('a resend does not bring it back, nor does an edit that comes late', async () => {
  const { story, alice, bob, carol } = await three()
  setLifetime(story, alice, 300)
  const lost = story.lose(relayed('envelope', alice, carol))
  const edits = story.holdBack(relayed('envelope', alice, bob))
  story.say(alice, 'first')
  story.pass(1_000)
  edits()
  story.pass(SOON_MS)
  read(story, bob)
  const held = story.holdBack(relayed('envelope', alice, bob))
  story.ask(alice, { kind: 'editMessage', group: story.group, message: idOf(story, alice, 'first'), text: SECRET })
  carol.stop()
  story.pass(10 * MINUTE)
  held()
  lost()
  carol.start()
  story.pass(HOUR)
  for (const person of [alice, bob]) {
    expect(saidIn(story, person)).toEqual([])
    expect([holds(story, person, SECRET), holds(story, person, 'first')]).toEqual([false, false])
  }
  read(story, carol)
  story.pass(10 * MINUTE)
  expect([saidIn(story, carol), holds(story, carol, SECRET)]).toEqual([[], false])
  expect(story.groupOf(carol)?.unreadable).toEqual([])
})

it('a message that never left ends as late as one that nobody reads', async () => {
  const { story, alice, bob } = await two()
  setLifetime(story, alice, 300)
  bob.stop()
  alice.stop()
  story.network.restartRelay(0, 2 * LIMITS.retentionMs, false)
  alice.start()
  story.say(alice, SECRET)
  offFor(story, LIMITS.retentionMs - HOUR, alice)
  expect(saidIn(story, alice)).toEqual([SECRET])
  offFor(story, HOUR, alice)
  // No relay says that the clock is right: it has to stand for an hour.
  expect([saidIn(story, alice), holds(story, alice, SECRET)]).toEqual([[SECRET], true])
  story.pass(HOUR + 10 * MINUTE)
  expect([saidIn(story, alice), holds(story, alice, SECRET)]).toEqual([[], false])
})

it('one that the person deletes on this device goes at once', async () => {
  const { story, alice, bob } = await two()
  setLifetime(story, alice, 3_600)
  story.say(alice, SECRET)
  story.pass(SOON_MS)
  story.ask(bob, { kind: 'deleteMessage', group: story.group, message: idOf(story, bob, SECRET), forAll: false })
  expect([saidIn(story, bob), holds(story, bob, SECRET)]).toEqual([[], false])
  expect(saidIn(story, alice)).toEqual([SECRET])
})

it('whatever point a device dies at, nothing of it is left after the next start', async () => {
  for (let actions = 0; actions < 24; actions++) {
    const { story, alice, bob } = await two()
    setLifetime(story, alice, 300)
    story.say(alice, SECRET)
    story.pass(SOON_MS)
    read(story, bob)
    const id = idOf(story, alice, SECRET)
    story.ask(alice, { kind: 'editMessage', group: story.group, message: id, text: `${SECRET}!` })
    story.pass(4 * MINUTE)
    for (const person of [alice, bob]) person.dieAfterActions = actions
    story.pass(10 * MINUTE)
    for (const person of [alice, bob]) {
      if (!person.alive) person.start()
      story.pass(1_000)
      expect([actions, person.name, saidIn(story, person), holds(story, person, SECRET)]).toEqual([actions, person.name, [], false])
    }
  }
})
