/** Characters as people count them: an emoji of several parts, or a letter with its accents, is one. */
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

export function* graphemesOf(text: string): Iterable<string> {
  for (const { segment } of segmenter.segment(text)) yield segment
}

/** The number of characters of a text, counted up to `most`. */
export function countGraphemes(text: string, most: number): number {
  let count = 0
  for (const _ of segmenter.segment(text)) if (++count >= most) break
  return count
}
