/** Characters as people count them: an emoji that is joined of several, or a letter with its accents, is one. */
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

export function* graphemesOf(text: string): Iterable<string> {
  for (const { segment } of segmenter.segment(text)) yield segment
}

/** How many characters a text has, counted no further than `most`. */
export function countGraphemes(text: string, most: number): number {
  let count = 0
  for (const _ of segmenter.segment(text)) if (++count >= most) break
  return count
}
