/**
 * What a person chose on a web page, as a text for a draft (PROTOCOL 9.22). The page may have put anything there: it is cut, the
 * person sees it before it is in a draft, and nothing is fetched.
 */

/** Each may be shown for one thing on a page. */
export const SHARED_KINDS = ['selection', 'link', 'image'] as const
type SharedKind = (typeof SHARED_KINDS)[number]

/** The part of the browser's `OnClickData` that is used. */
interface MenuClick {
  readonly menuItemId: string | number
  readonly selectionText?: string | undefined
  readonly linkUrl?: string | undefined
  readonly srcUrl?: string | undefined
}

/** Fits into one message in any script: 4 bytes for each, of 16 KiB. */
const MOST_CHARACTERS = 4_000

/** The text of a click in the menu; empty if it has none, or is not of ours. */
export function sharedTextOf(click: MenuClick): string {
  const text = rawTextOf(click).replace(/\r\n?/gu, '\n').trim()
  // By code points: half of one is no character.
  const characters = [...text]
  return characters.length > MOST_CHARACTERS ? `${characters.slice(0, MOST_CHARACTERS - 1).join('')}…` : text
}

function rawTextOf({ menuItemId, selectionText, linkUrl, srcUrl }: MenuClick): string {
  switch (menuItemId as SharedKind) {
    case 'selection':
      return selectionText ?? ''
    case 'link':
      return webAddress(linkUrl)
    case 'image':
      return webAddress(srcUrl)
  }
}

/** A picture inside a page can be megabytes of address, and no address for anybody else. */
const webAddress = (address: string | undefined): string => (address !== undefined && /^https?:\/\//iu.test(address) ? address : '')
