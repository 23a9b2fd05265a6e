/**
 * The corpus of a stateful target, and which of its sequences is changed next. A sequence is kept if it reached something
 * that none before it did; the fewer others reach what it reaches, the likelier it is drawn.
 */
import { seededRandom } from '../invented-encoding.ts'
import type { Coverage } from './coverage.ts'
import { mutated, randomSequence } from './mutate.ts'
import { type ActSequence, kindOf, type Played, type StatefulTarget } from './target.ts'

/** Sequences that are played between two looks at the coverage, which costs as much as several of them. */
const BATCH = 12
/** How many plays a kept sequence may take to become shorter. */
const SHORTENING = 6
const MOST_FAILURES = 20

export interface Kept {
  readonly sequence: ActSequence
  /** What it was the first to reach. */
  readonly features: readonly string[]
}

export interface Failure {
  readonly target: string
  readonly violation: string
  /** As short as was found. */
  readonly sequence: ActSequence
  readonly seed: number
}

export interface Scheduler {
  /** Plays a batch. Returns how many sequences were played, with those that looked closer. */
  readonly round: () => number
  readonly kept: readonly Kept[]
  /** The fewest kept sequences that reach every block of code that all of them reach, those that reach most first. */
  readonly corpus: (stillHere: () => void) => readonly ActSequence[]
  readonly failures: readonly Failure[]
  /** How much was reached so far. */
  readonly reached: () => number
  readonly shares: ReadonlyMap<string, number>
}

/** `coverage` null: only what the target itself reports guides, which is the same on every machine. */
export function createScheduler(options: {
  readonly target: StatefulTarget
  readonly coverage: Coverage | null
  readonly seed: number
  /** The corpus to begin with. */
  readonly corpus: readonly ActSequence[]
}): Scheduler {
  const { target, coverage, seed } = options
  const random = seededRandom(seed)
  /** How many kept sequences reached it. */
  const reachedBy = new Map<string, number>()
  const kept: Kept[] = []
  const failures: Failure[] = []
  const shares = new Map<string, number>()
  const waiting = [...options.corpus]
  let plays = 0

  const play = (sequence: ActSequence): Played => {
    plays++
    const played = target.play(sequence)
    for (const [bound, share] of played.shares) shares.set(bound, Math.max(share, shares.get(bound) ?? 0))
    const [violation] = played.violations
    if (violation !== undefined) fail(sequence, violation)
    return played
  }

  /** Whatever ran since the last look belongs to what is played next. */
  const forgetCoverage = (): void => void coverage?.take()

  const reachedIn = (played: Played): readonly string[] => [...(coverage?.take() ?? []), ...played.features]
  const isNew = (feature: string): boolean => !reachedBy.has(feature)

  const fail = (sequence: ActSequence, violation: string): void => {
    const kind = kindOf(violation)
    if (failures.length >= MOST_FAILURES || failures.some((failure) => kindOf(failure.violation) === kind)) return
    const failure = { target: target.name, violation, sequence, seed }
    failures.push(failure)
    const fails = (smaller: ActSequence): boolean => target.play(smaller).violations.some((each) => kindOf(each) === kind)
    failures[failures.indexOf(failure)] = { ...failure, sequence: shortened(sequence, fails, Infinity) }
  }

  const consider = (sequence: ActSequence): void => {
    forgetCoverage()
    const features = reachedIn(play(sequence)).filter(isNew)
    if (features.length === 0) return
    const wanted = new Set(features)
    const reaches = (smaller: ActSequence): boolean => {
      return new Set(reachedIn(play(smaller)).filter((feature) => wanted.has(feature))).size === wanted.size
    }
    const smaller = shortened(sequence, reaches, SHORTENING)
    kept.push({ sequence: smaller, features })
    for (const feature of features) reachedBy.set(feature, 1)
  }

  /** Sequences that were the first to reach much are drawn more often, and newer ones more often than older ones. */
  const draw = (): ActSequence => {
    const place = Math.floor(kept.length * (1 - random() ** 2))
    const [one, other] = [kept[Math.min(place, kept.length - 1)], kept[Math.floor(random() * kept.length)]]
    if (one === undefined || other === undefined) return randomSequence(target, random)
    return one.features.length >= other.features.length ? one.sequence : other.sequence
  }

  const next = (): ActSequence => {
    const given = waiting.shift()
    if (given !== undefined) return given
    return kept.length === 0 || random() < 0.05 ? randomSequence(target, random) : mutated(target, draw(), draw(), random)
  }

  const corpus = (stillHere: () => void): readonly ActSequence[] => {
    forgetCoverage()
    const reaching = kept.map(({ sequence }) => {
      stillHere()
      return { sequence, places: new Set(reachedIn(play(sequence)).map(placeOf)) }
    })
    const covered = new Set<string>()
    const chosen: ActSequence[] = []
    for (;;) {
      stillHere()
      const gains = reaching.map(({ places }) => places.size - [...places].filter((place) => covered.has(place)).length)
      const best = reaching[gains.indexOf(Math.max(0, ...gains))]
      if (best === undefined || Math.max(0, ...gains) === 0) return chosen
      chosen.push(best.sequence)
      for (const place of best.places) covered.add(place)
    }
  }

  return {
    corpus,
    round: () => {
      const before = plays
      forgetCoverage()
      const batch = Array.from({ length: BATCH }, next).map((sequence) => ({ sequence, features: play(sequence).features }))
      // The coverage of the whole batch: where it is nothing new, no sequence of it is.
      const isAnyBlockNew = (coverage?.take() ?? []).some(isNew)
      for (const { sequence, features } of batch) if (isAnyBlockNew || features.some(isNew)) consider(sequence)
      return plays - before
    },
    kept,
    failures,
    reached: () => reachedBy.size,
    shares,
  }
}

/** A block without how often it ran. */
const placeOf = (feature: string): string => feature.replace(/^(\d+:\d+:\d+):\d+$/, '$1')

/** The shortest sequence found that still `holds`, acts left out from the longest pieces to single ones. */
function shortened(sequence: ActSequence, holds: (smaller: ActSequence) => boolean, mostPlays: number): ActSequence {
  let best = sequence
  let plays = 0
  for (let size = Math.ceil(best.acts.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.acts.length;) {
      if (plays++ >= mostPlays) return best
      const smaller = { ...best, acts: [...best.acts.slice(0, at), ...best.acts.slice(at + size)] }
      if (holds(smaller)) best = smaller
      else at += size
    }
  }
  return best
}
