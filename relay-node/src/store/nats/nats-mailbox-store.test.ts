/** The store on a real NATS server, alone. What takes three of them is in `nats-cluster.test.ts`. */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect, nkeys } from '@nats-io/transport-node'
import { MAILBOX_STORE_CASES, type StoreNotice } from '@sotto/mailbox'
import { type MailboxId, toBase64url } from '@sotto/wire'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { endAll, endLater, newFolder } from '../../testing/left-behind.ts'
import { type NatsCluster, startNatsServers } from '../../testing/nats-servers.ts'
import { playCase } from '../../testing/play-case.ts'
import { type NatsMailboxStore, openNatsMailboxStore } from './nats-mailbox-store.ts'

let cluster: NatsCluster
beforeAll(async () => {
  cluster = await startNatsServers(1, newFolder())
  endLater(() => cluster.end())
})
afterAll(endAll)

const open = (change: Partial<Parameters<typeof openNatsMailboxStore>[0]> = {}): Promise<NatsMailboxStore> =>
  openNatsMailboxStore({
    servers: cluster.urls,
    credentials: null,
    authority: null,
    replicas: 1,
    partitions: 2,
    mostBytes: 2 ** 40,
    onNotice: () => {},
    onUp: () => {},
    onFailed: (fault) => {
      throw fault
    },
    ...change,
  })

async function wipe(): Promise<void> {
  const connection = await connect({ servers: [...cluster.urls] })
  const manager = await jetstreamManager(connection)
  for await (const name of manager.streams.names()) await manager.streams.delete(name)
  await connection.close()
}

test.each(MAILBOX_STORE_CASES)('$name', (each) =>
  playCase(each, async (mostBytes) => {
    await wipe()
    return open(mostBytes === undefined ? {} : { mostBytes })
  }),
)

const box = (number: number): MailboxId => new Uint8Array(32).fill(number) as MailboxId
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
const append = (
  mailbox: MailboxId,
  body: Uint8Array,
  change: { readonly claim?: 'group' | 'stranger' | 'blob'; readonly expiresMs?: number; readonly most?: number } = {},
) =>
  ({
    kind: 'append',
    mailbox,
    capability: 0,
    claim: change.claim ?? 'group',
    body,
    dedupe: new Uint8Array(createHash('sha256').update(mailbox).update(body).digest()),
    expiresMs: change.expiresMs ?? 1_000,
    most: { records: change.most ?? 1_000, bytes: 2 ** 30, capabilityRecords: 1_000 },
    longestWaitMs: 500,
  }) as const
const read = (mailbox: MailboxId) => ({ kind: 'read', mailbox, after: 0, mostRecords: 100, mostBytes: 2 ** 30 }) as const
const bodiesIn = async (store: NatsMailboxStore, mailbox: MailboxId, nowMs = 0): Promise<readonly Uint8Array[]> => {
  const result = await store.executeOne(read(mailbox), nowMs)
  return result.kind === 'records' ? result.records.map(({ body }) => body) : []
}
const keyOf = (id: number): Uint8Array => new Uint8Array(40).fill(id)
const publish = (mailbox: MailboxId, ids: readonly number[]) => {
  const keys = ids.map((id) => ({ id, key: keyOf(id) }))
  const publication = { shared: random(90), lastResort: keyOf(255), oneTime: keys, oneTimeKem: keys }
  return { kind: 'publishKeys', mailbox, replace: false, publication, expiresMs: 1_000, mostKeys: 100 } as const
}
/** Two relays' stores. They, and all that was in them, end with the test. */
async function openTwo(): Promise<{ readonly a: NatsMailboxStore; readonly b: NatsMailboxStore; readonly noticesOfB: StoreNotice[] }> {
  await wipe()
  const noticesOfB: StoreNotice[] = []
  const a = await open()
  const b = await open({ onNotice: (notice) => noticesOfB.push(notice) })
  onTestFinished(async () => {
    await a.close()
    await b.close()
  })
  return { a, b, noticesOfB }
}

/** Which files of the server hold these bytes. */
function filesWith(bytes: Uint8Array | string, folder = cluster.servers[0]?.folder ?? ''): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && readFileSync(path).includes(Buffer.from(bytes as Uint8Array)))
}

