/** The table of the benchmark of files, and the bars of its design. */
import { rounded } from '../relay/figures.ts'
import type { BetweenMembers } from './between-members.ts'
import type { OneFile } from './one-file.ts'
import type { Sealing } from './sealing.ts'
import type { ThroughRelay } from './through-relay.ts'

export interface FileFigures {
  readonly quick: boolean
  readonly sealing: Sealing | null
  readonly members: BetweenMembers | null
  readonly relay: ThroughRelay | null
  readonly chromium: OneFile | null
}

interface Row {
  readonly what: string
  readonly figure: string
  /** Whether the bar is reached; null: there is none, or nothing was counted. */
  readonly bar: { readonly text: string; readonly isMet: boolean } | null
}

/** Of the rate of the bare stream, of bare appends and reads, and MiB over idle. */
const BARS = { direct: 0.6, relay: 0.5, memoryMib: 64 } as const

const plain = (what: string, figure: string): Row => ({ what, figure, bar: null })
const ratio = (what: string, value: number, least: number): Row => ({
  what,
  figure: String(rounded(value)),
  bar: { text: `at least ${least}`, isMet: value >= least },
})
const same = (what: string, isSame: boolean): Row => ({ what, figure: isSame ? 'yes' : 'no', bar: { text: 'yes', isMet: isSame } })

function memory(what: string, { attaching, sending, receiving }: OneFile['peaks']): Row {
  const values = [attaching, sending, receiving]
  const figure = values.map((value) => (value === null ? '–' : String(Math.round(value)))).join(' / ')
  if (values.includes(null)) return plain(what, figure)
  return { what, figure, bar: { text: `under ${BARS.memoryMib}`, isMet: values.every((value) => Number(value) < BARS.memoryMib) } }
}

function rowsOf({ sealing, members, relay, chromium }: FileFigures): readonly Row[] {
  const rows: Row[] = []
  if (chromium !== null)
    rows.push(
      ratio(`${chromium.mib} MiB between two Chromium, of the rate of a bare stream`, chromium.toBare, BARS.direct),
      plain('until its first chunk is in the store / the bare stream’s first byte, ms', `${rounded(chromium.firstMs)} / ${rounded(chromium.bareFirstMs)}`),
      plain('MiB in a second, attaching / fetching', `${rounded(chromium.attachMibPerSecond)} / ${rounded(chromium.mibPerSecond)}`),
      memory('most memory over idle of a browser’s process with the engine, attaching / sending / receiving, MiB', chromium.peaks),
      same('what is read is what was attached', chromium.isSame),
    )
  if (members !== null) {
    const { file, large, messageMs } = members
    rows.push(
      ratio(`${file.mib} MiB between two processes of Node, of the rate of a bare stream`, file.toBare, BARS.direct),
      plain('until its first chunk is in the store / the bare stream’s first byte, ms', `${rounded(file.firstMs)} / ${rounded(file.bareFirstMs)}`),
      plain('MiB in a second, attaching / fetching', `${rounded(file.attachMibPerSecond)} / ${rounded(file.mibPerSecond)}`),
      memory('most memory over idle, attaching / sending / receiving, MiB', file.peaks),
      ratio(`${large.mib} MiB between them, of the rate of a bare stream`, large.toBare, BARS.direct),
      memory('most memory over idle, attaching / sending / receiving, MiB', large.peaks),
      same('what is read is what was attached, of each', file.isSame && large.isSame),
      plain('a message, at rest / while a file comes, ms', `${rounded(messageMs.atRest)} / ${rounded(messageMs.meanwhile)}`),
    )
  }
  if (relay !== null)
    rows.push(
      ratio(`${relay.mib} MiB through a relay, of bare appends and reads`, relay.both, BARS.relay),
      plain('of bare appends / of bare reads', `${rounded(relay.leaving)} / ${rounded(relay.reading)}`),
      plain('of a bare stream on a WebSocket, both ways', String(rounded(relay.toStream))),
      plain('until the first chunk is in the store, ms', String(rounded(relay.firstMs))),
      same('what is read is what was attached', relay.isSame),
    )
  if (sealing !== null)
    rows.push(
      plain('sealing and hashing a chunk, of the rate of the plain cipher and hash', String(rounded(sealing.sealed))),
      plain('opening and hashing it', String(rounded(sealing.opened))),
    )
  return rows
}

export const missedBars = (figures: FileFigures): readonly string[] =>
  rowsOf(figures).flatMap(({ what, figure, bar }) => (bar === null || bar.isMet ? [] : [`${what}: ${figure}, not ${bar.text}`]))

export const filesTable = (figures: FileFigures): string =>
  ['| what | figure | bar |', '|---|---|---|', ...rowsOf(figures).map(({ what, figure, bar }) => `| ${what} | ${figure} | ${bar?.text ?? '–'} |`)].join('\n')
