/**
 * The adapter with real libp2p nodes, a real relay and real WebRTC (node-datachannel).
 */
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { afterEach, expect, test } from 'vitest'
import { allowDirect, peer, relayed, stopAll, stopLater } from './testing/test-network.ts'
import { atRelay, startTestPeer, type TestPeer } from './testing/test-peer.ts'
import { startTinyRelay, type TinyRelay } from './testing/tiny-relay.ts'
import type { Libp2pNetworkOptions } from './network.ts'
import { FRAME } from './peer-session.ts'
import { PEER_PROTOCOL } from './protocols.ts'
import { concat, LIMITS, toStreamFrame } from '@sotto/wire'

afterEach(stopAll)

const numbered = (number: number, length = 8): Uint8Array => {
  const frame = new Uint8Array(length)
  new DataView(frame.buffer).setUint32(0, number)
  return frame
}

const numbersFrom = (from: TestPeer, of: TestPeer): readonly number[] =>
  of.events.flatMap((event) =>
    event.kind === 'peerFrameReceived' && event.peer === from.peer ? [new DataView(event.frame.buffer, event.frame.byteOffset).getUint32(0)] : [],
  )

const count = (length: number): readonly number[] => Array.from({ length }, (_, i) => i)

/** Two peers at one relay. The first has dialled the second. */
const pair = async (options?: Libp2pNetworkOptions): Promise<{ relay: TinyRelay; alice: TestPeer; bob: TestPeer }> => {
  const relay = await relayed()
  const [alice, bob] = await Promise.all([peer(options), peer(options)])
  const [, addresses] = await Promise.all([atRelay(alice, relay.address), atRelay(bob, relay.address)])
  alice.perform({ kind: 'dialPeer', peer: bob.peer, addresses })
  await Promise.all([alice.until('peerOpened'), bob.until('peerOpened')])
  return { relay, alice, bob }
}

const direct = async (options?: Libp2pNetworkOptions): ReturnType<typeof pair> => {
  const parts = await pair(options)
  allowDirect(parts.alice, parts.bob)
  await Promise.all([parts.alice.until('peerPathChanged'), parts.bob.until('peerPathChanged')])
  return parts
}

test('a relay stays connected: its stream, the addresses there, frames both ways in order', async () => {
  const relay = await relayed()
  const alice = await peer()
  const addresses = await atRelay(alice, relay.address)
  expect(addresses).toEqual([`${relay.address}/p2p-circuit/webrtc/p2p/${alice.peer}`, `${relay.address}/p2p-circuit/p2p/${alice.peer}`])
  const frames = [numbered(1), numbered(2, LIMITS.frameBytes), numbered(3)]
  for (const frame of frames) alice.perform({ kind: 'sendRelayFrame', relay: relay.address, frame })
  await alice.until('relayFrameReceived', (event) => event.frame[3] === 3)
  expect(alice.events.flatMap((event) => (event.kind === 'relayFrameReceived' ? [event.frame] : []))).toEqual(frames)
})

test('a relay that went away and came back is opened again, with its reservation', async () => {
  const relay = await startTinyRelay()
  const alice = await peer({ timing: { redialMostMs: 500 } })
  await atRelay(alice, relay.address)
  await relay.stop()
  await alice.until('relayClosed')
  alice.forget()
  await relayed({ key: relay.key, port: relay.port })
  await alice.until('relayOpened')
  await alice.until('addressesChanged', (event) => event.ownAddresses.length > 0)
})

test('a relay that is not wanted any more stays disconnected', async () => {
  const relay = await relayed()
  const alice = await peer()
  await atRelay(alice, relay.address)
  alice.perform({ kind: 'disconnectRelay', relay: relay.address })
  await alice.until('relayClosed')
  expect(alice.events.at(-1)?.kind).toBe('relayClosed')
})

test.each([
  ['over the limit', toStreamFrame(new Uint8Array(LIMITS.frameBytes + 1), LIMITS.frameBytes + 1)],
  ['broken', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff)],
])('a frame from the relay that is %s closes the stream, and it is opened again', async (_, bytes) => {
  const relay = await relayed()
  const alice = await peer()
  await atRelay(alice, relay.address)
  relay.writeToAll(bytes)
  await alice.until('relayClosed')
  alice.forget()
  await alice.until('relayOpened')
  expect(alice.events.some((event) => event.kind === 'relayFrameReceived')).toBe(false)
})

