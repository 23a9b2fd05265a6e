/** All that draws and attaches files. It is loaded with the first message or composer that has one. */
import { later } from '../state/later.ts'

export const laterFiles = later<typeof import('./files.ts')>(() => import('./files.ts'))
