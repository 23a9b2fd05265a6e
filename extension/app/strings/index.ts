import type { JoinView, Rejection, UnreadableCause } from '@sotto/engine/api'
import { languageOf } from './language.ts'
import { wordsIn } from './load-words.ts'
import type { RefusalCode } from './sentences.ts'

/** The globals of an extension's page; tests draw without them. */
interface Extension {
  readonly chrome?: { readonly i18n?: { readonly getUILanguage?: () => string } }
}

/** The page's language: the same as that of the browser's own interface. */
export const language = languageOf((globalThis as Extension).chrome?.i18n?.getUILanguage?.() ?? navigator.language)

/** For dates and times: the same language with the browser's region, such as `en-GB`. */
export const locale = languageOf(navigator.language) === language ? navigator.language : language

/** Everything of the page waits for its words: nothing is drawn before them, and nothing changes when they come. */
const words = await wordsIn(language)

/** The app's words in that language. */
export const strings = words.strings

/** Why a request was refused, for a person. */
export const rejectionSentence = ({ code, numbers }: { readonly code: RefusalCode; readonly numbers: Rejection['numbers'] }): string =>
  words.sentences.rejection[code](numbers)

/** Why messages cannot be opened, for a person. */
export const unreadableSentence = (cause: UnreadableCause): string => words.sentences.unreadable[cause]

/** Why joining ended, for a person. */
export const joinEndSentence = (end: NonNullable<JoinView['reason']>): string => words.sentences.joinEnd[end]
