/** Clocks that are wrong, and clocks that are corrected (PROTOCOL §7). */
import { expect, it } from 'vitest'
import { beginStory, type Person, relayed, type Story } from './story.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const SOON_MS = 10_000

async function three(): Promise<{ story: Story; alice: Person; bob: Person; carol: Person; everybody: readonly Person[] }> {
  const story = await beginStory({ direct: false })
  const [alice, bob, carol] = [story.enter('Alice'), story.enter('Bob'), story.enter('Carol')]
  story.gather(alice, bob, carol)
  return { story, alice, bob, carol, everybody: [alice, bob, carol] }
}

/** Sends a message, and lets it arrive. */
const tell = (story: Story, person: Person, text: string): void => {
  story.say(person, text)
  story.pass(SOON_MS)
}

const timeOf = (story: Story, person: Person, text: string): number =>
  story.messages(person).find(({ body }) => body.kind === 'text' && body.text === text)?.timeMs ?? Number.NaN

const restart = (story: Story, person: Person): void => {
  person.stop()
  story.pass(SOON_MS)
  person.start()
  story.pass(SOON_MS)
}

it('a clock that was ahead and is corrected leaves no trace in later messages, before and after a restart', async () => {
  const { story, alice, bob, everybody } = await three()
  alice.skewMs = 20 * HOUR_MS
  tell(story, alice, 'early')
  alice.skewMs = 0
  tell(story, alice, 'right')
  tell(story, bob, 'answer')
  restart(story, alice)
  tell(story, alice, 'right after a restart')
  for (const person of everybody) {
    expect(story.texts(person)).toEqual(['early', 'right', 'answer', 'right after a restart'])
    expect(story.groupOf(person)?.lastMessage?.text).toBe('right after a restart')
    for (const text of ['right', 'answer', 'right after a restart']) expect(Math.abs(timeOf(story, person, text) - story.nowMs)).toBeLessThan(2 * 60_000)
  }
})

it('a clock that is wrong by an hour leads to one order on every screen, and its error ends when it is corrected', async () => {
  const { story, alice, bob, everybody } = await three()
  bob.skewMs = HOUR_MS
  tell(story, bob, 'an hour early')
  tell(story, alice, 'answer')
  bob.skewMs = 0
  tell(story, bob, 'right')
  for (const person of everybody) {
    expect(story.texts(person)).toEqual(['an hour early', 'answer', 'right'])
    expect(Math.abs(timeOf(story, person, 'right') - story.nowMs)).toBeLessThan(60_000)
  }
})

it.each([
  ['three days ahead', 3 * DAY_MS],
  ['in the last year that a time can name', 2 ** 48 - 1 - 1_800_000_000_000 - 30 * DAY_MS],
])('answers to a sender %s are below its message, on every screen and for members that were away', async (_, skewMs) => {
  const { story, alice, bob, carol, everybody } = await three()
  carol.stop()
  bob.skewMs = skewMs
  tell(story, bob, 'question')
  tell(story, alice, 'answer')
  tell(story, bob, 'thanks')
  story.pass(HOUR_MS)
  carol.start()
  story.pass(SOON_MS)
  tell(story, carol, 'late')
  // With a clock years ahead, all messages of others count as expired.
  const readers = skewMs < 30 * DAY_MS ? everybody : [alice, carol]
  for (const person of readers) {
    expect(story.texts(person)).toEqual(['question', 'answer', 'thanks', 'late'])
    expect(story.groupOf(person)?.lastMessage?.text).toBe('late')
  }
  for (const person of [alice, carol]) for (const { timeMs } of story.messages(person)) expect(timeMs).toBeLessThanOrEqual(story.nowMs)
})

it('what a sender two days behind answers is above its answer, and has no later time', async () => {
  const { story, alice, bob, everybody } = await three()
  bob.skewMs = -2 * DAY_MS
  tell(story, alice, 'question')
  tell(story, bob, 'answer')
  tell(story, alice, 'thanks')
  for (const person of everybody) {
    expect(story.texts(person)).toEqual(['question', 'answer', 'thanks'])
    const times = story.messages(person).map(({ timeMs }) => timeMs)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  }
})

it('an answer that can be opened before its question moves below it when that comes, also across a crash', async () => {
  const { story, alice, bob, carol } = await three()
  // A start uses a new key, which comes in a letter.
  restart(story, bob)
  bob.skewMs = 3 * DAY_MS
  const release = story.holdBack(relayed('letter', bob, carol))
  story.say(bob, 'question')
  story.msUntil(() => story.shows(alice, 'question'), 60_000)
  tell(story, alice, 'answer')
  tell(story, carol, 'answer to the answer')
  expect(story.texts(carol)).toEqual(['answer', 'answer to the answer'])
  release()
  story.msUntil(() => story.shows(carol, 'question'), 60_000)
  carol.die()
  carol.start()
  story.pass(SOON_MS)
  expect(story.texts(carol)).toEqual(['question', 'answer', 'answer to the answer'])
  expect(story.groupOf(carol)?.lastMessage?.text).toBe('answer to the answer')
  expect(story.texts(alice)).toEqual(story.texts(carol))
})

