/** All emoji with their names and the words by which people look for them, by group. */
import { folded } from '../text/mentions.ts'

/** An entry of the library's data. */
export interface EmojiData {
  readonly unicode: string
  readonly label: string
  readonly tags?: readonly string[]
  readonly group?: number
  /** The same in five skin tones, and more where two people are drawn. */
  readonly skins?: readonly { readonly unicode: string }[]
}

export interface Emoji {
  readonly emoji: string
  readonly name: string
  /** Its name, then other words, folded. */
  readonly words: readonly string[]
  /** In the five skin tones; empty: it has none. */
  readonly tones: readonly string[]
}

/** The groups by their number in the data, in the order in which they are shown. Parts of emoji (2) are none that anybody sends. */
export const EMOJI_GROUPS = { smileys: 0, people: 1, animals: 3, food: 4, travel: 5, activities: 6, objects: 7, symbols: 8, flags: 9 } as const

export type EmojiGroup = keyof typeof EMOJI_GROUPS

export type EmojiList = { readonly [G in EmojiGroup]: readonly Emoji[] }

const TONES = 5

export function emojiList(data: readonly EmojiData[]): EmojiList {
  const list: { readonly [G in EmojiGroup]: Emoji[] } = {
    smileys: [],
    people: [],
    animals: [],
    food: [],
    travel: [],
    activities: [],
    objects: [],
    symbols: [],
    flags: [],
  }
  const names = new Map<number, EmojiGroup>(Object.entries(EMOJI_GROUPS).map(([name, number]) => [number, name as EmojiGroup]))
  for (const { unicode, label, tags = [], group, skins = [] } of data) {
    const name = group === undefined ? undefined : names.get(group)
    if (name === undefined) continue
    const tones = skins.length < TONES ? [] : skins.slice(0, TONES).map((skin) => skin.unicode)
    list[name].push({ emoji: unicode, name: label, words: [label, ...tags].map(folded), tones })
  }
  return list
}

/** Those that have all the words: each is the beginning of a word of theirs. Those whose name begins so come first. */
export function findEmoji(list: EmojiList, typed: string): readonly Emoji[] {
  const sought = folded(typed.trim())
  const parts = sought.split(/\s+/u)
  const has = ({ words }: Emoji, part: string): boolean => words.some((each) => each.split(/[\s:,()“”-]+/u).some((word) => word.startsWith(part)))
  const rankOf = ({ words }: Emoji): number => {
    const name = words[0] ?? ''
    if (name === sought) return 0
    return name.startsWith(sought) ? 1 : 2
  }
  return Object.values(list)
    .flat()
    .filter((each) => parts.every((part) => has(each, part)))
    .map((each) => ({ each, rank: rankOf(each) }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ each }) => each)
}

/** An emoji in a skin tone, 1 to 5; 0: in none. */
export const inTone = ({ emoji, tones }: Emoji, tone: number): string => tones[tone - 1] ?? emoji
