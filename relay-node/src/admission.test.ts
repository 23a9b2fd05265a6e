/** A relay that is not open to everybody, as its operator runs it and as libp2p peers meet it. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { webSockets } from '@libp2p/websockets'
import { multiaddr } from '@multiformats/multiaddr'
import { type Primitives, loadPrimitives } from '@sotto/crypto/primitives'
import type { ClientEvent } from '@sotto/mailbox'
import { encode, mailboxRequest, splitAdmission, toStreamFrame } from '@sotto/wire'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { createAdmittedPeers } from './admitted-peers.ts'
import { type Invite, makeInvite } from './admit.ts'
import { MAILBOX_PROTOCOL } from './mailbox-streams.ts'
import { someMember } from './testing/honest-client.ts'
import { endAll, endLater, newFolder } from './testing/left-behind.ts'
import { startMailboxPeer } from './testing/mailbox-peer.ts'
import { startPlainNode } from './testing/plain-node.ts'
import { onAnyPort, startRelayProcess } from './testing/relay-process.ts'
import { startTestRelay } from './testing/test-relay.ts'

let primitives: Primitives
beforeAll(async () => {
  primitives = await loadPrimitives()
})
afterEach(endAll)

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))

/** As the operator does it, beside the relay that runs or before. */
const admit = (data: string, ...words: readonly string[]): Invite =>
  JSON.parse(
    execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, 'admit', '--data', data, '--json', ...words], { encoding: 'utf8' }),
  ) as Invite

async function startInviteOnly(data: string, ...words: readonly string[]) {
  const relay = await startRelayProcess({ words: [...onAnyPort(data), '--invite-only', ...words] })
  endLater(() => relay.end())
  return { address: relay.listening?.addresses[0] ?? '', relay }
}
const tokenOf = ({ addresses }: Invite) => splitAdmission(addresses[0] ?? '').token

/** Connects with what an invite lets in; `null`: with nothing. */
async function enter(address: string, invite: Invite | null) {
  const peer = await startMailboxPeer(address, primitives, invite === null ? null : tokenOf(invite))
  endLater(() => peer.stop())
  const { kind } = await peer.event(
    (event): event is Extract<ClientEvent, { kind: 'connected' | 'notAdmitted' }> => event.kind === 'connected' || event.kind === 'notAdmitted',
  )
  return { peer, kind }
}

test('an operator makes an invite by a command, beside the relay that runs; who has it is served, and nobody else', async () => {
  const data = newFolder()
  const { address } = await startInviteOnly(data)
  const [, host = '', port = ''] = /^\/ip4\/([^/]+)\/tcp\/(\d+)\//.exec(address) ?? []
  const invite = admit(data, '--host', host, '--port', port, '--devices', '1')
  // The whole address, as the relay itself says it.
  expect(invite.addresses.map((each) => splitAdmission(each).address)).toEqual([address])
  const alice = await enter(address, invite)
  expect(alice.kind).toBe('connected')
  alice.peer.run((client, state) =>
    client.append(state, { token: 'one', credentials: someMember(primitives), body: new Uint8Array(256), class: 'stored' }, Date.now()),
  )
  await alice.peer.event((event): event is Extract<ClientEvent, { kind: 'appended' }> => event.kind === 'appended')
  expect((await enter(address, null)).kind).toBe('notAdmitted')
  // It is for one device at a time.
  expect((await enter(address, invite)).kind).toBe('notAdmitted')
  await alice.peer.stop()
  await expect.poll(async () => (await enter(address, invite)).kind, { timeout: 20_000, interval: 500 }).toBe('connected')
})

test('an invite that was revoked lets nobody in after the relay’s restart, and the others do', async () => {
  const data = newFolder()
  const [one, other] = [admit(data), admit(data)]
  const { address } = await startInviteOnly(data, '--revoke', one.number)
  expect((await enter(address, one)).kind).toBe('notAdmitted')
  expect((await enter(address, other)).kind).toBe('connected')
})

test('its page and its greeting say that it is not open to everybody', async () => {
  const { relay } = await startInviteOnly(newFolder())
  const page = await (await fetch(`${relay.listening?.http ?? ''}/`)).text()
  expect(page).toContain('not open to everybody')
})

test('reservations and circuits are for those whom it let in, and theirs work', async () => {
  const data = newFolder()
  const [address = ''] = (await startTestRelay({ data, inviteOnly: { revoked: [] } })).addresses
  const token = tokenOf(await makeInvite({ data, addresses: ['/ip4/127.0.0.1/tcp/1/ws'], devices: 5, days: 1 }, Date.now()))
  if (token === null) throw new Error('no token')
  const startPeer = (): Promise<Libp2p> =>
    startPlainNode({ addresses: { listen: [] }, transports: [webSockets(), circuitRelayTransport()], services: { identify: identify() } })
  /** Connects, and shows the token on a mailbox stream if it has one. */
  const connect = async (shows: boolean): Promise<Libp2p> => {
    const node = await startPeer()
    const connection = await node.dial(multiaddr(address))
    const stream = await connection.newStream(MAILBOX_PROTOCOL)
    if (shows) stream.send(toStreamFrame(encode(mailboxRequest, { kind: 'admit', request: 0, token })))
    return node
  }
  const listens = (node: Libp2p): Promise<boolean> =>
    (node as unknown as { readonly components: { readonly transportManager: { listen: (addresses: unknown[]) => Promise<void> } } }).components.transportManager
      .listen([multiaddr(`${address}/p2p-circuit`)])
      .then(
        () => node.getMultiaddrs().some((each) => each.toString().includes('p2p-circuit')),
        () => false,
      )
  const [alice, stranger, bob, caller] = [await connect(true), await connect(false), await connect(true), await connect(false)]
  expect(await listens(alice)).toBe(true)
  expect(await listens(stranger)).toBe(false)
  const circuit = multiaddr(`${address}/p2p-circuit/p2p/${alice.peerId.toString()}`)
  expect((await bob.dial(circuit)).status).toBe('open')
  await expect(caller.dial(circuit)).rejects.toThrow()
})

test('a peer that is let in a moment after it reserved is waited for, and one that never is, only for a while', async () => {
  const peers = createAdmittedPeers(200)
  const soon = peers.isAdmitted('alice')
  peers.add('alice', 1)
  expect(await soon).toBe(true)
  expect(await peers.isAdmitted('mallory')).toBe(false)
  peers.add('alice', 2)
  peers.remove('alice', 1)
  expect(await peers.isAdmitted('alice')).toBe(true)
  peers.remove('alice', 2)
  expect(await peers.isAdmitted('alice')).toBe(false)
})
