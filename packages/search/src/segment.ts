/**
 * A segment of the index: some messages of one conversation, numbered from the newest, and their words in order (PROTOCOL §9.17). It
 * is written once and never changed.
 */
import { compareBytes } from '@sotto/wire'
import { type Doc, docPagesOf, readDocPage } from './doc-page.ts'
import { readTermPage, TermPageWriter } from './term-page.ts'

/** A page ends behind the word with which it has so many bytes. A guess. */
const TERM_PAGE_BYTES = 4_096

export interface TermPage {
  /** The word that it begins with. */
  readonly first: string
  readonly bytes: Uint8Array
}

/** A segment as it is stored. */
export interface Segment {
  readonly docs: number
  readonly newestMs: number
  readonly oldestMs: number
  readonly termPages: readonly TermPage[]
  readonly docPages: readonly Uint8Array[]
}

/** A message to index, with each of its words once. */
export interface IndexedDoc extends Doc {
  readonly terms: readonly string[]
}

/** The newest first; of one time, by id. */
const newestFirst = (a: Doc, b: Doc): number => b.timeMs - a.timeMs || compareBytes(a.id, b.id)

export function segmentOf(docs: readonly IndexedDoc[]): Segment {
  const sorted = docs.toSorted(newestFirst)
  // Most words are in one message: only those of several have a list.
  const postings = new Map<string, number | number[]>()
  for (const [number, { terms }] of sorted.entries()) {
    for (const term of terms) {
      const found = postings.get(term)
      if (found === undefined) postings.set(term, number)
      else if (typeof found === 'number') postings.set(term, [found, number])
      else found.push(number)
    }
  }
  const termPages: TermPage[] = []
  const page = new TermPageWriter()
  // By UTF-16 units, as everything here is ordered.
  for (const term of [...postings.keys()].sort()) {
    const found = postings.get(term) ?? []
    page.add(term, typeof found === 'number' ? [found] : found)
    if (page.length >= TERM_PAGE_BYTES) termPages.push(page.taken())
  }
  if (page.length > 0) termPages.push(page.taken())
  return { docs: sorted.length, newestMs: sorted[0]?.timeMs ?? 0, oldestMs: sorted.at(-1)?.timeMs ?? 0, termPages, docPages: docPagesOf(sorted) }
}

/** The messages that a segment was made of; undefined: a page is damaged. */
export function docsOf({
  docs,
  termPages,
  docPages,
}: Pick<Segment, 'docs' | 'docPages'> & { readonly termPages: readonly Uint8Array[] }): readonly IndexedDoc[] | undefined {
  const found: { readonly id: Uint8Array; readonly timeMs: number; readonly terms: string[] }[] = []
  for (const bytes of docPages) {
    const page = readDocPage(bytes)
    if (page === undefined) return undefined
    for (const doc of page) found.push({ ...doc, terms: [] })
  }
  if (found.length !== docs) return undefined
  for (const bytes of termPages) {
    const isPage = readTermPage(
      bytes,
      docs,
      () => 'take',
      (posting) => {
        for (const doc of posting.docs) found[doc]?.terms.push(posting.term)
      },
    )
    if (!isPage) return undefined
  }
  return found
}
