/**
 * What gossip tells each peer. The stranger here is a node with stock gossipsub that records every RPC it receives. It
 * is connected like a member, but nothing is revealed to it.
 */
import { generateKeyPair } from '@libp2p/crypto/keys'
import { gossipsub, StrictNoSign } from '@libp2p/gossipsub'
import { RPC } from '@libp2p/gossipsub/message'
import { identify } from '@libp2p/identify'
import type { Connection, Libp2p, MultiaddrConnection } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { afterEach, expect, test } from 'vitest'
import { FilteredGossip } from './filtered-gossip.ts'
import { mendReset } from './libp2p-node.ts'

interface Member {
  readonly node: Libp2p
  readonly peer: string
  readonly gossip: FilteredGossip
  readonly received: Uint8Array[]
  /** Resolves after the next heartbeat, in which gossipsub sends IHAVE and repairs its meshes. */
  readonly heartbeat: () => Promise<void>
}

interface Stranger {
  readonly node: Libp2p
  readonly peer: string
  readonly service: { readonly subscribe: (topic: string) => void; readonly publish: (topic: string, data: Uint8Array) => Promise<unknown> }
  /** Every RPC that it received. */
  readonly heard: RPC[]
  /** Sends a message to a peer that has not subscribed. */
  readonly push: (peer: string, topic: string, data: Uint8Array) => boolean
}

const nodes: Libp2p[] = []

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()))
})

const base = async () => ({
  privateKey: await generateKeyPair('Ed25519'),
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] },
  transports: [webSockets()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionGater: {
    denyOutboundConnection: (_: unknown, connection: MultiaddrConnection) => {
      mendReset(connection)
      return false
    },
  },
})

const directConnection = (node: Libp2p, peer: string): Connection | undefined =>
  node.getConnections().find((connection) => connection.remotePeer.toString() === peer && connection.status === 'open')

const startMember = async (isRelay: (peer: string) => boolean = () => false): Promise<Member> => {
  const received: Uint8Array[] = []
  let running: Libp2p | undefined
  const gossip = new FilteredGossip({
    received: (_, data) => received.push(data),
    isRelay,
    directConnection: (peer) => (running === undefined ? undefined : directConnection(running, peer)),
  })
  const node = await createLibp2p({ ...(await base()), services: { identify: identify(), gossip: gossip.create } })
  running = node
  nodes.push(node)
  const { gossip: service } = node.services
  return {
    node,
    peer: node.peerId.toString(),
    gossip,
    received,
    heartbeat: () => new Promise((resolve) => service.addEventListener('gossipsub:heartbeat', () => resolve(), { once: true })),
  }
}

const startStranger = async (): Promise<Stranger> => {
  const heard: RPC[] = []
  const node = await createLibp2p({
    ...(await base()),
    services: {
      identify: identify(),
      gossip: (components: Parameters<ReturnType<typeof gossipsub>>[0]) => {
        const service = gossipsub({ globalSignaturePolicy: StrictNoSign, allowPublishToZeroTopicPeers: true })(components)
        const inner = service as unknown as { decodeRpc: (bytes: Uint8Array) => RPC }
        const decode = inner.decodeRpc.bind(service)
        inner.decodeRpc = (bytes) => {
          const rpc = decode(bytes)
          heard.push(rpc)
          return rpc
        }
        return service
      },
    },
  })
  nodes.push(node)
  const { gossip: service } = node.services
  const inner = service as unknown as { sendRpc: (peer: string, rpc: RPC) => boolean }
  const push: Stranger['push'] = (peer, topic, data) => inner.sendRpc(peer, { subscriptions: [], messages: [{ topic, data }] })
  return { node, peer: node.peerId.toString(), service, heard, push }
}

const connect = async (one: { readonly node: Libp2p }, other: { readonly node: Libp2p }): Promise<void> => {
  await one.node.dial(other.node.getMultiaddrs())
  await expect.poll(() => directConnection(other.node, one.node.peerId.toString())).toBeDefined()
}

const befriend = (one: Member, other: Member, topic: string): void => {
  one.gossip.reveal(topic, other.peer)
  other.gossip.reveal(topic, one.peer)
}

/** Publishes fresh messages until one has arrived. */
const reaches = async (from: { readonly publish: (number: number) => Promise<unknown> }, to: Member): Promise<void> => {
  const before = to.received.length
  let number = 0
  await expect
    .poll(
      async () => {
        await from.publish(number++)
        return to.received.length > before
      },
      { interval: 50 },
    )
    .toBe(true)
}

const saying = (member: Member, topic: string) => ({
  publish: (number: number) => member.gossip.publish(topic, new TextEncoder().encode(`${member.peer} ${number}`)),
})

/** Every topic named anywhere in these RPCs. */
const topicsIn = (rpcs: readonly RPC[]): ReadonlySet<string | undefined> =>
  new Set(
    rpcs.flatMap((rpc) => [
      ...rpc.subscriptions.map(({ topic }) => topic),
      ...rpc.messages.map(({ topic }) => topic),
      ...(rpc.control?.graft ?? []).map(({ topicID }) => topicID),
      ...(rpc.control?.prune ?? []).map(({ topicID }) => topicID),
      ...(rpc.control?.ihave ?? []).map(({ topicID }) => topicID),
    ]),
  )

test('members that were revealed to each other gossip, in either order of revealing', async () => {
  const [alice, bob] = await Promise.all([startMember(), startMember()])
  alice.gossip.join('topic')
  bob.gossip.join('topic')
  await connect(alice, bob)
  alice.gossip.reveal('topic', bob.peer)
  // Alice's announcement has arrived before Bob reveals anything to her.
  await expect.poll(() => bob.node.getConnections()[0]?.streams.some((stream) => stream.protocol.includes('meshsub'))).toBe(true)
  bob.gossip.reveal('topic', alice.peer)
  await reaches(saying(alice, 'topic'), bob)
  await reaches(saying(bob, 'topic'), alice)
})

