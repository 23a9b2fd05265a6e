/** The data is hundreds of kilobytes: a file of its own, which is read when the picker is opened. It is part of the extension. */
import type { Language } from '../strings/sentences.ts'
import { type EmojiData, type EmojiList, emojiList } from './emoji-list.ts'

const FILES: { readonly [L in Language]: () => Promise<{ readonly default: readonly EmojiData[] }> } = {
  en: () => import('emojibase-data/en/compact.json'),
  de: () => import('emojibase-data/de/compact.json'),
}

const loaded = new Map<Language, Promise<EmojiList>>()

/** The list in a language. A file that could not be read is tried again the next time. */
export function loadEmoji(language: Language): Promise<EmojiList> {
  const known = loaded.get(language)
  if (known !== undefined) return known
  const loading = FILES[language]().then((file) => emojiList(file.default))
  loaded.set(language, loading)
  loading.catch(() => loaded.delete(language))
  return loading
}
