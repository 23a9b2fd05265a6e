/** Long texts are shown folded: a text of forty lines would fill the popup. */

/** Lines of the popup's width that a text may have. A guess: two thirds of the popup. */
const MOST_LINES = 20
/** Lines that are shown of one that has more, so that it is worth to fold it. */
const FOLDED_LINES = 14
/** Characters in a line of a bubble in the popup, about. */
const LINE_LENGTH = 40

/** Characters that a folded text, or one that is not, takes at most, about. */
export const MOST_SHOWN = MOST_LINES * LINE_LENGTH

const linesOf = (length: number): number => Math.max(1, Math.ceil(length / LINE_LENGTH))

/** How many lines a text takes in the popup, about. */
export const lineCount = (text: string): number => text.split('\n').reduce((sum, line) => sum + linesOf(line.length), 0)

/** The beginning of a long text, up to a word's end; null: it is short enough to be shown whole. */
export function foldedText(text: string): string | null {
  if (lineCount(text) <= MOST_LINES) return null
  const kept: string[] = []
  let left = FOLDED_LINES
  for (const line of text.split('\n')) {
    if (linesOf(line.length) > left) {
      kept.push(cut(line, left * LINE_LENGTH))
      break
    }
    kept.push(line)
    left -= linesOf(line.length)
    if (left === 0) break
  }
  return `${kept.join('\n').trimEnd()} …`
}

/** Not in the middle of a character, and not of a word that is no longer than a line. */
function cut(line: string, length: number): string {
  const characters = [...new Intl.Segmenter().segment(line.slice(0, length + LINE_LENGTH))]
  const beginning = characters.filter(({ index, segment }) => index + segment.length <= length).map(({ segment }) => segment)
  const text = beginning.join('')
  const space = text.lastIndexOf(' ')
  return space > text.length - LINE_LENGTH ? text.slice(0, Math.max(space, 0)) : text
}
