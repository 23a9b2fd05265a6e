/**
 * The few marks by which people style what they write: **bold**, *italic* or _italic_, ~~strike~~, `code`, links, and by line
 * quotes (>), lists (-, 1.) and blocks of code (```). A text is read into a tree, never into HTML. What is no mark is text, so
 * whatever a member writes draws something, and reading takes time in proportion to its length.
 */
import { type Link, linkAt, namedLinkAt } from './links.ts'
import { mentionOf, withoutSigns, withSigns } from './mention-signs.ts'

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bold' | 'italic' | 'strike'; readonly content: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | ({ readonly kind: 'link' } & Link)
  /** The index of the mention. */
  | { readonly kind: 'mention'; readonly mention: number }

export type Block =
  | { readonly kind: 'lines' | 'quote'; readonly lines: readonly (readonly Inline[])[] }
  /** `language`: what stands behind the fence that opens the block; empty: nothing. */
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  /** `from`: the first number; null: no numbers. */
  | { readonly kind: 'list'; readonly from: number | null; readonly items: readonly (readonly Inline[])[] }

type Mentions = Parameters<typeof withSigns>[1]

const FENCE = '```'
const QUOTED = /^> ?/u
const BULLET = /^[-*•] +(?=\S)/u
const NUMBERED = /^(\d{1,4})[.)] +(?=\S)/u

export function readMarkup(text: string, mentions: Mentions = []): readonly Block[] {
  const blocks: Block[] = []
  const lines = withSigns(text, mentions).split('\n')
  const written = (part: string): string => withoutSigns(part, text, mentions)
  const read = (line: string): readonly Inline[] => readLine(line, mentions.length, written)
  let at = 0
  /** The lines without such a mark that the last block ends with. */
  let plain: (readonly Inline[])[] | null = null
  /** The lines from here on that a mark begins, without it. */
  const takeWhile = (mark: RegExp): readonly string[] => {
    const taken: string[] = []
    for (let line = lines[at]; line !== undefined && mark.test(line); line = lines[++at]) taken.push(line.replace(mark, ''))
    return taken
  }
  while (at < lines.length) {
    const line = lines[at] ?? ''
    const end = line.startsWith(FENCE) ? lines.indexOf(FENCE, at + 1) : -1
    const number = NUMBERED.exec(line)?.[1]
    const code = lines.slice(at + 1, Math.max(at, end)).join('\n')
    // A block that shows nothing is none: its fences are text.
    if (code.trim() !== '') {
      blocks.push({ kind: 'code', language: written(line.slice(FENCE.length).trim()), text: written(code) })
      at = end + 1
    } else if (QUOTED.test(line)) blocks.push({ kind: 'quote', lines: takeWhile(QUOTED).map(read) })
    else if (BULLET.test(line)) blocks.push({ kind: 'list', from: null, items: takeWhile(BULLET).map(read) })
    else if (number !== undefined) blocks.push({ kind: 'list', from: Number(number), items: takeWhile(NUMBERED).map(read) })
    else {
      if (plain === null) blocks.push({ kind: 'lines', lines: (plain = []) })
      plain.push(read(line))
      at++
      continue
    }
    plain = null
  }
  return blocks
}

/** What a text says without its marks, in one line: for lists and quotations. */
export const withoutMarks = (text: string): string => readMarkup(text).map(wordsOfBlock).join(' ')

function wordsOfBlock(block: Block): string {
  switch (block.kind) {
    case 'code':
      return block.language === '' ? block.text : `${block.language} ${block.text}`
    case 'list':
      return block.items.map(wordsOf).join(' ')
    case 'lines':
    case 'quote':
      return block.lines.map(wordsOf).join(' ')
  }
}

const wordsOf = (content: readonly Inline[]): string =>
  content.map((each) => ('content' in each ? wordsOf(each.content) : each.kind === 'mention' ? '' : each.text)).join('')

