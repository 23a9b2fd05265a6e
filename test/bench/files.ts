/**
 * `npm run bench -- files`: what a file costs, each figure as a ratio in one run to the bare thing: between two Chromium and between two
 * processes of Node over WebRTC, to a stream of stock libp2p between the same two; through a relay, to appends and reads of a client without
 * rules; sealing, to the plain cipher and hash. And memory, also for a file of 1 GiB; the time to the first chunk; what a file costs a
 * message. `--quick`: shorter files; `--only WORD`: one part of chromium, members, relay, sealing.
 */
import { parseArgs } from 'node:util'
import { type BetweenMembers, measureBetweenMembers } from './files/between-members.ts'
import { type FileFigures, filesTable, missedBars } from './files/files-table.ts'
import { measureInChromium } from './files/in-chromium.ts'
import type { OneFile } from './files/one-file.ts'
import { measureSealing, type Sealing } from './files/sealing.ts'
import { measureThroughRelay, type ThroughRelay } from './files/through-relay.ts'

export interface FilesBenchmark extends FileFigures {
  /** Bars of the design that this run does not reach. */
  readonly missed: readonly string[]
  readonly table: string
}

const MIB = 2 ** 20
const FULL = { bytes: 100 * MIB, largeBytes: 1024 * MIB, rounds: 3 }
const QUICK = { bytes: 16 * MIB, largeBytes: 64 * MIB, rounds: 2 }

export async function benchFiles(): Promise<FilesBenchmark> {
  const { values } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } })
  const size = values.quick ? QUICK : FULL
  const part = async <T>(name: string, work: () => Promise<T>): Promise<T | null> => {
    if (values.only !== undefined && values.only !== name) return null
    console.error(`… ${name}`)
    return work()
  }
  const figures: FileFigures = {
    quick: values.quick,
    sealing: await part<Sealing>('sealing', () => measureSealing(7)),
    members: await part<BetweenMembers>('members', () => measureBetweenMembers(size)),
    relay: await part<ThroughRelay>('relay', () => measureThroughRelay(size.bytes, size.rounds)),
    chromium: await part<OneFile>('chromium', () => measureInChromium(size.bytes, size.rounds)),
  }
  return { ...figures, missed: missedBars(figures), table: filesTable(figures) }
}
