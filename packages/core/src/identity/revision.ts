/**
 * What replaces what its author said before, an edit, a reaction or a name, says which revision it is (PROTOCOL §8.84, §3.52). Times alone
 * cannot tell: what was said while a clock was days ahead would win over what its author says once the clock is put right.
 */
import { uint16 } from '@sotto/wire'
import { type HybridTime, isAfter } from './clock.ts'

/** How it is written: the first is 1. */
export const revisionNumber = uint16

const MOST = 0xffff

interface Revised extends HybridTime {
  readonly revision: number
}

/** The number of what comes after `before`. After the highest there is none: then what decides between equal ones does. */
export const nextRevision = (before: { readonly revision: number } | undefined): number => Math.min(MOST, (before?.revision ?? 0) + 1)

/** Whether `one` counts rather than `other`, both of one author. Two of its devices may have said the same revision. */
export const replaces = (one: Revised, other: Revised): boolean => one.revision > other.revision || (one.revision === other.revision && isAfter(one, other))
