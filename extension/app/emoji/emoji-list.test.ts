import { isEmoji } from '@sotto/core/inside'
import { describe, expect, it, test } from 'vitest'
import { EMOJI_GROUPS, type EmojiGroup, findEmoji, inTone } from './emoji-list.ts'
import { loadEmoji } from './load-emoji.ts'

const [en, de] = await Promise.all([loadEmoji('en'), loadEmoji('de')])
const first = (found: readonly { readonly emoji: string }[], count = 3): readonly string[] => found.slice(0, count).map(({ emoji }) => emoji)

describe('the list of emoji', () => {
  it('has those of Unicode, the same in both languages', () => {
    const all = Object.values(en).flat()
    expect(all.length).toBeGreaterThan(1_850)
    expect(
      Object.values(de)
        .flat()
        .map(({ emoji }) => emoji),
    ).toEqual(all.map(({ emoji }) => emoji))
    for (const group of Object.keys(EMOJI_GROUPS) as EmojiGroup[]) expect(en[group].length).toBeGreaterThan(80)
  })

  it('has none that could not be a reaction', () => {
    const all = Object.values(en).flatMap((group) => group.flatMap(({ emoji, tones }) => [emoji, ...tones]))
    expect(all.filter((emoji) => !isEmoji(emoji))).toEqual([])
  })

  it('has hands and people in every skin tone', () => {
    const wave = en.people.find(({ name }) => name === 'waving hand')
    expect(wave?.tones).toEqual(['👋🏻', '👋🏼', '👋🏽', '👋🏾', '👋🏿'])
    if (wave !== undefined) expect([0, 3].map((tone) => inTone(wave, tone))).toEqual(['👋', '👋🏽'])
    const [smile] = en.smileys
    if (smile !== undefined) expect(inTone(smile, 3)).toBe(smile.emoji)
  })
})

describe('looking for an emoji', () => {
  test.each([
    ['pizza', '🍕'],
    ['PIZ', '🍕'],
    ['red heart', '❤️'],
    ['thumbs up', '👍️'],
  ])('%s', (typed, emoji) => {
    expect(first(findEmoji(en, typed))).toContain(emoji)
  })
  test.each([
    ['Käse', '🧀'],
    ['kase', '🧀'],
    ['rotes herz', '❤️'],
    ['fußball', '⚽️'],
  ])('in German: %s', (typed, emoji) => {
    expect(first(findEmoji(de, typed))).toContain(emoji)
  })
  it('what is none finds none', () => {
    expect(findEmoji(en, 'qqqq')).toEqual([])
  })
})