test('a stranger that records everything learns of no topic while members join, send and leave', async () => {
  const [alice, bob, stranger] = await Promise.all([startMember(), startMember(), startStranger()])
  alice.gossip.join('before')
  await connect(stranger, alice)
  await connect(alice, bob)
  // It guesses the topics and subscribes to all of them: the worst that a removed member could do.
  for (const topic of ['before', 'topic']) stranger.service.subscribe(topic)
  // One topic is revealed to it, so that it has a gossip stream and its silence does not come from lacking one.
  alice.gossip.join('open')
  stranger.service.subscribe('open')
  alice.gossip.reveal('open', stranger.peer)
  alice.gossip.join('topic')
  bob.gossip.join('topic')
  befriend(alice, bob, 'topic')
  await reaches(saying(alice, 'topic'), bob)
  await expect.poll(() => topicsIn(stranger.heard).has('open')).toBe(true)
  for (let number = 0; number < 5; number++) await alice.gossip.publish('topic', Uint8Array.of(number))
  await alice.gossip.publish('open', Uint8Array.of(100))
  await expect.poll(() => stranger.heard.some((rpc) => rpc.messages.length > 0)).toBe(true)
  // IHAVE and GRAFT come with the heartbeats.
  for (let beat = 0; beat < 3; beat++) await alice.heartbeat()
  alice.gossip.leave('topic')
  alice.gossip.leave('before')
  alice.gossip.leave('open')
  const isLeft = (rpc: RPC): boolean => rpc.subscriptions.some(({ topic, subscribe }) => topic === 'open' && subscribe === false)
  await expect.poll(() => stranger.heard.some(isLeft)).toBe(true)
  expect([...topicsIn(stranger.heard)]).toEqual(['open'])
})

test('the recorder does record: stock gossipsub names its topics to it', async () => {
  const [stock, stranger] = await Promise.all([startStranger(), startStranger()])
  stock.service.subscribe('topic')
  await connect(stranger, stock)
  await expect.poll(() => topicsIn(stranger.heard).has('topic')).toBe(true)
})

test('messages of a peer that a topic was not revealed to are dropped', async () => {
  const [alice, bob, stranger] = await Promise.all([startMember(), startMember(), startStranger()])
  for (const member of [alice, bob]) member.gossip.join('topic')
  await connect(alice, bob)
  await connect(stranger, alice)
  alice.gossip.join('open')
  stranger.service.subscribe('open')
  alice.gossip.reveal('open', stranger.peer)
  befriend(alice, bob, 'topic')
  await reaches({ publish: (number) => stranger.service.publish('open', Uint8Array.of(7, number)) }, alice)
  alice.received.length = 0
  stranger.service.subscribe('topic')
  expect(stranger.push(alice.peer, 'topic', Uint8Array.of(66))).toBe(true)
  // A message on the open topic, behind it on the same stream, shows that the first was processed.
  await reaches({ publish: (number) => stranger.service.publish('open', Uint8Array.of(8, number)) }, alice)
  expect(alice.received.some((data) => data[0] === 66)).toBe(false)
})

test('a peer that is revealed late joins, and receives what is published from then on', async () => {
  const [alice, bob, carol] = await Promise.all([startMember(), startMember(), startMember()])
  for (const member of [alice, bob, carol]) member.gossip.join('topic')
  await connect(alice, bob)
  await connect(carol, alice)
  befriend(alice, bob, 'topic')
  await reaches(saying(alice, 'topic'), bob)
  expect(carol.received).toEqual([])
  befriend(alice, carol, 'topic')
  await reaches(saying(alice, 'topic'), carol)
  // Bob and Carol are connected through Alice only: she forwards.
  await reaches(saying(bob, 'topic'), carol)
})

test('gossip moves to a newer connection and survives the death of the older one', async () => {
  const [alice, bob] = await Promise.all([startMember(), startMember()])
  for (const member of [alice, bob]) member.gossip.join('topic')
  await connect(alice, bob)
  befriend(alice, bob, 'topic')
  await reaches(saying(alice, 'topic'), bob)
  const [old] = alice.node.getConnections()
  const newer = await alice.node.dial(bob.node.getMultiaddrs(), { force: true })
  await expect.poll(() => bob.node.getConnections().length).toBe(2)
  alice.gossip.attach(newer)
  const bobsNewer = bob.node.getConnections().at(-1)
  if (bobsNewer !== undefined) bob.gossip.attach(bobsNewer)
  old?.abort(new Error('the ghost goes'))
  await expect.poll(() => bob.node.getConnections().length).toBe(1)
  await reaches(saying(alice, 'topic'), bob)
  await reaches(saying(bob, 'topic'), alice)
})

test('a relay gets no gossip stream, even if a topic were revealed to it', async () => {
  const stranger = await startStranger()
  const alice = await startMember((peer) => peer === stranger.peer)
  alice.gossip.join('topic')
  stranger.service.subscribe('topic')
  await connect(alice, stranger)
  alice.gossip.reveal('topic', stranger.peer)
  // A stream that it opens itself is refused, not answered.
  const stream = await stranger.node.getConnections()[0]?.newStream('/meshsub/1.2.0')
  await expect.poll(() => stream?.status).toBe('reset')
  expect(stranger.heard).toEqual([])
  const protocols = alice.node.getConnections().flatMap((connection) => connection.streams.map((open) => open.protocol))
  expect(protocols).not.toContain('/meshsub/1.2.0')
})
