/** Sets of iterations as ascending, disjoint, non-touching closed ranges: how watermarks with gaps travel. */
import { type Codec, type Decoded, list, struct, uint16, where } from './codec.ts'
import { LIMITS } from './limits.ts'

const range = struct({ from: uint16, to: uint16 })
export type Range = Decoded<typeof range>

/** A set of numbers from 0 to 65,535. Empty list: nothing. */
export type Ranges = readonly Range[]

const isCanonical = (ranges: Ranges): boolean => ranges.every((each, i) => each.from <= each.to && (i === 0 || each.from > (ranges[i - 1]?.to ?? 0) + 1))

export const ranges: Codec<Ranges> = where(list(range, LIMITS.rangesPerKey), isCanonical)
