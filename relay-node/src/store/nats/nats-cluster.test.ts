/** Stores of two relays on a real cluster of three NATS servers, one of them killed. */
import { createHash } from 'node:crypto'
import type { StoreNotice } from '@sotto/mailbox'
import type { MailboxId } from '@sotto/wire'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endAll, endLater, newFolder } from '../../testing/left-behind.ts'
import { type NatsCluster, leaderOf, startNatsServers } from '../../testing/nats-servers.ts'
import { type NatsMailboxStore, openNatsMailboxStore } from './nats-mailbox-store.ts'

/** Electing leaders takes seconds, and more where other tests run. */
const PATIENCE_MS = 60_000

let cluster: NatsCluster
beforeAll(async () => {
  cluster = await startNatsServers(3, newFolder())
  endLater(() => cluster.end())
}, PATIENCE_MS)
afterAll(endAll)

async function open(onNotice: (notice: StoreNotice) => void = () => {}): Promise<NatsMailboxStore> {
  const store = await openNatsMailboxStore({
    servers: cluster.urls,
    credentials: null,
    authority: null,
    replicas: 3,
    partitions: 1,
    mostBytes: 2 ** 40,
    onNotice,
    onUp: () => {},
    onFailed: (fault) => {
      throw fault
    },
  })
  endLater(() => store.close())
  return store
}

const box = (number: number): MailboxId => new Uint8Array(32).fill(number) as MailboxId
const numbered = (number: number): Uint8Array => {
  const body = new Uint8Array(256)
  new DataView(body.buffer).setUint32(0, number)
  return body
}
const numberOf = (body: Uint8Array): number => new DataView(body.buffer, body.byteOffset).getUint32(0)
const append = (mailbox: MailboxId, body: Uint8Array) =>
  ({
    kind: 'append',
    mailbox,
    capability: 0,
    claim: 'group',
    body,
    dedupe: new Uint8Array(createHash('sha256').update(mailbox).update(body).digest()),
    expiresMs: 1_000,
    most: { records: 4_096, bytes: 2 ** 30, capabilityRecords: 4_096 },
    longestWaitMs: 500,
  }) as const

test('of a one-time key that four connections fetch at once one gets it', { timeout: PATIENCE_MS }, async () => {
  const stores = await Promise.all(Array.from({ length: 4 }, () => open()))
  const ids = Array.from({ length: 40 }, (_, i) => i + 1)
  const keys = ids.map((id) => ({ id, key: new Uint8Array(40).fill(id) }))
  const publication = { shared: numbered(0), lastResort: new Uint8Array(40).fill(255), oneTime: keys, oneTimeKem: keys }
  await stores[0]?.executeOne({ kind: 'publishKeys', mailbox: box(9), replace: false, publication, expiresMs: 1_000, mostKeys: 100 }, 0)
  const handed: number[] = []
  for (let round = 0; round < 12; round++) {
    const results = await Promise.all(stores.map((store) => store.executeOne({ kind: 'fetchKeys', mailbox: box(9), pop: true }, 0)))
    for (const result of results) if (result.kind === 'keys' && result.keys?.oneTime) handed.push(result.keys.oneTime[0] ?? 0)
  }
  expect(handed.toSorted((a, b) => a - b)).toEqual(ids)
})

test(
  'the leader is killed while two relays append: all that was acknowledged is there, none twice, and both are told of it',
  { timeout: PATIENCE_MS },
  async () => {
    const heard = new Map<number, number>()
    let isUnsure = 0
    const a = await open((notice) => {
      if (notice.kind === 'appended') heard.set(numberOf(notice.body), (heard.get(numberOf(notice.body)) ?? 0) + 1)
      if (notice.kind === 'unsure') isUnsure += 1
    })
    const b = await open()
    a.watch(box(1), true)

    const acknowledged = new Set<number>()
    const cursors = new Set<number>()
    const over = new AbortController()
    let [next, longestGapMs, lastMs] = [0, 0, performance.now()]
    /** Goes on with its record until it is taken, as clients do. */
    const write = async (store: NatsMailboxStore): Promise<void> => {
      while (!over.signal.aborted) {
        const number = next++
        for (;;) {
          const result = await store.executeOne(append(box(1), numbered(number)), 0)
          if (result.kind === 'appended') {
            acknowledged.add(number)
            cursors.add(result.cursor)
            longestGapMs = Math.max(longestGapMs, performance.now() - lastMs)
            lastMs = performance.now()
            break
          }
          expect(result).toMatchObject({ kind: 'refused', code: 'storeAway' })
          if (over.signal.aborted) return
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    }
    const writers = [a, a, b, b].map(write)
    const until = async (count: number): Promise<void> => {
      await expect.poll(() => acknowledged.size, { timeout: 40_000 }).toBeGreaterThan(count)
    }
    await until(100)
    const leader = await leaderOf(cluster, 'sotto-0')
    const before = acknowledged.size
    await leader.kill()
    await until(before + 100)
    over.abort()
    await Promise.all(writers)
    await leader.start()

    const all = [...acknowledged].toSorted((x, y) => x - y)
    const found: number[] = []
    const look = async (): Promise<readonly number[]> => {
      found.length = 0
      const result = await b.executeOne({ kind: 'read', mailbox: box(1), after: 0, mostRecords: 10_000, mostBytes: 2 ** 40 }, 0)
      if (result.kind === 'records') found.push(...result.records.map(({ body }) => numberOf(body)))
      return all.filter((number) => !found.includes(number))
    }
    // A server that has just come back may answer without what it has not caught up with.
    await expect.poll(look, { timeout: 20_000 }).toEqual([])
    expect(found.filter((number, i) => found.indexOf(number) !== i)).toEqual([])
    expect(cursors.size).toBe(all.length)
    // The longest time without an acknowledgement: relays refuse after four seconds, and clients go on.
    expect(longestGapMs).toBeLessThan(30_000)
    // Nearly all are heard of as they are stored; where a word may be lost with a server, the relay says so.
    const unheard = all.filter((number) => !heard.has(number))
    expect(unheard.length === 0 || isUnsure > 0).toBe(true)
  },
)
