/** Relays of one key whose mailboxes are in NATS, with real clients: what crosses between them, and what clients hear while the servers are away. */
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Primitives, loadPrimitives } from '@sotto/crypto/primitives'
import type { ClientEvent, MailboxCredentials } from '@sotto/mailbox'
import { afterEach, beforeAll, expect, test } from 'vitest'
import type { Relay } from './relay.ts'
import { someMember } from './testing/honest-client.ts'
import { endAll, endLater, newFolder } from './testing/left-behind.ts'
import { type MailboxPeer, startMailboxPeer } from './testing/mailbox-peer.ts'
import { type NatsCluster, startNatsServers } from './testing/nats-servers.ts'
import { startTestRelay } from './testing/test-relay.ts'

let primitives: Primitives
beforeAll(async () => {
  primitives = await loadPrimitives()
})
afterEach(endAll)

async function startServer(): Promise<NatsCluster> {
  const server = await startNatsServers(1, newFolder())
  endLater(() => server.end())
  return server
}

/** Relays on one server, the first one's key in all folders. */
async function startRelays(count: number, { urls }: NatsCluster): Promise<readonly Relay[]> {
  const folders = Array.from({ length: count }, (_, i) => join(newFolder(), `relay-${i}`))
  const relays: Relay[] = []
  for (const data of folders) {
    mkdirSync(data)
    if (relays.length > 0) copyFileSync(join(folders[0] ?? '', 'relay.key'), join(data, 'relay.key'))
    relays.push(await startTestRelay({ data, nats: { servers: urls, credentials: null, authority: null, replicas: 1, partitions: 4 } }))
  }
  return relays
}

async function connect(relay: Relay | undefined): Promise<MailboxPeer> {
  const peer = await startMailboxPeer(relay?.addresses[0] ?? '', primitives)
  endLater(() => peer.stop())
  return peer
}

const isKind =
  <K extends ClientEvent['kind']>(kind: K) =>
  (event: ClientEvent): event is Extract<ClientEvent, { readonly kind: K }> =>
    event.kind === kind
const inboxOf = (member: MailboxCredentials): MailboxCredentials => ({ ...member, keys: { ...member.keys, kind: 'inbox' } })
const body = (number: number): Uint8Array => new Uint8Array(256).fill(number)
const append = (peer: MailboxPeer, credentials: MailboxCredentials, number: number): void =>
  peer.run((client, state) => client.append(state, { token: `${number}`, credentials, body: body(number), class: 'stored' }, Date.now()))

test('what is left at one relay is pushed by the other; keys published at one are fetched once at either; a second reader is an alarm at both', async () => {
  const [first, second] = await startRelays(2, await startServer())
  expect(second?.peerId).toBe(first?.peerId)
  const [owner, writer] = [await connect(first), await connect(second)]
  const inbox = inboxOf(someMember(primitives))
  owner.run((client, state) => client.want(state, inbox, null, Date.now()))
  await owner.event(isKind('caughtUp'))
  const stranger = { ...inbox, readSeed: null }
  append(writer, stranger, 7)
  expect((await owner.event(isKind('record'))).body).toEqual(body(7))

  const key = (id: number) => ({ id, key: body(id) })
  const publication = { shared: body(1), lastResort: body(99), oneTime: [key(3)], oneTimeKem: [key(3)] }
  owner.run((client, state) => client.publishKeys(state, { token: 'keys', credentials: inbox, replace: false, publication }, Date.now()))
  await owner.event(isKind('keysPublished'))
  const other = await connect(first)
  for (const [token, peer] of [
    ['at the second', writer],
    ['at the first', other],
  ] as const) {
    peer.run((client, state) => client.fetchKeys(state, { token, credentials: stranger }, Date.now()))
  }
  const fetched = [await writer.event(isKind('keysFetched')), await other.event(isKind('keysFetched'))]
  expect(fetched.map(({ keys }) => keys?.oneTime?.[0] ?? null).toSorted()).toEqual([3, null])
  expect(fetched.map(({ keys }) => keys?.kem[0]).toSorted()).toEqual([3, 99])

  const thief = await connect(second)
  thief.run((client, state) => client.want(state, inbox, null, Date.now()))
  await owner.event(isKind('secondReader'))
  expect((await thief.event(isKind('record'))).body).toEqual(body(7))
})

test('while the servers are away a client keeps what it has, the relay says that it is not ready, and then all goes on', async () => {
  const server = await startServer()
  const [relay] = await startRelays(1, server)
  const ready = async (): Promise<number> => (await fetch(`${relay?.http}/readyz`)).status
  const peer = await connect(relay)
  const member = someMember(primitives)
  peer.run((client, state) => client.want(state, member, null, Date.now()))
  append(peer, member, 1)
  await peer.event(isKind('record'))
  expect(await ready()).toBe(200)

  await server.servers[0]?.kill()
  await expect.poll(ready, { timeout: 20_000 }).toBe(503)
  append(peer, member, 2)
  // A client that comes now is let in, and waits as well.
  const late = await connect(relay)
  late.run((client, state) => client.want(state, member, null, Date.now()))
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  expect([...peer.events, ...late.events].filter(({ kind }) => kind === 'refused' || kind === 'closedToUs')).toEqual([])
  const taken = (): readonly string[] => peer.events.flatMap((event) => (event.kind === 'appended' ? [event.token] : []))
  expect(taken()).toEqual(['1'])

  await server.servers[0]?.start()
  await expect.poll(taken, { timeout: 20_000 }).toEqual(['1', '2'])
  const records = (of: MailboxPeer): readonly (number | undefined)[] => of.events.flatMap((event) => (event.kind === 'record' ? [event.body[0]] : []))
  for (const each of [peer, late]) await expect.poll(() => records(each), { timeout: 20_000 }).toEqual([1, 2])
  await expect.poll(ready, { timeout: 20_000 }).toBe(200)
})
