import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type Primitives, loadPrimitives } from '@sotto/crypto/primitives'
import { type ClientEvent, type MailboxCredentials, grantSendCapability } from '@sotto/mailbox'
import { type MailboxKeys, decode, encode, mailboxAnswer, mailboxRequest, toHex } from '@sotto/wire'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { type Relay } from './relay.ts'
import { endAll, endLater, newFolder } from './testing/left-behind.ts'
import { type MailboxPeer, startMailboxPeer } from './testing/mailbox-peer.ts'
import { startTestRelay } from './testing/test-relay.ts'

let primitives: Primitives
beforeAll(async () => {
  primitives = await loadPrimitives()
})

afterEach(endAll)

async function connect(relay: Relay): Promise<MailboxPeer> {
  const peer = await startMailboxPeer(relay.addresses[0] ?? '', primitives)
  endLater(() => peer.stop())
  return peer
}

const seed = (number: number): Uint8Array => new Uint8Array(32).fill(number)
const publicKey = (number: number): Uint8Array => primitives.ed25519.keyPairFromSeed(seed(number)).publicKey
const keysOf = (kind: MailboxKeys['kind']): MailboxKeys => ({ kind, readKey: publicKey(1), appendKey: publicKey(2) })
const member = (): MailboxCredentials => ({ keys: keysOf('group'), readSeed: seed(1), appendSeed: seed(2), grant: null })
const body = (fill: number): Uint8Array => new Uint8Array(256).fill(fill)
const append = (peer: MailboxPeer, token: string, credentials: MailboxCredentials, fill: number): void =>
  peer.run((client, state) => client.append(state, { token, credentials, body: body(fill), class: 'stored' }, Date.now()))
const answerTo =
  (token: string) =>
  (event: ClientEvent): event is Extract<ClientEvent, { kind: 'appended' | 'refused' }> =>
    (event.kind === 'appended' || event.kind === 'refused') && event.token === token
const isCaughtUp = (event: ClientEvent): event is Extract<ClientEvent, { kind: 'caughtUp' }> => event.kind === 'caughtUp'
const isRecord =
  (fill: number) =>
  (event: ClientEvent): event is Extract<ClientEvent, { kind: 'record' }> =>
    event.kind === 'record' && event.body[0] === fill

test('a member appends, another gets the backlog and then what follows, as it is stored', async () => {
  const relay = await startTestRelay()
  const [alice, bob] = [await connect(relay), await connect(relay)]
  append(alice, 'first', member(), 1)
  expect(await alice.event(answerTo('first'))).toMatchObject({ kind: 'appended' })
  bob.run((client, state) => client.want(state, member(), null, Date.now()))
  await bob.event(isCaughtUp)
  append(alice, 'second', member(), 2)
  const pushed = await bob.event(isRecord(2))
  const appended = await alice.event(answerTo('second'))
  expect(appended).toMatchObject({ kind: 'appended', cursor: pushed.cursor })
  expect(bob.events.filter((event) => event.kind === 'record').map(({ body }) => body[0])).toEqual([1, 2])
})

test('what a relay has to say at once leaves together', async () => {
  const relay = await startTestRelay()
  const [alice, bob] = [await connect(relay), await connect(relay)]
  const RECORDS = 60
  for (let i = 1; i <= RECORDS; i++) append(alice, `${i}`, member(), i)
  await alice.event(answerTo(`${RECORDS}`))
  bob.run((client, state) => client.want(state, member(), null, Date.now()))
  await bob.event(isCaughtUp)
  expect(bob.events.filter((event) => event.kind === 'record').map(({ body }) => body[0])).toEqual(Array.from({ length: RECORDS }, (_, i) => i + 1))
  // HELLO, the answers, and the backlog.
  expect(bob.pieces()).toBeLessThan(RECORDS / 4)
})

