/** Five pairs who write to each other all the time, each person at an address of its own, and callers who dial. */
import type { Primitives } from '@sotto/crypto/primitives'
import type { MailboxCredentials } from '@sotto/mailbox'
import { serves, someMember } from '../../../relay-node/src/testing/honest-client.ts'
import { startMailboxPeer } from '../../../relay-node/src/testing/mailbox-peer.ts'
import { openLine } from './client-line.ts'

const PAIRS = 5
const WRITES_EVERY_MS = 100
const DIALS_EVERY_MS = 1_000
/** What has not arrived by then after the last was written counts as lost. */
const LATEST_MS = 15_000

interface Options {
  readonly pairs?: number
  readonly latestMs?: number
}

export interface Tally {
  readonly written: number
  readonly delivered: number
  readonly dialled: number
  readonly served: number
  readonly medianMs: number
}

export interface HonestPeople {
  /** They write while this runs, each pair in a new group, which a hostile member may know. */
  readonly during: (work: (group: MailboxCredentials) => Promise<void>) => Promise<Tally>
  readonly end: () => Promise<void>
}

export async function honestPeople(relay: string, primitives: Primitives, { pairs: count = PAIRS, latestMs = LATEST_MS }: Options = {}): Promise<HonestPeople> {
  let hosts = 0
  const lineOf = () => openLine(relay, `10.0.${hosts >> 8}.${hosts++ & 255}`)
  const enter = async () => {
    const line = await lineOf()
    return { line, peer: await startMailboxPeer(line.address, primitives) }
  }
  const pairs = await Promise.all(Array.from({ length: count }, async () => ({ writer: await enter(), reader: await enter() })))
  let number = 0

  /** Resolves with whether a caller was served. */
  const dial = async (): Promise<boolean> => {
    const line = await lineOf()
    const isServed = await Promise.race([
      serves(line.address, primitives).catch(() => false),
      new Promise<false>((resolve) => setTimeout(() => resolve(false), latestMs).unref()),
    ])
    line.end()
    return isServed
  }

  return {
    during: async (work) => {
      const groups = pairs.map(() => someMember(primitives))
      const writtenMs = new Map<number, number>()
      const tookMs: number[] = []
      const heard = pairs.map(({ reader }, i) => {
        const group = groups[i] as MailboxCredentials
        reader.peer.run((client, state) => client.want(state, group, null, Date.now()))
        return reader.peer.events.length
      })
      const looks = setInterval(() => {
        for (const [i, { reader }] of pairs.entries()) {
          for (; (heard[i] ?? 0) < reader.peer.events.length; heard[i] = (heard[i] ?? 0) + 1) {
            const event = reader.peer.events[heard[i] ?? 0]
            if (event?.kind !== 'record') continue
            const sentMs = writtenMs.get(new DataView(event.body.buffer, event.body.byteOffset).getUint32(0))
            if (sentMs !== undefined) tookMs.push(performance.now() - sentMs)
          }
        }
      }, 1)
      const writes = setInterval(() => {
        for (const [i, { writer }] of pairs.entries()) {
          const body = new Uint8Array(256)
          new DataView(body.buffer).setUint32(0, ++number)
          writtenMs.set(number, performance.now())
          const append = { token: String(number), credentials: groups[i] as MailboxCredentials, body, class: 'stored' } as const
          writer.peer.run((client, state) => client.append(state, append, Date.now()))
        }
      }, WRITES_EVERY_MS)
      const callers: Promise<boolean>[] = []
      const dials = setInterval(() => callers.push(dial()), DIALS_EVERY_MS)
      await work(groups[0] as MailboxCredentials)
      clearInterval(writes)
      clearInterval(dials)
      const untilMs = performance.now() + latestMs
      while (tookMs.length < writtenMs.size && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 20))
      clearInterval(looks)
      const served = (await Promise.all(callers)).filter((isServed) => isServed).length
      const sorted = tookMs.toSorted((a, b) => a - b)
      const medianMs = sorted[Math.floor(sorted.length / 2)] ?? Infinity
      return { written: writtenMs.size, delivered: tookMs.length, dialled: callers.length, served, medianMs }
    },
    end: async () => {
      for (const { writer, reader } of pairs)
        for (const { peer, line } of [writer, reader]) {
          await peer.stop()
          line.end()
        }
    },
  }
}
