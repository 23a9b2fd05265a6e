/** All emoji, which few open: what draws them is not loaded with a page's first screen. */
import { CouldNotLoad } from '../parts/could-not-load.tsx'
import { later } from '../state/later.ts'
import type { EmojiPickerProps } from './emoji-picker.tsx'

export const laterEmoji = later<typeof import('./emoji-picker.tsx')>(() => import('./emoji-picker.tsx'))

export function LaterEmojiPicker(props: EmojiPickerProps) {
  const loaded = laterEmoji.use(true)
  if (loaded !== null) return <loaded.EmojiPicker {...props} />
  return laterEmoji.hasFailed.value ? <CouldNotLoad /> : null
}
