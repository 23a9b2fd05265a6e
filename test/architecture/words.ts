/** Finds words that the project does not use: former words of the glossary, and words that its style avoids. */

/** A word that is not used, and where: a word that has an everyday sense elsewhere names its places. */
export interface AvoidedWord {
  readonly word: string
  /** What is said instead, as a message shows it. */
  readonly instead: string
  /** Beginnings of paths; everywhere where absent. */
  readonly within?: readonly string[]
  /**
   * What of a source is read for it; documents are read whole. `texts`: comments and strings, for a keyword of the language.
   * `sentences`: comments, and strings with a space in them, for what is style and no name.
   */
  readonly readIn?: 'texts' | 'sentences'
}

/** A passage that may say an avoided word, such as a label that is hashed. */
export interface AllowedPassage {
  readonly file: string
  readonly passage: string
  readonly why: string
}

/** The former words of the glossary: those in `code` in the last column of its tables, each with its term or terms. */
export function formerWords(glossary: string): readonly AvoidedWord[] {
  const rows = glossary.split('\n').filter((line) => line.startsWith('| '))
  const terms = new Map<string, string>()
  for (const row of rows) {
    const [term = '', , formerly = ''] = row.slice(1).split(' | ')
    for (const [, word = ''] of formerly.matchAll(/`([^`]+)`/g)) terms.set(word, [...(terms.get(word)?.split(' or ') ?? []), term.trim()].join(' or '))
  }
  return [...terms].map(([word, instead]) => ({ word, instead }))
}

const TOKENS = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g
const IS_SOURCE = /\.(?:ts|tsx|mjs)$/

const isText = (): boolean => true
const isSentence = (token: string): boolean => token.startsWith('/') || token.includes(' ')
const blank = (code: string): string => code.replace(/[^\n]/g, ' ')

/** Those comments and strings of a source that are asked for, on the lines where they were. */
function textsOf(source: string, isRead: (token: string) => boolean): string {
  let [kept, end] = ['', 0]
  for (const { index, 0: token } of source.matchAll(TOKENS)) {
    kept += blank(source.slice(end, index)) + (isRead(token) ? token : blank(token))
    end = index + token.length
  }
  return kept
}

/** Words of names apart: `laneGrant`, `LANE_GRANT` and `lane-grant` read `lane Grant`, `LANE GRANT` and `lane grant`. */
const withNamesApart = (text: string): string => text.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[_-]/g, ' ')

/** The word or its plural, in any case; the words of a phrase also over the end of a line of a comment. */
const patternOf = (word: string): RegExp => new RegExp(String.raw`\b${word.split(' ').join(String.raw`[\s*/]+`)}(?:s|es|'s|’s)?\b`, 'gi')

/** Each avoided word of a file, as a line that says where it is and what is said instead. */
export function avoidedWordsIn(file: string, text: string, words: readonly AvoidedWord[], allowed: readonly AllowedPassage[]): readonly string[] {
  const passages = allowed.filter((each) => each.file === file).map(({ passage }) => passage)
  const rest = passages.reduce((left, passage) => left.replaceAll(passage, ' '), text)
  const isSource = IS_SOURCE.test(file)
  const whole = withNamesApart(rest)
  const texts = isSource ? withNamesApart(textsOf(rest, isText)) : whole
  const sentences = isSource ? withNamesApart(textsOf(rest, isSentence)) : whole
  return words
    .filter(({ within }) => within === undefined || within.some((path) => file.startsWith(path)))
    .flatMap(({ word, instead, readIn }) => {
      const read = readIn === undefined ? whole : { texts, sentences }[readIn]
      return [...read.matchAll(patternOf(word))].map(({ index }) => `${file}:${read.slice(0, index).split('\n').length}: "${word}", say: ${instead}`)
    })
}
