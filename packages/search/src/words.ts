/**
 * The words of a text, as the index has them and as queries name them. Letters, digits and their marks are words; everything
 * else is between them. Scripts that write no spaces are cut where `Intl.Segmenter` finds words.
 */
import { fold } from './fold.ts'

/** Of a longer word only so much counts, UTF-16 units: long enough for words, too short for what is no word. */
export const WORD_LENGTH = 32

export interface Word {
  /** Folded, and cut to `WORD_LENGTH`. */
  readonly term: string
  /** Where it stands in the text. */
  readonly from: number
  readonly to: number
}

// oxlint-disable-next-line no-control-regex
const PLAIN_TEXT = /^[\u0000-\u007f]*$/
const PLAIN_WORD = /[a-z0-9]+/g
const WORD = /[\p{L}\p{N}\p{M}]+/gu
/** Scripts without spaces between words. */
export const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u

/** Texts without one of these units have none of those scripts: a quick look, since most have none. */
export const MAYBE_UNSPACED = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\u2e80-\ua4cf\ua9e0-\uaa7f\uf900-\uffff\ud800-\ud82f\ud83c\ud840-\udbff]/

/** One for all: it finds the language by the script. */
let segmenter: Intl.Segmenter | undefined

/** Every word of a text, in its order. */
export function* wordsOf(text: string): Generator<Word> {
  for (const { 0: run, index } of text.matchAll(WORD)) {
    if (!UNSPACED.test(run)) yield* wordAt(run, index)
    else {
      segmenter ??= new Intl.Segmenter('en', { granularity: 'word' })
      for (const { segment, index: inside } of segmenter.segment(run)) yield* wordAt(segment, index + inside)
    }
  }
}

function* wordAt(written: string, from: number): Generator<Word> {
  const term = cut(fold(written))
  if (term !== '') yield { term, from, to: from + written.length }
}

/** Without a half of a surrogate pair at its end. */
function cut(term: string): string {
  if (term.length <= WORD_LENGTH) return term
  const last = term.charCodeAt(WORD_LENGTH - 1)
  return term.slice(0, last >= 0xd800 && last <= 0xdbff ? WORD_LENGTH - 1 : WORD_LENGTH)
}

/** So much of the words of one text is indexed, UTF-16 units with one between two: of a text that is all words, the beginning. */
const MOST_UNITS = 20_000

/** Each word of a text once. */
export function termsOf(text: string): readonly string[] {
  const terms = new Set<string>()
  if (PLAIN_TEXT.test(text)) for (const word of text.toLowerCase().match(PLAIN_WORD) ?? []) terms.add(cut(word))
  else if (MAYBE_UNSPACED.test(text)) for (const { term } of wordsOf(text)) terms.add(term)
  else for (const run of text.match(WORD) ?? []) terms.add(cut(fold(run)))
  terms.delete('')
  if (text.length < MOST_UNITS / 20) return [...terms]
  const kept: string[] = []
  let units = 0
  for (const term of terms) {
    units += term.length + 1
    if (units > MOST_UNITS) break
    kept.push(term)
  }
  return kept
}
