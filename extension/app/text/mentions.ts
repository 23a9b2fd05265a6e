/** Whom a text mentions while it is written: found behind an "@", chosen, and kept in place when the text around it changes. */
import type { WrittenMention } from '@sotto/engine/api'

/** Of one text: the protocol's limit. */
const MOST_MENTIONS = 32
/** Longer ones are no beginning of a name. */
const LONGEST_QUERY = 40

const IN_WORD = /[\p{L}\p{N}]/u
const SPACE = /\s/u

/** An "@" before the cursor, and what is typed behind it. */
export interface MentionQuery {
  readonly start: number
  readonly typed: string
}

/** What may become a mention at the cursor; null: nothing. */
export function mentionQuery(text: string, caret: number, mentions: readonly WrittenMention[]): MentionQuery | null {
  const start = text.lastIndexOf('@', caret - 1)
  if (start < 0 || caret === 0 || IN_WORD.test(text[start - 1] ?? ' ') || mentions.length >= MOST_MENTIONS) return null
  const typed = text.slice(start + 1, caret)
  if (typed.length > LONGEST_QUERY || typed.includes('\n') || SPACE.test(typed[0] ?? '') || SPACE.test(typed.at(-1) ?? '')) return null
  return mentions.some((each) => each.start <= start && start < each.start + each.length) ? null : { start, typed }
}

/** Without what people leave out when they search: capitals, and marks on letters. */
export const folded = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase()

interface Called {
  readonly name: string
  readonly callsItself: string
}

/** Those whose name, or a word of it, begins so: the former first. */
export function peopleFor<P extends Called>(people: readonly P[], typed: string): readonly P[] {
  const sought = folded(typed)
  const rankOf = ({ name, callsItself }: Called): number => {
    const names = [folded(name), folded(callsItself)]
    if (names.some((each) => each.startsWith(sought))) return 0
    return names.some((each) => each.split(/\s+/u).some((word) => word.startsWith(sought))) ? 1 : 2
  }
  return people
    .map((person) => ({ person, rank: rankOf(person) }))
    .filter(({ rank }) => rank < 2)
    .sort((one, other) => one.rank - other.rank)
    .map(({ person }) => person)
}

export interface Written {
  readonly text: string
  readonly mentions: readonly WrittenMention[]
  readonly caret: number
}

/** The text with a person in place of what was typed. A name that this device made up stays here: it is written as the person calls itself. */
export function withMention(text: string, mentions: readonly WrittenMention[], query: MentionQuery, person: Called & { readonly account: string }): Written {
  const written = `@${person.callsItself}`
  const end = query.start + 1 + query.typed.length
  const after = text.slice(end)
  const space = SPACE.test(after[0] ?? '') ? '' : ' '
  const next = text.slice(0, query.start) + written + space + after
  const others = movedMentions(mentions, text, next)
  const mention = { account: person.account, start: query.start, length: written.length }
  const caret = query.start + written.length + 1
  return { text: next, mentions: [...others, mention].sort((one, other) => one.start - other.start), caret }
}

/** The mentions of a text after it was changed in one place. One that was changed itself is none any more. */
export function movedMentions(mentions: readonly WrittenMention[], before: string, after: string): readonly WrittenMention[] {
  if (mentions.length === 0 || before === after) return mentions
  const most = Math.min(before.length, after.length)
  let same = 0
  while (same < most && before[same] === after[same]) same++
  let sameEnd = 0
  while (sameEnd < most - same && before.at(-1 - sameEnd) === after.at(-1 - sameEnd)) sameEnd++
  return mentions.flatMap((each) => {
    if (each.start + each.length <= same) return [each]
    return each.start >= before.length - sameEnd ? [{ ...each, start: each.start + after.length - before.length }] : []
  })
}
