import { STRINGS, languageOf } from './language.ts'

/** The globals of an extension's page; tests draw without them. */
interface Extension {
  readonly chrome?: { readonly i18n?: { readonly getUILanguage?: () => string } }
}

/** The page's language: the same as that of the browser's own interface. */
export const language = languageOf((globalThis as Extension).chrome?.i18n?.getUILanguage?.() ?? navigator.language)

/** For dates and times: the same language with the browser's region, such as `en-GB`. */
export const locale = languageOf(navigator.language) === language ? navigator.language : language

/** The app's words in that language. */
export const strings = STRINGS[language]
