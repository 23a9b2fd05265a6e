/** Links in a text. Only what a browser opens as a page is one, and each is shown as what it is. */
import { SIGN } from './mention-signs.ts'

export interface Link {
  /** Where it leads, as the browser reads it. */
  readonly href: string
  /** What is shown. */
  readonly text: string
}

interface Found {
  readonly link: Link
  /** The index behind it. */
  readonly end: number
}

/** No longer ones, with what is before it. A guess: what browsers open. */
const MOST = 2_048
/** Of the words of a link. */
const MOST_WORDS = 256

const ADDRESS = /https?:\/\/[^\s<>"\ufdd0-\ufdef]{1,2048}/uy
/** What ends a sentence is not the link's. */
const ENDING = /[.,;:!?'"”’…]+$/u
const IN_WORD = /[\p{L}\p{N}]/u

/** A web address that begins at an index. */
export function linkAt(line: string, at: number): Found | undefined {
  if (IN_WORD.test(line[at - 1] ?? ' ')) return undefined
  ADDRESS.lastIndex = at
  const found = ADDRESS.exec(line)?.[0]
  if (found === undefined || found.length > MOST) return undefined
  const written = withoutEnding(found)
  const url = pageOf(written)
  return url === undefined ? undefined : { link: { href: url.href, text: shownAddress(written, url) }, end: at + written.length }
}

/** `[words](address)` that begins at an index. */
export function namedLinkAt(line: string, at: number): Found | undefined {
  const end = line.slice(at, at + MOST_WORDS).indexOf('](')
  if (end < 2) return undefined
  const from = at + end + 2
  const length = line.slice(from, from + MOST).indexOf(')')
  const words = line.slice(at + 1, at + end)
  const url = length < 1 ? undefined : pageOf(line.slice(from, from + length))
  // Nobody is mentioned in a link: a name could be taken for where it leads.
  if (url === undefined || words.includes('[') || SIGN.test(line.slice(at, from + length))) return undefined
  return { link: { href: url.href, text: namesAnotherHost(words, url) ? url.href : words }, end: from + length + 1 }
}

/** Closing brackets belong to a link only if it opened them. */
function withoutEnding(address: string): string {
  let left = address
  for (let before = ''; before !== left;) {
    before = left
    left = left.replace(ENDING, '')
    if (left.endsWith(')') && count(left, ')') > count(left, '(')) left = left.slice(0, -1)
    if (/[\]}*_~`]$/u.test(left)) left = left.slice(0, -1)
  }
  return left
}

const count = (text: string, character: string): number => text.split(character).length - 1

/** A page's address, without a name and a password: such a one is made to be misread. */
function pageOf(written: string): URL | undefined {
  const url = URL.canParse(written) ? new URL(written) : null
  const isPage = url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === ''
  return isPage && url.hostname.includes('.') ? url : undefined
}

/** As it was written, unless the browser reads the host otherwise: letters that look like others. */
function shownAddress(written: string, url: URL): string {
  const host = /^https?:\/\/([^/?#]*)/iu.exec(written)?.[1] ?? ''
  const isAsRead = host.toLowerCase().replace(/:\d+$/u, '') === url.hostname
  return isAsRead ? written : url.href
}

/** Something that looks like a host's name, with any of the dots that browsers take for one. */
const HOST = /[\p{L}\p{N}-]+(?:[.。．｡][\p{L}\p{N}-]+)+/gu

/** Whether the words of a link name a host that it does not lead to. */
function namesAnotherHost(words: string, { hostname }: URL): boolean {
  return [...words.normalize('NFKC').toLowerCase().matchAll(HOST)].some(([found]) => {
    const named = URL.canParse(`https://${found}`) ? new URL(`https://${found}`).hostname : found
    return hostname !== named && !hostname.endsWith(`.${named}`)
  })
}