test('a client with other keys can neither read nor append', async () => {
  const relay = await startTestRelay()
  const mallory = await connect(relay)
  const forged: MailboxCredentials = { keys: keysOf('group'), readSeed: seed(7), appendSeed: seed(8), grant: null }
  append(mallory, 'forged', forged, 1)
  expect(await mallory.event(answerTo('forged'))).toMatchObject({ kind: 'refused', code: 'badSignature' })
  mallory.run((client, state) => client.want(state, forged, null, Date.now()))
  const refused = await mallory.event((event): event is Extract<ClientEvent, { kind: 'closedToUs' }> => event.kind === 'closedToUs')
  expect(refused.code).toBe('badSignature')
})

test('an OPEN recorded on one connection opens nothing on another', async () => {
  const heard: Uint8Array[] = []
  const relay = await startTestRelay({ onFrame: (direction, frame) => void (direction === 'received' && heard.push(frame)) })
  const alice = await connect(relay)
  append(alice, 'first', member(), 1)
  await alice.event(answerTo('first'))
  const open = heard.find((frame) => decode(mailboxRequest, frame)?.kind === 'open')
  const mallory = await connect(relay)
  await mallory.event((event): event is Extract<ClientEvent, { kind: 'connected' }> => event.kind === 'connected')
  mallory.sendRaw(open ?? new Uint8Array())
  mallory.sendRaw(encode(mailboxRequest, { kind: 'read', request: 99, handle: 1, after: 0, most: 9 }))
  // Who proves nothing is heard no more: what follows has no answer, and the stream is over.
  await mallory.closed
  const answers = mallory.received.slice(1).map((frame) => decode(mailboxAnswer, frame))
  expect(answers.every((answer) => answer?.kind === 'refused' && answer.code === 'badSignature')).toBe(true)
  expect(answers.length).toBeLessThanOrEqual(1)
})

test('a relay restarts as the same peer with every stored byte', async () => {
  const data = newFolder()
  const before = await startTestRelay({ data })
  const alice = await connect(before)
  append(alice, 'first', member(), 1)
  await alice.event(answerTo('first'))
  const connected = (event: ClientEvent): event is Extract<ClientEvent, { kind: 'connected' }> => event.kind === 'connected'
  const { incarnation } = await alice.event(connected)
  await before.stop()
  const after = await startTestRelay({ data })
  expect(after.peerId).toBe(before.peerId)
  expect(statSync(join(data, 'relay.key')).mode & 0o777).toBe(0o600)
  const bob = await connect(after)
  bob.run((client, state) => client.want(state, member(), null, Date.now()))
  expect((await bob.event(isRecord(1))).body).toEqual(body(1))
  expect((await bob.event(connected)).incarnation).toEqual(incarnation)
})

test('a full disk means refusals, and nothing that was stored is lost', async () => {
  const relay = await startTestRelay({ mostBytes: 64 * 4096, mailboxLimits: { appendBurst: 1_000, addressKeptBytes: 2 ** 30 } })
  const alice = await connect(relay)
  const accepted: number[] = []
  let refusal: unknown
  for (let i = 0; refusal === undefined && i < 200; i++) {
    const credentials = member()
    const large = new Uint8Array(4096).fill(i)
    alice.run((client, state) => client.append(state, { token: `${i}`, credentials, body: large, class: 'stored' }, Date.now()))
    const answer = await alice.event(answerTo(`${i}`))
    if (answer.kind === 'appended') accepted.push(i)
    else refusal = answer
  }
  expect(refusal).toMatchObject({ code: 'diskFull', retryAfterMs: 60_000 })
  expect(accepted.length).toBeGreaterThan(5)
  const bob = await connect(relay)
  bob.run((client, state) => client.want(state, member(), null, Date.now()))
  await bob.event(isCaughtUp)
  expect(bob.events.flatMap((event) => (event.kind === 'record' ? [event.body[0]] : []))).toEqual(accepted)
})