test('what one relay appends another is told of, reads, recognises and counts', async () => {
  const { a, b, noticesOfB } = await openTwo()
  expect(b.incarnation()).toEqual(a.incarnation())
  b.watch(box(1), true)
  const [first, second] = [random(256), random(256)]
  const results = await a.execute([append(box(1), first), append(box(1), second, { most: 2 })], 0)
  const cursors = results.map((result) => (result.kind === 'appended' ? result.cursor : 0))
  await expect
    .poll(() => noticesOfB)
    .toEqual([
      { kind: 'appended', mailbox: box(1), cursor: cursors[0], previous: 0, capability: null, body: first },
      { kind: 'appended', mailbox: box(1), cursor: cursors[1], previous: cursors[0], capability: null, body: second },
    ])
  expect(await bodiesIn(b, box(1))).toEqual([first, second])
  expect(await b.executeOne(append(box(1), first), 0)).toEqual({ kind: 'appended', cursor: cursors[0], duplicate: true })
  expect(await b.executeOne(append(box(1), random(256), { most: 2 }), 0)).toMatchObject({ kind: 'refused', code: 'full' })
  // What one deletes makes room at the other.
  noticesOfB.length = 0
  await a.executeOne(append(box(2), random(256)), 0)
  await b.executeOne(append(box(2), random(256)), 0)
  await a.executeOne({ kind: 'acknowledge', mailbox: box(2), upTo: 2 ** 40 }, 0)
  await expect.poll(() => noticesOfB).toEqual([{ kind: 'freed', mailbox: box(2) }])
  await b.executeOne({ kind: 'acknowledge', mailbox: box(1), upTo: cursors[0] ?? 0 }, 0)
  await expect.poll(() => a.executeOne(append(box(1), random(256), { most: 2 }), 0)).toMatchObject({ kind: 'appended', duplicate: false })
})

test('what one relay says reaches those that watch, and nobody else', async () => {
  const { a, b, noticesOfB } = await openTwo()
  b.watch(box(1), true)
  b.watch(box(2), true)
  b.watch(box(2), false)
  await a.executeOne(read(box(1)), 0)
  const words = [
    { kind: 'signal', body: random(256) },
    { kind: 'reader', clientPeer: 'reader' },
    { kind: 'keysLeft', oneTime: 3, oneTimeKem: 4 },
  ] as const
  await expect
    .poll(() => {
      noticesOfB.length = 0
      for (const word of words) for (const mailbox of [box(1), box(2)]) a.tell(mailbox, word)
      return new Promise((resolve) => setTimeout(() => resolve([...noticesOfB]), 100))
    })
    .toEqual(words.map((word) => ({ kind: 'told', mailbox: box(1), word })))
})

test('a word of the server’s that was lost is made good: the mailbox is looked at again', async () => {
  const { a, b, noticesOfB } = await openTwo()
  const stored = await a.executeOne(append(box(1), random(256)), 0)
  // B watches only now, as if the word had gone before its subscription was known everywhere.
  b.watch(box(1), true)
  await expect.poll(() => noticesOfB, { timeout: 5_000 }).toEqual([{ kind: 'unsure', mailbox: box(1), upTo: (stored as { cursor: number }).cursor }])
})

test('each one-time key goes to one of two relays that fetch at once, and the same keys published by both are taken once', async () => {
  const { a, b } = await openTwo()
  const ids = Array.from({ length: 12 }, (_, i) => i + 1)
  await Promise.all([a.executeOne(publish(box(1), ids), 0), b.executeOne(publish(box(1), ids), 0)])
  const fetches = Array.from({ length: 10 }, () => [a, b].map((store) => store.executeOne({ kind: 'fetchKeys', mailbox: box(1), pop: true }, 0)))
  const handed = await Promise.all(fetches.flat())
  const numbers = (of: 'oneTime' | 'kem'): readonly number[] =>
    handed.flatMap((result) => (result.kind === 'keys' && result.keys?.[of] !== null ? [result.keys?.[of]?.[0] ?? 0] : []))
  expect(numbers('oneTime').toSorted((x, y) => x - y)).toEqual(ids)
  expect(
    numbers('kem')
      .filter((id) => id !== 255)
      .toSorted((x, y) => x - y),
  ).toEqual(ids)
  expect(await a.executeOne({ kind: 'countKeys', mailbox: box(1) }, 0)).toEqual({ kind: 'keysLeft', left: { published: true, oneTime: 0, oneTimeKem: 0 } })
})

test('nothing of a record or a prekey is on the server’s disk once it was acknowledged, fetched, dropped or has expired', async () => {
  await wipe()
  const store = await open()
  const [read, expired, stays] = [random(256), random(4096), random(1024)]
  const [inbox, group] = [random(32) as MailboxId, random(32) as MailboxId]
  await store.executeOne(append(group, expired, { expiresMs: 100 }), 0)
  await store.execute([append(inbox, read), append(group, stays), publish(inbox, [77, 78])], 0)
  const traces = () =>
    [read.subarray(0, 64), expired.subarray(0, 64), keyOf(77), keyOf(78), keyOf(255), toBase64url(inbox), stays.subarray(0, 64)].map(
      (bytes) => filesWith(bytes).length > 0,
    )
  // The server writes within a moment of storing.
  await expect.poll(traces).toEqual([true, true, true, true, true, true, true])
  await store.executeOne({ kind: 'fetchKeys', mailbox: inbox, pop: true }, 0)
  expect(filesWith(keyOf(77))).toEqual([])
  while (((await store.expire(150, 10)) ?? 0) > 0);
  await store.executeOne({ kind: 'acknowledge', mailbox: inbox, upTo: 2 ** 40 }, 0)
  await store.executeOne({ kind: 'drop', mailbox: inbox }, 0)
  await expect.poll(traces, { timeout: 5_000 }).toEqual([false, false, false, false, false, false, true])
  await store.close()
})

