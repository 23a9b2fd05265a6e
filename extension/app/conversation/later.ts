/** The dialogs of a conversation, which are not drawn first: see `dialogs.ts`. */
import { later } from '../state/later.ts'

export const laterDialogs = later<typeof import('./dialogs.ts')>(() => import('./dialogs.ts'))
