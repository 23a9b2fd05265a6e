/** Finds the messages of a segment that have every word of a query. */
import type { Query } from './query.ts'
import { readTermPage } from './term-page.ts'

/** The pages that can have words with this beginning. `firsts`: the words that the pages begin with. */
function pagesWith(firsts: readonly string[], beginning: string): readonly number[] {
  let low = 0
  let high = firsts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((firsts[middle] ?? '') <= beginning) low = middle + 1
    else high = middle
  }
  const pages = low === 0 ? [] : [low - 1]
  for (let i = low; i < firsts.length && (firsts[i] ?? '').startsWith(beginning); i++) pages.push(i)
  return pages
}

/** All pages that a query needs. */
export const pagesFor = (firsts: readonly string[], query: Query): ReadonlySet<number> => new Set(query.flatMap((word) => pagesWith(firsts, word)))

export interface PagesOfSegment {
  readonly docs: number
  readonly firsts: readonly string[]
  /** The pages that were asked for by their number. */
  readonly pages: ReadonlyMap<number, Uint8Array>
}

/** Numbers of messages, the newest first; undefined: a page is missing or damaged. */
export function findIn({ docs, firsts, pages }: PagesOfSegment, query: Query): readonly number[] | undefined {
  let found: Uint8Array | undefined
  for (const word of query) {
    const having = new Uint8Array(docs)
    for (const number of pagesWith(firsts, word)) {
      const bytes = pages.get(number)
      if (bytes === undefined) return undefined
      const isPage = readTermPage(
        bytes,
        docs,
        (term) => (term.startsWith(word) ? 'take' : term < word ? 'skip' : 'stop'),
        (posting) => {
          for (const doc of posting.docs) having[doc] = 1
        },
      )
      if (!isPage) return undefined
    }
    if (found === undefined) found = having
    else for (let i = 0; i < docs; i++) found[i] = (found[i] ?? 0) & (having[i] ?? 0)
  }
  const numbers: number[] = []
  if (found !== undefined) for (let i = 0; i < docs; i++) if (found[i] === 1) numbers.push(i)
  return numbers
}
