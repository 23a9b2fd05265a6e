/** The order in which a fold goes through operations: parents first, and the same on all devices. */
import { compareBytes } from '@sotto/wire'
import { hasBit } from './bits.ts'
import type { Entry } from './entry.ts'

/** Whether `earlier` is in the past of `later`. */
export const isBefore = (earlier: Entry, later: Entry): boolean => hasBit(later.past, earlier.index)

/** Whether neither is in the past of the other. */
export const isConcurrent = (a: Entry, b: Entry): boolean => a !== b && !isBefore(a, b) && !isBefore(b, a)

/** Those of `entries` that are in the past of no other of them. */
export const maximal = (entries: readonly Entry[]): readonly Entry[] => entries.filter((entry) => !entries.some((other) => isBefore(entry, other)))

export const byDepthThenId = (a: Entry, b: Entry): number => a.depth - b.depth || compareBytes(a.id, b.id)
