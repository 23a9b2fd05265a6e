/** The screens that are not drawn first when a page opens: see `later-screens.ts`. */
import { later } from '../state/later.ts'

export type LaterScreens = typeof import('./later-screens.ts')

export const laterScreens = later<LaterScreens>(() => import('./later-screens.ts'))
