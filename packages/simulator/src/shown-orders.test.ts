/** Which messages may be in different orders on two screens, and below what was written after them: what I5 and I13 are held against. */
import { describe, expect, it } from 'vitest'
import { TRAVELLED } from './adversaries/time-travel.ts'
import { isBeyondGap, misplaced, type Screen, screenOf } from './shown-orders.ts'
import { beginStory, relayed } from './story/story.ts'

const FUTURE = `${TRAVELLED} Dave`
const MINUTE_MS = 60_000
const YEARS_MS = 2 ** 47

/** What the authors of these messages had seen. */
const SEEN: Readonly<Record<string, readonly string[]>> = { answer: ['question'], reply: [FUTURE], thanks: ['reply'], after: [FUTURE, 'question'] }

/** Messages in their order, and the times of their places. */
const screen = (messages: Readonly<Record<string, number>>): Screen => ({
  texts: Object.keys(messages),
  placed: new Map(
    Object.entries(messages).map(([name, timeMs]) => [name, { timeMs, counter: 0, seen: (SEEN[name] ?? []).filter((each) => each in messages) }]),
  ),
})

describe('two messages in different orders on two screens', () => {
  it('are a fault where neither follows a message from the future', () => {
    expect(misplaced(screen({ question: 1, beside: 2 }), screen({ question: 1, other: 2, beside: 3 }))).toBeNull()
    expect(misplaced(screen({ question: 1, beside: 2 }), screen({ beside: 2, question: 3 }))).toEqual(['question', 'beside'])
    expect(misplaced(screen({ [FUTURE]: 0, question: 1, beside: 2 }), screen({ beside: 2, question: 3, [FUTURE]: 4 }))).toEqual(['question', 'beside'])
  })

  it('are none where one follows it, also through a message that only one screen has', () => {
    expect(misplaced(screen({ [FUTURE]: 1, reply: 2, beside: 3 }), screen({ beside: 3, [FUTURE]: 5, reply: 6 }))).toBeNull()
    expect(misplaced(screen({ [FUTURE]: 1, thanks: 2, beside: 3 }), screen({ beside: 3, [FUTURE]: 5, reply: 6, thanks: 7 }))).toBeNull()
  })

  it('are a fault where one follows the other, as far as both screens know that', () => {
    expect(misplaced(screen({ [FUTURE]: 1, reply: 2, thanks: 3 }), screen({ [FUTURE]: 5, thanks: 6, reply: 7 }))).toEqual(['reply', 'thanks'])
    expect(misplaced(screen({ question: 1, [FUTURE]: 1, after: 2 }), screen({ [FUTURE]: 5, after: 6, question: 7 }))).toEqual(['question', 'after'])
    expect(misplaced(screen({ [FUTURE]: 1, reply: 2, thanks: 3 }), screen({ thanks: 3, [FUTURE]: 5 }))).toBeNull()
  })

  it('are a fault where both have the same places on both', () => {
    expect(misplaced(screen({ [FUTURE]: 1, reply: 2, beside: 3 }), screen({ [FUTURE]: 1, beside: 3, reply: 2 }))).toEqual(['reply', 'beside'])
  })
})

describe('a message that is below one whose author had seen it', () => {
  const NAMED: Readonly<Record<string, readonly string[]>> = { second: ['first'], third: ['second'], fourth: ['third'], answer: ['third', 'first'] }
  const isExcused = (lower: string, ...screen: readonly string[]): boolean =>
    isBeyondGap({ upper: 'first', lower }, (name) => NAMED[name] ?? [], new Set([...screen, 'first', lower]))

  it('is a fault where all between them came', () => {
    expect(isExcused('second')).toBe(false)
    expect(isExcused('fourth', 'second', 'third')).toBe(false)
  })

  it('is none where one between them did not', () => {
    expect(isExcused('fourth', 'third')).toBe(true)
    expect(isExcused('fourth', 'second')).toBe(true)
  })

  it('is a fault where that one answers it, and where it does not name it at all', () => {
    expect(isExcused('answer')).toBe(false)
    expect(isExcused('another')).toBe(false)
  })
})

it('clocks that are wrong by a minute put what follows a message from the future elsewhere, and what was written beside that stays', async () => {
  const story = await beginStory({ direct: false })
  const [alice, bob] = [story.enter('Alice', { skewMs: -MINUTE_MS }), story.enter('Bob', { skewMs: MINUTE_MS })]
  const [carol, dave] = [story.enter('Carol'), story.enter('Dave')]
  story.gather(alice, bob, carol, dave)
  for (const by of [alice, dave]) story.holdBack(relayed('envelope', by, carol))
  dave.skewMs = YEARS_MS
  story.say(dave, FUTURE)
  story.pass(1_000)
  story.say(alice, 'reply')
  story.pass(1_000)
  story.say(carol, 'beside')
  story.pass(10_000)
  expect(story.texts(alice)).toEqual([FUTURE, 'reply', 'beside'])
  expect(story.texts(bob)).toEqual(['beside', FUTURE, 'reply'])
  const [one, other] = [screenOf(alice, story.group), screenOf(bob, story.group)]
  expect(misplaced(one, other)).toBeNull()
  // Without what the authors had seen nothing is excused.
  const placed = new Map([...other.placed].map(([name, place]) => [name, { ...place, seen: [] }]))
  expect(misplaced({ ...one, placed: new Map() }, { ...other, placed })).toEqual(['reply', 'beside'])
})
