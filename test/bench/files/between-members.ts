/** Files from one member to another over WebRTC, next to as many bytes on a stream of stock libp2p between the same two processes. */
import { median } from '../relay/figures.ts'
import { startServer } from '../relay/processes.ts'
import { type OneFile, together } from './one-file.ts'
import { beginPeak, canCountMemory, peakSince } from './peak-memory.ts'
import { type TwoMembers, withTwoMembers } from './two-members.ts'

const MIB = 2 ** 20
/** Messages whose way is measured, at rest and while a file comes. */
const MESSAGES = 5

export interface BetweenMembers {
  /** The medians of the rounds, and the largest peaks. */
  readonly file: OneFile
  readonly large: OneFile
  /** From sending a text to having it, ms, the medians: at rest, and while the file comes. */
  readonly messageMs: { readonly atRest: number; readonly meanwhile: number }
}

export async function measureBetweenMembers(size: { readonly bytes: number; readonly largeBytes: number; readonly rounds: number }): Promise<BetweenMembers> {
  const circuits = await startServer({ kind: 'bare' })
  try {
    return await withTwoMembers(0, async (two) => {
      await two.alice.call('untilConnected', two.group, 'direct')
      const atRest = median(await saySome(two, 'at rest'))
      // The first warms both up.
      const rounds: OneFile[] = []
      for (let round = 0; round <= size.rounds; round++) {
        const one = await oneFile(two, circuits.address, size.bytes, round)
        if (round > 0) rounds.push(one)
      }
      const { message } = await two.alice.call('attach', two.group, size.bytes, 1_000)
      const coming = two.bob.call('fetch', two.group, message)
      const meanwhile = median(await saySome(two, 'meanwhile'))
      await coming
      const large = await oneFile(two, circuits.address, size.largeBytes, 2_000)
      const faults = [...(await two.alice.call('faults')), ...(await two.bob.call('faults'))]
      if (faults.length > 0) throw new Error(faults.join('\n'))
      return { file: together(rounds), large, messageMs: { atRest, meanwhile } }
    })
  } finally {
    await circuits.end()
  }
}

/** The bare stream and a file in turn. */
async function oneFile({ alice, bob, group }: TwoMembers, circuits: string, bytes: number, seed: number): Promise<OneFile> {
  await bob.call('bareAddress', circuits)
  const bare = await bob.call('bareFetch', circuits, await alice.call('bareAddress', circuits), bytes)
  const attaching = await startPeaks([alice, bob])
  const { message, attachMs, sha256 } = await alice.call('attach', group, bytes, seed)
  const [peakAttaching = null] = attaching()
  const fetching = await startPeaks([alice, bob])
  const { firstMs, wholeMs } = await bob.call('fetch', group, message)
  const [sending = null, receiving = null] = fetching()
  const isSame = (await bob.call('read', group, message)) === sha256
  for (const each of [alice, bob]) await each.call('ask', { kind: 'deleteMessage', group, message, forAll: false })
  return {
    mib: bytes / MIB,
    toBare: bare.wholeMs / wholeMs,
    firstMs,
    bareFirstMs: bare.firstMs,
    mibPerSecond: bytes / MIB / (wholeMs / 1_000),
    attachMibPerSecond: bytes / MIB / (attachMs / 1_000),
    isSame,
    peaks: { attaching: peakAttaching, sending, receiving },
  }
}

/** Begins to count, once the garbage is collected. */
async function startPeaks(members: readonly TwoMembers['alice'][]): Promise<() => readonly (number | null)[]> {
  for (const each of members) await each.call('collect')
  const idle = members.map(({ pid }) => (canCountMemory() ? beginPeak(pid) : null))
  return () => members.map(({ pid }, i) => (idle[i] === null || idle[i] === undefined ? null : (peakSince(pid) - idle[i]) / MIB))
}

async function saySome({ alice, bob, group }: TwoMembers, what: string): Promise<readonly number[]> {
  const times: number[] = []
  for (let i = 0; i < MESSAGES; i++) {
    const text = `${what}, ${i}`
    const heard = bob.call('heard', group, text)
    const saidMs = await alice.call('say', group, text)
    times.push((await heard) - saidMs)
  }
  return times
}