test('under concurrent requests each one-time prekey is handed out once', async () => {
  const relay = await startTestRelay()
  const owner = await connect(relay)
  const inbox: MailboxCredentials = { keys: keysOf('inbox'), readSeed: seed(1), appendSeed: null, grant: null }
  const numbered = (count: number) => Array.from({ length: count }, (_, id) => ({ id, key: new Uint8Array(40).fill(id) }))
  const publication = { shared: body(1), lastResort: body(255), oneTime: numbered(30), oneTimeKem: numbered(30) }
  owner.run((client, state) => client.publishKeys(state, { token: 'keys', credentials: inbox, replace: true, publication }, Date.now()))
  await owner.event((event): event is Extract<ClientEvent, { kind: 'keysPublished' }> => event.kind === 'keysPublished')

  const terms = { capability: 1, appendKey: publicKey(3), records: 10, expiresMs: Date.now() + 60_000 }
  const grant = grantSendCapability(primitives, { keys: inbox.keys, readSeed: seed(1) }, terms)
  const contact: MailboxCredentials = { keys: inbox.keys, readSeed: null, appendSeed: seed(3), grant }
  const peers = await Promise.all(Array.from({ length: 4 }, () => connect(relay)))
  for (const peer of peers) {
    for (let i = 0; i < 10; i++) {
      peer.run((client, state) => client.fetchKeys(state, { token: `${i}`, credentials: contact }, Date.now()))
    }
  }
  const isFetched =
    (token: string) =>
    (event: ClientEvent): event is Extract<ClientEvent, { kind: 'keysFetched' }> =>
      event.kind === 'keysFetched' && event.token === token
  const fetched = await Promise.all(peers.flatMap((peer) => Array.from({ length: 10 }, (_, i) => peer.event(isFetched(`${i}`)))))
  const given = fetched.flatMap(({ keys }) => (keys?.oneTime === null || keys === null ? [] : [toHex(keys.oneTime)]))
  expect(given.length).toBe(30)
  expect(new Set(given).size).toBe(30)
  expect(fetched.filter(({ keys }) => keys?.oneTime === null && keys.kem[0] === 255).length).toBe(10)
})

test('the limits of circuits are raised but set, so that circuits stay limited', async () => {
  const relay = await startTestRelay()
  const { circuits } = relay.node.services as unknown as {
    readonly circuits: { readonly reservationStore: Readonly<Record<string, unknown>>; readonly maxOutboundStopStreams: number }
  }
  expect(circuits.reservationStore).toMatchObject({
    maxReservations: 10_000,
    reservationTtl: 3_600_000,
    applyDefaultLimit: true,
    defaultDurationLimit: 86_400_000,
    defaultDataLimit: 1_073_741_824n,
  })
  expect(circuits.maxOutboundStopStreams).toBe(5_000)
})

test('a relay takes no part in gossip and names no topic', async () => {
  const relay = await startTestRelay()
  const protocols = relay.node.getProtocols()
  expect(protocols).toContain('/sotto/mailbox/1')
  expect(protocols.filter((protocol) => protocol.includes('meshsub') || protocol.includes('floodsub'))).toEqual([])
})

test('health and readiness are reported, and the counters name no client', async () => {
  const relay = await startTestRelay()
  const alice = await connect(relay)
  append(alice, 'first', member(), 1)
  await alice.event(answerTo('first'))
  expect(await (await fetch(`${relay.http}/healthz`)).text()).toBe('ok\n')
  expect((await fetch(`${relay.http}/readyz`)).status).toBe(200)
  const metrics = await (await fetch(`${relay.http}/metrics`)).text()
  expect(metrics).toContain('sotto_relay_appended_total 1\n')
  expect(metrics).not.toContain(alice.peerId)
  expect(metrics).not.toContain('127.0.0.1')
})

test('bytes that are not a frame close the stream, and the relay keeps serving', async () => {
  const relay = await startTestRelay()
  const mallory = await connect(relay)
  mallory.sendRaw(Uint8Array.from([255, 1, 2, 3]))
  await mallory.closed
  const alice = await connect(relay)
  append(alice, 'first', member(), 1)
  expect(await alice.event(answerTo('first'))).toMatchObject({ kind: 'appended' })
})
