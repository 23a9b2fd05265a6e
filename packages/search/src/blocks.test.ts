/** Whatever shape the index has, it finds what a look at every message finds. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { readDocPage } from './doc-page.ts'
import { findIn, pagesFor } from './find.ts'
import { findAmong, logOf, mayHave, readLog } from './log.ts'
import { queryOf } from './query.ts'
import { docsOf, type IndexedDoc, type Segment, segmentOf } from './segment.ts'
import { readTermPage } from './term-page.ts'
import { termsOf } from './words.ts'

/** Few words, and many begin alike. */
const WORDS = [
  'a',
  'an',
  'and',
  'ant',
  'antenna',
  'b',
  'be',
  'bee',
  'beer',
  'ä',
  'Äther',
  'zürich',
  'Straße',
  'ﬁne',
  '12',
  '123',
  '東京',
  '東京都',
  'วันนี้',
  'привет',
  'При',
  'שלום',
  'مرحبا',
  'को',
  '😀',
  'long'.repeat(9),
]
const texts = fc.array(fc.constantFrom(...WORDS), { maxLength: 12 }).map((words) => words.join(' '))

const docs: fc.Arbitrary<readonly (IndexedDoc & { readonly text: string })[]> = fc.uniqueArray(
  fc
    .record({ id: fc.uint8Array({ minLength: 32, maxLength: 32 }), timeMs: fc.nat(20), text: fc.oneof(texts, fc.string({ unit: 'grapheme', maxLength: 30 })) })
    .map((doc) => ({
      ...doc,
      terms: termsOf(doc.text),
    })),
  { maxLength: 60, selector: ({ id }) => id.join(',') },
)

const namesOf = (found: readonly IndexedDoc[]): readonly string[] => found.map(({ id }) => id.join(',')).toSorted()

/** Every message whose words begin so, one after the other. */
const scanned = (all: readonly (IndexedDoc & { readonly text: string })[], typed: string) =>
  all.filter(({ text }) => {
    const query = queryOf(typed)
    return query.length > 0 && query.every((word) => termsOf(text).some((term) => term.startsWith(word)))
  })

function foundIn(segment: Segment, typed: string): readonly IndexedDoc[] {
  const query = queryOf(typed)
  const firsts = segment.termPages.map(({ first }) => first)
  const pages = new Map(
    [...pagesFor(firsts, query)].flatMap((page) => (segment.termPages[page] === undefined ? [] : [[page, segment.termPages[page].bytes] as const])),
  )
  const listed = segment.docPages.flatMap((page) => readDocPage(page) ?? [])
  const numbers = findIn({ docs: segment.docs, firsts, pages }, query) ?? []
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  return numbers.flatMap((number) => {
    const doc = listed[number]
    return doc === undefined ? [] : [{ ...doc, terms: [] }]
  })
}

it('a log and a segment find what a look at every message finds', () => {
  fc.assert(
    fc.property(docs, texts, (all, typed) => {
      const expected = namesOf(scanned(all, typed))
      const log = readLog(logOf(all)) ?? []
      expect(log).toHaveLength(all.length)
      expect(namesOf(findAmong(log, queryOf(typed)))).toEqual(expected)
      if (expected.length > 0) expect(mayHave(logOf(all), queryOf(typed))).toBe(true)
      expect(namesOf(foundIn(segmentOf(log), typed))).toEqual(expected)
    }),
    { numRuns: 400 },
  )
})

it('a segment of many pages finds the same, the newest first', () => {
  const all = Array.from({ length: 1_000 }, (_, i) => {
    const text = `message ${i} about w${(i * 7_919) % 2_003} and x${(i * 104_729) % 9_973} and y${i % 13}`
    return { id: Uint8Array.from({ length: 32 }, (_, k) => (k < 2 ? (i >>> (8 * k)) & 255 : 7)), timeMs: (i * 37) % 500, text, terms: termsOf(text) }
  })
  const segment = segmentOf(all)
  expect(segment.termPages.length).toBeGreaterThan(3)
  expect(segment.docPages.length).toBe(4)
  for (const typed of ['w1', 'w2 x9', 'y12', 'mess', 'abou y1 w', 'x', 'nothing', 'zz', '0', 'message 99'])
    expect([typed, namesOf(foundIn(segment, typed))]).toEqual([typed, namesOf(scanned(all, typed))])
  const times = foundIn(segment, 'message').map((doc) => (doc as IndexedDoc).timeMs)
  expect(times).toEqual(times.toSorted((a, b) => b - a))
})

it('gives back what a segment was made of', () => {
  fc.assert(
    fc.property(docs, (all) => {
      const segment = segmentOf(all)
      const back = docsOf({ docs: segment.docs, docPages: segment.docPages, termPages: segment.termPages.map(({ bytes }) => bytes) })
      const plain = (each: readonly IndexedDoc[] | undefined) =>
        each?.map(({ id, timeMs, terms }) => `${id.join(',')} ${timeMs} ${terms.toSorted().join(' ')}`).toSorted()
      expect(plain(back)).toEqual(plain(all))
    }),
  )
})

it('reads any bytes as something or nothing, and never beyond the segment', () => {
  fc.assert(
    fc.property(docs, fc.nat(), fc.nat(255), fc.uint8Array({ maxLength: 200 }), (all, at, byte, random) => {
      const [page] = segmentOf(all).termPages
      const damaged = page?.bytes.map((each, i) => (i === at % page.bytes.length ? byte : each)) ?? random
      for (const bytes of [damaged, random]) {
        const terms: string[] = []
        readTermPage(
          bytes,
          all.length,
          () => 'take',
          (posting) => {
            terms.push(posting.term)
            for (const doc of posting.docs) expect(doc).toBeLessThan(all.length)
          },
        )
        expect(terms).toEqual([...new Set(terms)].sort())
        readLog(bytes)
        readDocPage(bytes)
      }
    }),
    { numRuns: 500 },
  )
})
