/** What the extension says outside of its pages: in notifications, in the browser's menus and at the toolbar's button. */
import { isolating, languageOf } from './language.ts'
import { outsideDe } from './outside-de.ts'
import { outsideEn, type OutsideStrings } from './outside-en.ts'
import type { Language } from './sentences.ts'
import { isolated } from '../text/turned-text.ts'
import { senderName } from './person-names.ts'

const WORDS: { readonly [L in Language]: OutsideStrings } = { en: isolating(outsideEn), de: isolating(outsideDe) }

export interface Notified {
  readonly count: number
  readonly isMention: boolean
  /** null: nothing of the content is to be said. */
  readonly content: {
    readonly title: string
    readonly isDirect: boolean
    readonly senderName: string
    readonly senderAnother: number
    /** null: it vanishes. */
    readonly text: string | null
  } | null
}

export interface OutsideWords {
  readonly button: string
  readonly lockedButton: string
  readonly menu: { readonly selection: string; readonly link: string; readonly image: string }
  readonly notification: (what: Notified) => { readonly title: string; readonly message: string }
}

/** The words for a browser's language tag. */
export function outsideWords(tag: string): OutsideWords {
  const words = WORDS[languageOf(tag)]
  return {
    button: words.appName,
    lockedButton: words.lockedButton,
    menu: { selection: words.menuSelection, link: words.menuLink, image: words.menuImage },
    notification: (what) => notificationWords(words, what),
  }
}

function notificationWords(words: OutsideStrings, { count, isMention, content }: Notified): { readonly title: string; readonly message: string } {
  if (content === null) return { title: words.appName, message: isMention ? words.mentionedInSotto(count) : words.newInSotto(count) }
  const sender = senderName(words, content)
  const text = content.text ?? words.vanishingMessage
  const said = content.isDirect ? isolated(text) : words.fromShort(sender, text)
  const title = content.isDirect ? sender : content.title === '' ? words.unnamedGroup : isolated(content.title)
  return {
    title: isMention && !content.isDirect ? words.mentionedIn(title) : title,
    message: count > 1 ? `${said}\n${words.andMoreNew(count - 1)}` : said,
  }
}
