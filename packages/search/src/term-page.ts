/**
 * A page of a segment’s words: in their order, each without what it shares with the one before, and the numbers of the messages
 * that have it (PROTOCOL §9.17). Bytes that are none of these read as `undefined`, whatever they are.
 */
import { ByteList } from './byte-list.ts'
import { WORD_LENGTH } from './words.ts'

/** A word, and the messages of the segment that have it, ascending. */
export interface Posting {
  readonly term: string
  readonly docs: readonly number[]
}

/** In the length of a word's rest: its units have two bytes each, since one of them is no ASCII. */
const WIDE = 0x80

export class TermPageWriter {
  readonly #out = new ByteList()
  #first = ''
  #last = ''

  get length(): number {
    return this.#out.length
  }

  /** Words come in ascending order. */
  add(term: string, docs: ArrayLike<number>): void {
    if (this.#out.length === 0) this.#first = term
    let shared = 0
    while (shared < this.#last.length && shared < term.length && term.charCodeAt(shared) === this.#last.charCodeAt(shared)) shared++
    let isWide = false
    for (let i = shared; i < term.length; i++) if (term.charCodeAt(i) > 0x7f) isWide = true
    this.#out.byte(shared)
    this.#out.byte((term.length - shared) | (isWide ? WIDE : 0))
    for (let i = shared; i < term.length; i++) {
      const unit = term.charCodeAt(i)
      if (isWide) this.#out.byte(unit >>> 8)
      this.#out.byte(unit & 0xff)
    }
    this.#out.number(docs.length)
    for (let i = 0, before = 0; i < docs.length; i++) {
      const doc = docs[i] ?? 0
      this.#out.number(doc - before)
      before = doc
    }
    this.#last = term
  }

  /** The page, and the word that it begins with. The next one begins empty. */
  taken(): { readonly first: string; readonly bytes: Uint8Array } {
    this.#last = ''
    return { first: this.#first, bytes: this.#out.taken() }
  }
}

/**
 * Reads a page's words as long as `wants` does not say `stop`; the messages of those that it says `skip` for are passed over and come
 * as an empty list. Returns whether the bytes were a page, as far as they were read. `most`: how many messages the segment has.
 */
export function readTermPage(bytes: Uint8Array, most: number, wants: (term: string) => 'take' | 'skip' | 'stop', take: (posting: Posting) => void): boolean {
  let at = 0
  let term = ''
  const number = (): number => {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined) return -1
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    return -1
  }
  while (at < bytes.length) {
    const shared = bytes[at++] ?? 0
    const rest = bytes[at++]
    if (rest === undefined || shared > term.length) return false
    const units = rest & ~WIDE
    const isWide = (rest & WIDE) !== 0
    if (units === 0 || shared + units > WORD_LENGTH || at + (isWide ? 2 * units : units) > bytes.length) return false
    let next = term.slice(0, shared)
    for (let i = 0; i < units; i++) {
      const high = isWide ? (bytes[at++] ?? 0) : 0
      next += String.fromCharCode(high * 256 + (bytes[at++] ?? 0))
    }
    if (term !== '' && next <= term) return false
    term = next
    const count = number()
    if (count < 1 || count > most) return false
    const wanted = wants(term)
    if (wanted === 'stop') return true
    if (wanted === 'skip') {
      for (let i = 0; i < count; i++) if (number() < 0) return false
      continue
    }
    const docs: number[] = []
    for (let i = 0, doc = 0; i < count; i++) {
      const more = number()
      if (more < 0 || (i > 0 && more === 0)) return false
      doc += more
      if (doc >= most) return false
      docs.push(doc)
    }
    take({ term, docs })
  }
  return true
}
