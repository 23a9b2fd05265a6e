/** What was measured of a file that went from one member to another, be it in Node or in browsers. */
import { median } from '../relay/figures.ts'

/** What was resident at most above what was there before, MiB; null: this system does not count it. */
export interface Peaks {
  /** The author's process while it attaches, and while it serves. */
  readonly attaching: number | null
  readonly sending: number | null
  readonly receiving: number | null
}

export interface OneFile {
  readonly mib: number
  /** To as many bytes on the bare stream, in the same round: of the rate, the larger the better. */
  readonly toBare: number
  /** Until the first chunk is in the store, and until the bare stream's first byte, ms. */
  readonly firstMs: number
  readonly bareFirstMs: number
  readonly mibPerSecond: number
  readonly attachMibPerSecond: number
  /** Whether what a page reads has the hash of what was attached. */
  readonly isSame: boolean
  readonly peaks: Peaks
}

const mostOf = (values: readonly (number | null)[]): number | null => (values.includes(null) ? null : Math.max(...values.map(Number)))

/** The medians of the rounds, and the largest peaks. */
export function together(rounds: readonly OneFile[]): OneFile {
  const middle = (of: (one: OneFile) => number): number => median(rounds.map(of))
  return {
    mib: middle(({ mib }) => mib),
    toBare: middle(({ toBare }) => toBare),
    firstMs: middle(({ firstMs }) => firstMs),
    bareFirstMs: middle(({ bareFirstMs }) => bareFirstMs),
    mibPerSecond: middle(({ mibPerSecond }) => mibPerSecond),
    attachMibPerSecond: middle(({ attachMibPerSecond }) => attachMibPerSecond),
    isSame: rounds.every(({ isSame }) => isSame),
    peaks: {
      attaching: mostOf(rounds.map(({ peaks }) => peaks.attaching)),
      sending: mostOf(rounds.map(({ peaks }) => peaks.sending)),
      receiving: mostOf(rounds.map(({ peaks }) => peaks.receiving)),
    },
  }
}
