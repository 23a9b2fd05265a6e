/**
 * `npm run bench -- ciphers`: what a message, a joiner and a removal cost in groups of 6, 9 and 12 with each cipher, in records and
 * bytes left at the relay, and in processor time of all devices as a ratio to sender keys in the same run.
 */
import { loadSodiumPrimitives } from '@sotto/crypto/primitives'
import { type LargeGroupResult, playLargeGroup } from '@sotto/simulator'

const SIZES = [6, 9, 12] as const
const ACTIONS = ['join', 'first message', 'next message', 'removal', 'first message after it'] as const
/** The shortest counts: other work on the machine only adds to it. */
const REPEATS = 3

interface CipherFigures {
  readonly members: number
  readonly what: string
  readonly senderKeys: { readonly records: number; readonly bytes: number }
  readonly pairwise: { readonly records: number; readonly bytes: number }
  /** Bytes and processor time of pairwise as a multiple of sender keys'. */
  readonly timesBytes: number
  readonly timesCpu: number
}

export interface CiphersBenchmark {
  readonly figures: readonly CipherFigures[]
  readonly violations: readonly string[]
  readonly table: string
}

const threadCpuMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

const rounded = (number: number): number => Math.round(number * 100) / 100

export async function benchCiphers(): Promise<CiphersBenchmark> {
  const primitives = await loadSodiumPrimitives()
  const play = (members: number, isSmall: boolean): LargeGroupResult => playLargeGroup(members, 1, primitives, () => {}, threadCpuMs, isSmall)
  const violations: string[] = []
  const figures = SIZES.flatMap((members) => {
    const runs = Array.from({ length: REPEATS }, () => ({ senderKeys: play(members, false), pairwise: play(members, true) }))
    const [first] = runs
    if (first === undefined) throw new RangeError('nothing was played')
    violations.push(...first.senderKeys.violations, ...first.pairwise.violations)
    const least = (which: 'senderKeys' | 'pairwise', what: string): number =>
      Math.min(...runs.map((run) => run[which].costs.find((cost) => cost.what === what)?.cpuMs ?? Number.NaN))
    return ACTIONS.map((what): CipherFigures => {
      const of = (which: 'senderKeys' | 'pairwise') => {
        const { records = 0, bytes = 0 } = first[which].costs.find((cost) => cost.what === what) ?? {}
        return { records, bytes }
      }
      const [senderKeys, pairwise] = [of('senderKeys'), of('pairwise')]
      return {
        members,
        what,
        senderKeys,
        pairwise,
        timesBytes: rounded(pairwise.bytes / senderKeys.bytes),
        timesCpu: rounded(least('pairwise', what) / least('senderKeys', what)),
      }
    })
  })
  return { figures, violations, table: tableOf(figures) }
}

function tableOf(figures: readonly CipherFigures[]): string {
  const lines = figures.map(
    ({ members, what, senderKeys, pairwise, timesBytes, timesCpu }) =>
      `| ${members} | ${what} | ${senderKeys.records}, ${senderKeys.bytes} bytes | ${pairwise.records}, ${pairwise.bytes} bytes | ${timesBytes} | ${timesCpu} |`,
  )
  return ['| members | what | sender keys: records | pairwise: records | bytes, times | processor time, times |', '|---|---|---|---|---|---|', ...lines].join(
    '\n',
  )
}