it('what a blocked person wrote is not in the list either when it moves below all else', async () => {
  const { story, alice, bob, carol } = await three()
  restart(story, bob)
  bob.skewMs = 3 * DAY_MS
  const release = story.holdBack(relayed('letter', bob, carol))
  story.say(bob, 'question')
  story.msUntil(() => story.shows(alice, 'question'), 60_000)
  tell(story, alice, 'answer')
  expect(story.groupOf(carol)?.lastMessage?.text).toBe('answer')
  story.ask(carol, { kind: 'setBlocked', account: alice.account, isBlocked: true })
  release()
  story.msUntil(() => story.shows(carol, 'question'), 60_000)
  story.pass(SOON_MS)
  // It moved: without the block it would be the last one.
  expect(story.texts(carol)).toEqual(['question', 'answer'])
  expect(story.groupOf(carol)?.lastMessage?.text).toBe('question')
})

it('an answer is below what it answers where a message between them never came, and the clock was put back', async () => {
  const { story, alice, bob, carol } = await three()
  tell(story, alice, 'question')
  story.lose(relayed('envelope', alice, carol))
  story.say(alice, 'lost on the way')
  story.msUntil(() => story.shows(bob, 'lost on the way'), SOON_MS)
  carol.skewMs = -2 * DAY_MS
  let question = ''
  story.ask(bob, { kind: 'readMessages', group: story.group, before: null, limit: 50 }, ({ messages = [] }) => {
    question = messages.find(({ body }) => body.kind === 'text' && body.text === 'question')?.id ?? ''
  })
  story.ask(bob, { kind: 'send', group: story.group, text: 'answer', replyTo: question })
  story.msUntil(() => story.shows(carol, 'answer'), SOON_MS)
  expect(story.texts(carol)).toEqual(['question', 'answer'])
})

it('a member that never saw a message from the future still writes below it', async () => {
  const { story, alice, bob } = await three()
  bob.skewMs = 3 * DAY_MS
  story.say(bob, 'from the future')
  story.msUntil(() => story.shows(alice, 'from the future'), 60_000)
  const dave = story.enter('Dave')
  story.join(dave)
  tell(story, dave, 'new here')
  expect(story.texts(dave)).toEqual(['new here'])
  expect(story.texts(alice)).toEqual(['from the future', 'new here'])
  expect(story.groupOf(alice)?.lastMessage?.text).toBe('new here')
})

it('a message of an author whose logical clock is ahead is shown with the time of its wall clock', async () => {
  const { story, alice, bob } = await three()
  bob.skewMs = HOUR_MS
  story.say(bob, 'an hour early')
  story.msUntil(() => story.shows(alice, 'an hour early'), 60_000)
  const dave = story.enter('Dave')
  story.join(dave)
  story.pass(SOON_MS)
  dave.stop()
  const writtenMs = story.nowMs
  tell(story, alice, 'in time')
  story.pass(3 * HOUR_MS)
  dave.start()
  story.msUntil(() => story.shows(dave, 'in time'), 60_000)
  expect(Math.abs(timeOf(story, dave, 'in time') - writtenMs)).toBeLessThan(60_000)
})

it('a time traveller is shown at the time of arrival, and its answer not before the question, in the conversation, the list and the devices', async () => {
  const { story, alice, bob, carol } = await three()
  bob.skewMs = 2 ** 48 - 1 - 1_800_000_000_000 - 30 * DAY_MS
  tell(story, bob, 'from the year 10889')
  tell(story, carol, 'question')
  bob.skewMs = -2 * DAY_MS
  tell(story, bob, 'answer from before the question')
  const shown: (readonly [text: string, atMs: number])[] = []
  story.ask(alice, { kind: 'readMessages', group: story.group, before: null, limit: 50 }, ({ messages = [] }) => {
    for (const { body, atMs } of messages) if (body.kind === 'text') shown.push([body.text, atMs])
  })
  expect(shown.map(([text]) => text)).toEqual(['from the year 10889', 'question', 'answer from before the question'])
  const times = shown.map(([, atMs]) => atMs)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  for (const atMs of [...times, story.groupOf(alice)?.lastMessage?.atMs ?? Number.NaN]) expect(Math.abs(atMs - story.nowMs)).toBeLessThan(5 * 60_000)
  const dave = story.enter('Dave', { skewMs: 20 * HOUR_MS })
  story.join(dave)
  story.pass(SOON_MS)
  story.ask(alice, { kind: 'safetyNumber', account: dave.account }, ({ safety }) => {
    for (const { createdMs } of safety?.devices ?? []) expect(createdMs).toBeLessThanOrEqual(story.nowMs)
    expect(safety?.devices).toHaveLength(1)
  })
})

it('prekeys that were made while a clock was ahead are replaced once it is corrected', async () => {
  const { story, alice, bob } = await three()
  // After a crash all are published again.
  bob.die()
  bob.skewMs = 3 * DAY_MS
  bob.start()
  story.pass(SOON_MS)
  bob.skewMs = 0
  story.pass(HOUR_MS)
  // A start needs a new session, and so bob's prekeys.
  restart(story, alice)
  story.say(alice, 'to whom it may concern')
  expect(story.msUntil(() => story.shows(bob, 'to whom it may concern'), SOON_MS)).toBeLessThan(SOON_MS)
})
