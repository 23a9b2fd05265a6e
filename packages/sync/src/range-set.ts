/** Arithmetic on sets of iterations (PROTOCOL §7): what a device has, what it lacks. */
import { LIMITS, type Range, type Ranges } from '@sotto/wire'

export const NOTHING: Ranges = []

/** The set with one more number in it. */
export function withNumber(set: Ranges, number: number): Ranges {
  return unite(set, [{ from: number, to: number }])
}

export const hasNumber = (set: Ranges, number: number): boolean => set.some((each) => each.from <= number && number <= each.to)

/** Everything that is in either set. */
export function unite(a: Ranges, b: Ranges): Ranges {
  const sorted = [...a, ...b].sort((x, y) => x.from - y.from)
  const merged: { from: number; to: number }[] = []
  for (const each of sorted) {
    const last = merged.at(-1)
    if (last !== undefined && each.from <= last.to + 1) last.to = Math.max(last.to, each.to)
    else merged.push({ from: each.from, to: each.to })
  }
  return merged
}

/** What is in `a` and not in `b`. */
export function difference(a: Ranges, b: Ranges): Ranges {
  const left: Range[] = []
  for (const each of a) {
    let from = each.from
    for (const taken of b) {
      if (taken.to < from || taken.from > each.to) continue
      if (taken.from > from) left.push({ from, to: taken.from - 1 })
      from = taken.to + 1
    }
    if (from <= each.to) left.push({ from, to: each.to })
  }
  return left
}

/**
 * The set with its lowest gaps filled until it has no more ranges than one encoding takes. The sender that chooses the
 * numbers chooses the gaps: nothing that is in the set is forgotten, and what lay in those gaps counts as there.
 */
export function withinLimit(set: Ranges): Ranges {
  const excess = set.length - LIMITS.rangesPerKey
  const [first, last] = [set[0], set[excess]]
  return excess <= 0 || first === undefined || last === undefined ? set : [{ from: first.from, to: last.to }, ...set.slice(excess + 1)]
}

/** How many numbers are in the set. */
export const sizeOf = (set: Ranges): number => set.reduce((sum, each) => sum + each.to - each.from + 1, 0)

/** The numbers of the set, ascending. */
export function* numbersOf(set: Ranges): Generator<number> {
  for (const each of set) for (let number = each.from; number <= each.to; number++) yield number
}
