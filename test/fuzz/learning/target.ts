/**
 * What a stateful fuzzer plays: a sequence of acts, one after the other, on a state that it begins with. Acts are short and
 * symbolic (`again 3`: hear once more what came three events ago), never recorded bytes: so a corpus outlives a change of the
 * wire, is small, and holds nobody's keys.
 */

/** A word that the target knows, an amount or place, and a seed for what the act draws. */
export type Act = readonly [verb: string, amount: number, seed: number]

export interface ActSequence {
  /** Which of the target's beginnings. */
  readonly start: number
  readonly acts: readonly Act[]
}

/** What playing a sequence showed. */
export interface Played {
  /** What was reached besides code: sizes of tables, kinds of effects, codes of rejections. */
  readonly features: readonly string[]
  /** Sentences of what does not hold. The first one names the fault: a smaller sequence has to keep it. */
  readonly violations: readonly string[]
  /** The largest share of its bound that anything took, by the bound's name. */
  readonly shares: ReadonlyMap<string, number>
}

export interface StatefulTarget {
  readonly name: string
  /** How many beginnings there are. */
  readonly starts: number
  /** Words of acts, each as often as it is to be drawn. */
  readonly verbs: readonly string[]
  /** The same sequence plays the same. Throws never: what is thrown inside is a violation. */
  readonly play: (sequence: ActSequence) => Played
}

/** Violations of one kind differ in numbers only. */
export const kindOf = (violation: string): string => violation.split('\n')[0]?.replaceAll(/\d+/g, 'N') ?? ''