test('frames flow through the relay at once, and one end is the initiator', async () => {
  const { alice, bob } = await pair({ webRTC: false })
  expect(await alice.until('peerOpened')).toMatchObject({ peer: bob.peer, path: 'relayed', initiator: true })
  expect(await bob.until('peerOpened')).toMatchObject({ peer: alice.peer, path: 'relayed', initiator: false })
  for (const number of count(50)) {
    alice.perform({ kind: 'sendPeerFrame', peer: bob.peer, frame: numbered(number) })
    bob.perform({ kind: 'sendPeerFrame', peer: alice.peer, frame: numbered(number) })
  }
  await Promise.all([
    alice.until('peerFrameReceived', () => numbersFrom(bob, alice).length === 50),
    bob.until('peerFrameReceived', () => numbersFrom(alice, bob).length === 50),
  ])
  expect(numbersFrom(alice, bob)).toEqual(count(50))
  expect(numbersFrom(bob, alice)).toEqual(count(50))
})

test('the session moves to WebRTC while frames flow: none lost, none repeated, all in order', async () => {
  const { alice, bob } = await pair()
  allowDirect(alice, bob)
  let sent = 0
  const sending = setInterval(() => {
    for (let i = 0; i < 5; i++, sent++) {
      alice.perform({ kind: 'sendPeerFrame', peer: bob.peer, frame: numbered(sent, 2_000) })
      bob.perform({ kind: 'sendPeerFrame', peer: alice.peer, frame: numbered(sent, 2_000) })
    }
  }, 5)
  await Promise.all([alice.until('peerPathChanged'), bob.until('peerPathChanged')])
  clearInterval(sending)
  alice.perform({ kind: 'sendPeerFrame', peer: bob.peer, frame: numbered(sent) })
  bob.perform({ kind: 'sendPeerFrame', peer: alice.peer, frame: numbered(sent) })
  await Promise.all([
    alice.until('peerFrameReceived', () => numbersFrom(bob, alice).at(-1) === sent),
    bob.until('peerFrameReceived', () => numbersFrom(alice, bob).at(-1) === sent),
  ])
  expect(numbersFrom(alice, bob)).toEqual(count(sent + 1))
  expect(numbersFrom(bob, alice)).toEqual(count(sent + 1))
  expect([...alice.events, ...bob.events].filter((event) => event.kind === 'peerClosed')).toEqual([])
  expect(alice.network.describeConnections().find((connection) => connection.carriesFrames)).toMatchObject({
    kind: 'webrtc',
    direct: true,
    limited: false,
  })
})

test('the circuit to a peer is closed once the direct connection carries the frames', async () => {
  const { alice, bob } = await direct()
  await expect
    .poll(() => alice.network.describeConnections().filter((connection) => connection.peer === bob.peer))
    .toMatchObject([{ kind: 'webrtc', carriesFrames: true }])
})

test('without the relay, frames and gossip still flow between two directly connected peers', async () => {
  const { relay, alice, bob } = await direct()
  for (const [one, other] of [[alice, bob] as const, [bob, alice] as const]) {
    one.perform({ kind: 'joinTopic', topic: 'topic' })
    one.perform({ kind: 'revealTopic', topic: 'topic', peer: other.peer })
  }
  await relay.stop()
  await Promise.all([alice.until('relayClosed'), bob.until('relayClosed')])
  alice.perform({ kind: 'sendPeerFrame', peer: bob.peer, frame: numbered(7) })
  await bob.until('peerFrameReceived', () => numbersFrom(alice, bob).includes(7))
  await gossiped(alice, bob)
  await gossiped(bob, alice)
  expect([...alice.events, ...bob.events].filter((event) => event.kind === 'peerClosed')).toEqual([])
})

/** Publishes until it arrives: gossip may lose messages before the streams are up. */
const gossiped = async (from: TestPeer, to: TestPeer): Promise<void> => {
  let number = 0
  await expect
    .poll(
      () => {
        from.perform({ kind: 'publish', topic: 'topic', data: Uint8Array.of(number++, from === to ? 0 : 1, from.peer.length) })
        return to.events.some((event) => event.kind === 'gossipReceived')
      },
      { interval: 50 },
    )
    .toBe(true)
}

test('when both dial at once they agree on one session', async () => {
  const relay = await relayed()
  const [alice, bob] = await Promise.all([peer({ webRTC: false }), peer({ webRTC: false })])
  const [aliceAddresses, bobAddresses] = await Promise.all([atRelay(alice, relay.address), atRelay(bob, relay.address)])
  alice.perform({ kind: 'dialPeer', peer: bob.peer, addresses: bobAddresses })
  bob.perform({ kind: 'dialPeer', peer: alice.peer, addresses: aliceAddresses })
  const opened = await Promise.all([alice.until('peerOpened'), bob.until('peerOpened')])
  expect(opened.map((event) => event.initiator).toSorted()).toEqual([false, true])
  alice.perform({ kind: 'sendPeerFrame', peer: bob.peer, frame: numbered(1) })
  bob.perform({ kind: 'sendPeerFrame', peer: alice.peer, frame: numbered(2) })
  await bob.until('peerFrameReceived')
  await alice.until('peerFrameReceived')
  expect([...alice.events, ...bob.events].filter((event) => event.kind === 'peerOpened')).toHaveLength(2)
})

