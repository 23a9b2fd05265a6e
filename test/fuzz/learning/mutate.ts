/** Changes of a sequence: leave out, repeat, reorder, splice with another, change one act, add one, begin elsewhere. */
import type { Act, ActSequence, StatefulTarget } from './target.ts'

/** Longer ones cost much and are cut. */
const MOST_ACTS = 48
const LARGEST_AMOUNT = 64

/** Mostly small. */
const amountOf = (random: () => number): number => Math.floor(LARGEST_AMOUNT * random() ** 3)
const seedOf = (random: () => number): number => Math.floor(random() * 2 ** 31)

const drawn = (target: StatefulTarget, random: () => number): Act => [
  target.verbs[Math.floor(random() * target.verbs.length)] ?? '',
  amountOf(random),
  seedOf(random),
]

/** A sequence from nothing. */
export const randomSequence = (target: StatefulTarget, random: () => number): ActSequence => ({
  start: Math.floor(random() * target.starts),
  acts: Array.from({ length: 1 + Math.floor(random() * 16) }, () => drawn(target, random)),
})

/** `parent` with one change or a few; `other` lends acts. */
export function mutated(target: StatefulTarget, parent: ActSequence, other: ActSequence, random: () => number): ActSequence {
  let { start, acts } = parent
  do {
    const at = Math.floor(random() * (acts.length + 1))
    const to = Math.min(acts.length, at + 1 + Math.floor(random() * 4))
    switch (Math.floor(random() * 9)) {
      case 0:
        acts = [...acts.slice(0, at), ...acts.slice(to)]
        break
      case 1:
        acts = [...acts.slice(0, to), ...acts.slice(at, to), ...acts.slice(to)]
        break
      case 2: {
        const moved = acts.slice(at, to)
        const rest = [...acts.slice(0, at), ...acts.slice(to)]
        const place = Math.floor(random() * (rest.length + 1))
        acts = [...rest.slice(0, place), ...moved, ...rest.slice(place)]
        break
      }
      case 3: {
        const from = Math.floor(random() * other.acts.length)
        acts = [...acts.slice(0, at), ...other.acts.slice(from, from + 1 + Math.floor(random() * 16))]
        break
      }
      case 4:
        acts = acts.map((act, i): Act => (i === at ? [act[0], random() < 0.5 ? act[1] + 1 : amountOf(random), act[2]] : act))
        break
      case 5:
        acts = acts.map((act, i): Act => (i === at ? [act[0], act[1], seedOf(random)] : act))
        break
      case 6:
        start = random() < 0.2 ? Math.floor(random() * target.starts) : start
        break
      default:
        acts = [...acts.slice(0, at), drawn(target, random), ...acts.slice(at)]
    }
  } while (random() < 0.5)
  return { start, acts: acts.slice(0, MOST_ACTS) }
}