test('strangers’ records expire before older ones of others, and a sweep takes no more than it is told to', async () => {
  await wipe()
  const store = await open({ partitions: 1 })
  for (let i = 0; i < 3; i++) {
    await store.execute([append(box(i), random(256), { expiresMs: 900 + i }), append(box(i), random(256), { claim: 'stranger', expiresMs: 300 + i })], 0)
  }
  const sweeps: number[] = []
  for (const nowMs of [301, 301, 400, 400, 901, 2_000]) sweeps.push(await store.expire(nowMs, 1))
  expect(sweeps).toEqual([1, 1, 1, 0, 1, 1])
  expect(await Promise.all([0, 1, 2].map(async (i) => (await bodiesIn(store, box(i), 0)).length))).toEqual([0, 0, 1])
  await store.close()
})

test('chunks of files expire in their own order too, before older letters and after younger ones of strangers', async () => {
  await wipe()
  const store = await open({ partitions: 1 })
  const claims = [
    ['group', 900],
    ['blob', 500],
    ['stranger', 300],
  ] as const
  for (let i = 0; i < 2; i++)
    for (const [claim, expiresMs] of claims) await store.executeOne(append(box(1), random(256), { claim, expiresMs: expiresMs + i }), 0)
  const sweeps: number[] = []
  for (const nowMs of [301, 499, 500, 501, 899, 901]) sweeps.push(await store.expire(nowMs, 10))
  expect(sweeps).toEqual([2, 0, 1, 1, 0, 2])
  await store.close()
})

test('while the server is away everything is refused at once; what was acknowledged is there when it is back, also after kill -9', async () => {
  await wipe()
  const notices: StoreNotice[] = []
  const ups: boolean[] = []
  const store = await open({ onNotice: (told) => notices.push(told), onUp: (isUp) => ups.push(isUp) })
  store.watch(box(1), true)
  const bodies = Array.from({ length: 20 }, () => random(256))
  const stored = await store.execute(
    bodies.map((body) => append(box(1), body)),
    0,
  )
  expect(stored.every(({ kind }) => kind === 'appended')).toBe(true)
  await cluster.servers[0]?.kill()
  await expect.poll(() => ups).toEqual([false])
  const refused = await store.execute([append(box(1), random(256)), read(box(1)), publish(box(2), [1]), { kind: 'fetchKeys', mailbox: box(1), pop: true }], 0)
  for (const result of refused) expect(result).toEqual({ kind: 'refused', code: 'storeAway', retryAfterMs: 1_000 })
  expect(await store.beat(0)).toBe(false)
  await cluster.servers[0]?.start()
  await expect.poll(() => ups, { timeout: 10_000 }).toEqual([false, true])
  // Those who watch look again for what was said meanwhile.
  expect(notices.at(-1)).toEqual({ kind: 'unsure', mailbox: box(1), upTo: Infinity })
  await expect.poll(() => bodiesIn(store, box(1)), { timeout: 10_000 }).toEqual(bodies)
  expect(await store.executeOne(append(box(1), bodies[3] ?? random(1)), 0)).toMatchObject({ kind: 'appended', duplicate: true })
  await store.close()
})

test('a store whose streams were made again is another one, and a relay that has the old one learns of it', async () => {
  await wipe()
  const failed: unknown[] = []
  const before = await open({ onFailed: (fault) => failed.push(fault) })
  await wipe()
  const after = await open()
  expect(after.incarnation()).not.toEqual(before.incarnation())
  for (let i = 0; i < 10; i++) await before.beat(i)
  expect(failed).toHaveLength(1)
  expect(after.lastKnownMs()).toBeNull()
  const third = await open()
  expect(third.lastKnownMs()).toBe(9)
  await Promise.all([before.close(), after.close(), third.close()])
})

test('credentials come from a file: a password, or the seed of an nkey; without them the relay is not let in', async () => {
  const folder = newFolder()
  const nkey = nkeys.createUser()
  const users = `{ user: relay, password: secret }, { nkey: ${nkey.getPublicKey()} }`
  const guarded = await startNatsServers(1, folder, `authorization { users: [ ${users} ] }`)
  endLater(() => guarded.end())
  const openAs = async (text: string): Promise<string> => {
    const credentials = join(folder, 'credentials')
    writeFileSync(credentials, text)
    try {
      await (await open({ servers: guarded.urls, credentials })).close()
      return 'let in'
    } catch (fault) {
      return (fault as { readonly code: string }).code
    }
  }
  expect(await openAs('relay:secret\n')).toBe('let in')
  expect(await openAs(new TextDecoder().decode(nkey.getSeed()))).toBe('let in')
  expect(await openAs('relay:wrong')).toBe('NATS_DENIED')
  expect(await openAs('something')).toBe('NATS_CREDENTIALS')
  await expect(open({ servers: guarded.urls })).rejects.toMatchObject({ code: 'NATS_DENIED' })
  await expect(open({ servers: ['nats://127.0.0.1:1'] })).rejects.toMatchObject({ code: 'NATS_AWAY' })
})