/** No ping would notice within a test that a peer is gone. */
const NO_PINGS = { timing: { pingEveryMs: 3_600_000 } }

test('a peer that hangs up says goodbye, and the other hears it before a ping would tell', async () => {
  const { alice, bob } = await direct(NO_PINGS)
  alice.perform({ kind: 'hangUpPeer', peer: bob.peer })
  await Promise.all([alice.until('peerClosed'), bob.until('peerClosed')])
})

test('a network that stops says goodbye to every peer', async () => {
  const { alice, bob } = await direct(NO_PINGS)
  await alice.network.stop()
  await bob.until('peerClosed')
})

test('a connection without a session is closed after a while, and the relay’s stays', async () => {
  const relay = await relayed()
  const alice = await peer({ timing: { strangerMs: 300, tickMs: 50 } })
  const addresses = await atRelay(alice, relay.address)
  const stranger = await createLibp2p({
    transports: [webSockets(), circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() },
    connectionGater: { denyDialMultiaddr: () => false },
  })
  stopLater({ stop: async () => stranger.stop() })
  const circuit = addresses.find((address) => !address.includes('webrtc')) ?? ''
  const connection = await stranger.dial(multiaddr(circuit))
  await new Promise((resolve) => connection.addEventListener('close', resolve))
  expect(alice.network.describeConnections()).toMatchObject([{ peer: relay.peer }])
  expect(alice.events.some((event) => event.kind === 'peerOpened')).toBe(false)
})

test('bytes that follow the answer in the same chunk are not taken for another answer', async () => {
  const relay = await relayed()
  const alice = await peer()
  await atRelay(alice, relay.address)
  const quick = await createLibp2p({
    addresses: { listen: [`${relay.address}/p2p-circuit`] },
    transports: [webSockets(), circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() },
    connectionGater: { denyDialMultiaddr: () => false },
  })
  stopLater({ stop: async () => quick.stop() })
  await quick.handle(
    PEER_PROTOCOL,
    (stream) => {
      stream.addEventListener(
        'message',
        () => {
          stream.send(
            concat(
              ...[Uint8Array.of(FRAME.accept), ...count(3).map((i) => concat(Uint8Array.of(FRAME.data), numbered(i)))].map((frame) =>
                toStreamFrame(frame, LIMITS.frameBytes),
              ),
            ),
          )
        },
        { once: true },
      )
    },
    { runOnLimitedConnection: true },
  )
  alice.perform({ kind: 'dialPeer', peer: quick.peerId.toString(), addresses: [`${relay.address}/p2p-circuit/p2p/${quick.peerId.toString()}`] })
  await alice.until('peerFrameReceived')
  const heard = alice.events.flatMap((event) =>
    event.kind === 'peerFrameReceived' ? [new DataView(event.frame.buffer, event.frame.byteOffset).getUint32(0)] : [],
  )
  expect(heard).toEqual(count(3))
  expect(alice.events.some(({ kind }) => kind === 'peerClosed')).toBe(false)
})

test('no effect throws, whatever it is and whenever', async () => {
  const alice = await startTestPeer()
  const effects = [
    { kind: 'connectRelay', relay: 'not an address' },
    { kind: 'connectRelay', relay: '/ip4/127.0.0.1/tcp/1/ws' },
    { kind: 'sendRelayFrame', relay: 'nobody', frame: new Uint8Array(LIMITS.frameBytes + 1) },
    { kind: 'dialPeer', peer: 'not a peer', addresses: ['', '/p2p-circuit', '/ip4/1.2.3.4/tcp/1'] },
    { kind: 'dialPeer', peer: alice.peer, addresses: [] },
    { kind: 'hangUpPeer', peer: 'nobody' },
    { kind: 'sendPeerFrame', peer: 'nobody', frame: new Uint8Array() },
    { kind: 'allowDirect', peer: 'nobody' },
    { kind: 'forbidDirect', peer: 'nobody' },
    { kind: 'leaveTopic', topic: 'never joined' },
    { kind: 'revealTopic', topic: 'topic', peer: 'not a peer' },
    { kind: 'publish', topic: 'topic', data: new Uint8Array() },
  ] as const
  for (const effect of effects) alice.perform(effect)
  await alice.network.stop()
  for (const effect of effects) alice.perform(effect)
  expect(alice.events.filter(({ kind }) => kind !== 'relayClosed').map(({ kind }) => kind)).toEqual(['networkStarted'])
})
