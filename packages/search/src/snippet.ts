/** The part of a message that shows why it was found. */
import type { Query } from './query.ts'
import { wordsOf } from './words.ts'

export interface SnippetPart {
  readonly text: string
  /** It is what was looked for. */
  readonly isHit: boolean
}

export interface Snippet {
  readonly parts: readonly SnippetPart[]
  /** There is more of the message before it, or behind it. */
  readonly isCutBefore: boolean
  readonly isCutBehind: boolean
}

/** A guess: two lines of a popup, UTF-16 units. */
const LENGTH = 140
/** So much stands before the first hit. */
const BEFORE = 36

/** undefined: a word of the query is not in the text. */
export function snippetOf(text: string, query: Query): Snippet | undefined {
  const missing = new Set(query)
  const hits: { readonly from: number; readonly to: number }[] = []
  const starts: number[] = []
  for (const { term, from, to } of wordsOf(text)) {
    starts.push(from)
    const found = query.filter((word) => term.startsWith(word))
    for (const word of found) missing.delete(word)
    if (found.length > 0) hits.push({ from, to })
  }
  const [first] = hits
  if (first === undefined || missing.size > 0) return undefined
  const start = first.from <= BEFORE ? 0 : (starts.find((from) => from >= first.from - BEFORE) ?? first.from)
  const end = cutBefore(text, Math.max(start + LENGTH, Math.min(first.to, start + 2 * LENGTH)))
  const parts: SnippetPart[] = []
  let at = start
  for (const { from, to } of hits) {
    if (from >= end) break
    if (from > at) parts.push({ text: text.slice(at, from), isHit: false })
    at = Math.min(to, end)
    parts.push({ text: text.slice(from, at), isHit: true })
  }
  if (at < end) parts.push({ text: text.slice(at, end), isHit: false })
  return { parts, isCutBefore: start > 0, isCutBehind: end < text.length }
}

/** Not inside of a surrogate pair. */
function cutBefore(text: string, at: number): number {
  if (at >= text.length) return text.length
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at
}
