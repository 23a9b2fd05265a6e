/** What a worker of the fuzzer tells the program that started it. */
export type Told =
  | { readonly kind: 'broke'; readonly target: string; readonly why: string; readonly input: string }
  /** Where it is, so that an input which never ends has a name. `reached`: how much was reached so far, for a target that learns. */
  | {
      readonly kind: 'progress'
      readonly target: string
      readonly seed: number
      readonly executions: number
      readonly reached: number | null
      /** The largest share of each bound. */
      readonly shares: readonly (readonly [bound: string, share: number])[]
    }
  /** The corpus of a target that learns, at the end, a sequence for each line. */
  | { readonly kind: 'corpus'; readonly target: string; readonly lines: readonly string[] }

export interface Share {
  readonly seed: number
  readonly step: number
  readonly untilMs: number
  readonly only: string | null
  /** The corpus is asked for at the end: choosing it plays every kept sequence once more. */
  readonly isKept: boolean
}
