/** What a person looks for: every word must be in the message, as a word or as the beginning of one. */
import { wordsOf } from './words.ts'

/** More words than this are not looked at: nobody types them, and each costs a look into every segment. */
const MOST_WORDS = 8
/** So much of what was typed is read, UTF-16 units. */
const MOST_TYPED = 512

/** Beginnings of words, folded. Without any, nothing is found. */
export type Query = readonly string[]

/** A beginning that another one begins with says nothing more. */
export function queryOf(typed: string): Query {
  const words = new Set<string>()
  for (const { term } of wordsOf(typed.slice(0, MOST_TYPED))) {
    words.add(term)
    if (words.size === MOST_WORDS) break
  }
  return [...words].filter((word) => ![...words].some((other) => other !== word && other.startsWith(word)))
}
