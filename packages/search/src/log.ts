/**
 * A log of the index: some messages with their words, in the order in which they came (PROTOCOL §9.17). To write it is cheap, and
 * reading through one takes as long as reading a page of a segment. Several become a segment.
 */
import { decode, encode, fixedBytes, list, struct, text, uint48, utf8 } from '@sotto/wire'
import type { Query } from './query.ts'
import type { IndexedDoc } from './segment.ts'
import { WORD_LENGTH } from './words.ts'

/** Messages in one log at most. */
export const DOCS_IN_LOG = 128

/** The words of one message, one in a line: no word has a line break in it. A text of 16 KiB has no more. */
const words = text(64 * 1_024)
const log = list(struct({ id: fixedBytes(32), timeMs: uint48, words }), DOCS_IN_LOG)

const BREAK = '\n'

export const logOf = (docs: readonly IndexedDoc[]): Uint8Array =>
  encode(
    log,
    docs.map(({ id, timeMs, terms }) => ({ id, timeMs, words: terms.join(BREAK) })),
  )

/**
 * Whether a log can have a message with all these words: a quick look that needs no decoding. Words are UTF-8 in it, one behind
 * the other, so that none can be there unseen.
 */
export function mayHave(bytes: Uint8Array, query: Query): boolean {
  return query.every((word) => includes(bytes, utf8(word)))
}

function includes(bytes: Uint8Array, part: Uint8Array): boolean {
  const [first = 0] = part
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let same = 1
    while (same < part.length && bytes[at + same] === part[same]) same++
    if (same >= part.length) return true
  }
  return false
}

/** undefined: the bytes are no log. */
export function readLog(bytes: Uint8Array): readonly IndexedDoc[] | undefined {
  const docs = decode(log, bytes)?.map((doc) => ({ id: doc.id, timeMs: doc.timeMs, terms: doc.words === '' ? [] : doc.words.split(BREAK) }))
  return docs?.every(({ terms }) => terms.every((term) => term.length > 0 && term.length <= WORD_LENGTH)) ? docs : undefined
}

/** Those that have every word of a query. */
export const findAmong = (docs: readonly IndexedDoc[], query: Query): readonly IndexedDoc[] =>
  query.length === 0 ? [] : docs.filter(({ terms }) => query.every((word) => terms.some((term) => term.startsWith(word))))
