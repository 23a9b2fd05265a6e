/** Files that are left at a relay and read there by one who comes later, next to as many records of a client without rules. */
import { LIMITS } from '@sotto/wire'
import { recordsOf } from './bare-mailbox.ts'
import { median } from '../relay/figures.ts'
import { withTwoMembers } from './two-members.ts'

const MIB = 2 ** 20

export interface ThroughRelay {
  readonly mib: number
  /** Of the rates, the medians of the rounds: leaving to bare appends, reading to bare reads, and both together. */
  readonly leaving: number
  readonly reading: number
  readonly both: number
  /** Both ways once over a bare stream on a WebSocket of the same libraries, to leaving and reading. */
  readonly toStream: number
  /** From asking for it to the first chunk, ms: members have two seconds to say that they have it, which count in no rate. */
  readonly firstMs: number
  readonly isSame: boolean
}

type Round = Omit<ThroughRelay, 'mib'>

export async function measureThroughRelay(bytes: number, rounds: number): Promise<ThroughRelay> {
  const all: Round[] = []
  const records = recordsOf(bytes)
  await withTwoMembers(4 * bytes, async ({ relay, alice, bob, group }) => {
    const here = '/ip4/127.0.0.1/tcp/0/ws'
    for (let round = 0; round < rounds; round++) {
      const appended = await alice.call('bareAppend', relay.address, records)
      const readMs = await bob.call('bareRead', relay.address, appended.seeds, records)
      const stream = await bob.call('bareFetch', here, await alice.call('bareAddress', here), bytes)
      await bob.call('stop')
      const { message, sha256 } = await alice.call('attach', group, bytes, round)
      const startMs = performance.now()
      await alice.call('untilLeft', group, message)
      const leftMs = performance.now() - startMs
      await alice.call('stop')
      await bob.call('start')
      const { firstMs, wholeMs } = await bob.call('fetch', group, message)
      const readingMs = wholeMs - LIMITS.relayAskedAfterMs
      const isSame = (await bob.call('read', group, message)) === sha256
      await alice.call('start')
      all.push({
        leaving: appended.ms / leftMs,
        reading: readMs / readingMs,
        both: (appended.ms + readMs) / (leftMs + readingMs),
        toStream: (2 * stream.wholeMs) / (leftMs + readingMs),
        firstMs,
        isSame,
      })
      for (const each of [alice, bob]) await each.call('ask', { kind: 'deleteMessage', group, message, forAll: false })
    }
  })
  const middle = (of: (round: Round) => number): number => median(all.map(of))
  return {
    mib: bytes / MIB,
    leaving: middle(({ leaving }) => leaving),
    reading: middle(({ reading }) => reading),
    both: middle(({ both }) => both),
    toStream: middle(({ toStream }) => toStream),
    firstMs: middle(({ firstMs }) => firstMs),
    isSame: all.every(({ isSame }) => isSame),
  }
}
