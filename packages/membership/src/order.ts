/** The order in which a fold goes through operations: parents first, and the same for everybody. */
import { compareBytes } from '@sotto/wire'
import type { Entry } from './history.ts'

export const byDepthThenId = (a: Entry, b: Entry): number => a.depth - b.depth || compareBytes(a.id, b.id)
