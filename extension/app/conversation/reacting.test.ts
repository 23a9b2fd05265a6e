import { expect, test } from 'vitest'
import { OFFERED_EMOJI, type Reaction, countOf, emojiAfterPress, mayReactTo } from './reacting.ts'

const called = (name: string) => ({ name, another: 0 })
const thumbs: Reaction = { emoji: '👍', people: [called('Alice'), called('Ben')], own: false }
const heart: Reaction = { emoji: '❤️', people: [called('Carol')], own: true }

test('pressing an emoji that is not one’s own adds it, also when others have it or one has another', () => {
  expect(emojiAfterPress([], '👍')).toBe('👍')
  expect(emojiAfterPress([thumbs, heart], '👍')).toBe('👍')
})

test('pressing one’s own takes it back', () => {
  expect(emojiAfterPress([thumbs, heart], '❤️')).toBeNull()
})

test('oneself is counted with the others', () => {
  expect([thumbs, heart].map(countOf)).toEqual([2, 2])
})

test('a reaction is offered to messages of others, and to one’s own once they have left', () => {
  const body = { kind: 'text', text: 'hello', mentions: [], editedMs: null, replyTo: null, forwarded: false, files: [] } as const
  const states = [null, 'sending', 'sent', 'delivered', 'notSentRemoved', 'notSentLeft'] as const
  expect(states.filter((state) => mayReactTo({ body, state }))).toEqual([null, 'sent', 'delivered'])
  expect(mayReactTo({ body: { kind: 'notice', notice: 'joined' }, state: null })).toBe(false)
})

test('six emoji are offered, each a single sign', () => {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
  expect(OFFERED_EMOJI).toHaveLength(6)
  for (const emoji of OFFERED_EMOJI) expect([...segmenter.segment(emoji)]).toHaveLength(1)
})