const STYLES = { '**': 'bold', '*': 'italic', _: 'italic', '~~': 'strike' } as const
type Mark = keyof typeof STYLES
/** Marks inside of marks. Deeper ones are text. */
const DEEPEST = 6

/** What is between an opened mark and here. */
interface Open {
  readonly mark: Mark
  readonly content: Inline[]
}

/** One line. `written`: a part of it without the signs of mentions. */
function readLine(line: string, mentions: number, written: (part: string) => string): readonly Inline[] {
  const root: Inline[] = []
  const opened: Open[] = []
  let plain = ''
  const here = (): Inline[] => opened.at(-1)?.content ?? root
  const endPlain = (): void => {
    if (plain !== '') here().push({ kind: 'text', text: plain })
    plain = ''
  }
  const put = (inline: Inline, end: number): number => {
    endPlain()
    here().push(inline)
    return end
  }
  /** A mark that nothing closed is text. */
  const dissolve = (): void => {
    const last = opened.pop()
    if (last !== undefined) here().push({ kind: 'text', text: last.mark }, ...last.content)
  }
  for (let at = 0; at < line.length;) {
    const mention = mentionOf(line[at] ?? '', mentions)
    const code = line[at] === '`' ? line.indexOf('`', at + 1) : -1
    const link = line[at] === '[' ? namedLinkAt(line, at) : line[at] === 'h' ? linkAt(line, at) : undefined
    const mark = markAt(line, at, opened.at(-1)?.mark)
    const opener = mark !== undefined && mayClose(line, at, mark) ? opened.findLastIndex((each) => each.mark === mark) : -1
    if (mention !== undefined) at = put({ kind: 'mention', mention }, at + 1)
    else if (code > at + 1) at = put({ kind: 'code', text: written(line.slice(at + 1, code)) }, code + 1)
    else if (link !== undefined) at = put({ kind: 'link', ...link.link }, link.end)
    else if (mark !== undefined && opener >= 0 && (plain !== '' || here().length > 0 || opened.length - 1 > opener)) {
      endPlain()
      while (opened.length - 1 > opener) dissolve()
      const closed = opened.pop()
      here().push({ kind: STYLES[mark], content: closed?.content ?? [] })
      at += mark.length
    } else if (mark !== undefined && opened.length < DEEPEST && mayOpen(line, at, mark)) {
      endPlain()
      opened.push({ mark, content: [] })
      at += mark.length
    } else plain += line[at++] ?? ''
  }
  endPlain()
  while (opened.length > 0) dissolve()
  return joined(root)
}

/** `inside`: the mark that was opened last. It is closed first where three stars close two marks. */
function markAt(line: string, at: number, inside: Mark | undefined): Mark | undefined {
  if (inside === '*' && line.startsWith('***', at)) return inside
  for (const mark of ['**', '~~', '*', '_'] as const) if (line.startsWith(mark, at)) return mark
  return undefined
}

/** Letters and digits of scripts that write spaces between words: 2*3*4 and snake_case are no marks. */
const IN_WORD = /[[\p{L}\p{N}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]]/v
const SPACE = /\s/u

const mayOpen = (line: string, at: number, mark: Mark): boolean => {
  const [before, after] = [line[at - 1] ?? ' ', line[at + mark.length] ?? ' ']
  return !SPACE.test(after) && !IN_WORD.test(before)
}

const mayClose = (line: string, at: number, mark: Mark): boolean => {
  const [before, after] = [line[at - 1] ?? ' ', line[at + mark.length] ?? ' ']
  return !SPACE.test(before) && !IN_WORD.test(after)
}

/** Texts that follow each other as one. */
function joined(content: readonly Inline[]): readonly Inline[] {
  const all: Inline[] = []
  for (const each of content) {
    const last = all.at(-1)
    if (each.kind === 'text' && last?.kind === 'text') all[all.length - 1] = { kind: 'text', text: last.text + each.text }
    else all.push('content' in each ? { ...each, content: joined(each.content) } : each)
  }
  return all
}
