import { STRINGS, languageOf } from './language.ts'

/** The language that this page speaks, as the browser's own interface does. */
export const language = languageOf(globalThis.chrome?.i18n?.getUILanguage?.() ?? navigator.language)

/** The app's words in that language. */
export const strings = STRINGS[language]
