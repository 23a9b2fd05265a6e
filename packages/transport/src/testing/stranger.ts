/** A peer of stock libp2p that knows where another is and nothing else. It says what it likes and keeps what it hears. */
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Connection, Libp2p, PeerId, Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { concat, LIMITS, toStreamFrame, utf8 } from '@sotto/wire'
import { createLibp2p } from 'libp2p'
import { FRAME, framed, SESSION_ID_BYTES } from '../peer-session.ts'
import { PEER_PROTOCOL } from '../protocols.ts'
import { stopLater } from './test-network.ts'

export const SIGNALLING_PROTOCOL = '/webrtc-signaling/0.0.1'

/** A stranger of this test. It listens on a relay's circuit if it is given one. */
export async function stranger(relay?: string): Promise<Libp2p> {
  const node = await createLibp2p({
    addresses: { listen: relay === undefined ? [] : [`${relay}/p2p-circuit`] },
    transports: [webSockets(), circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    services: { identify: identify({ runOnConnectionOpen: false }) },
  })
  stopLater({ stop: async () => node.stop() })
  return node
}

/** Connects by the one of a peer's addresses that is a circuit. */
export const onCircuit = (node: Libp2p, addresses: readonly string[]): Promise<Connection> =>
  node.dial(multiaddr(addresses.find((address) => !address.includes('/webrtc')) ?? ''))

/** Opens a session, which every peer may. */
export async function openSession(connection: Connection): Promise<Stream> {
  const stream = await connection.newStream(PEER_PROTOCOL, { runOnLimitedConnection: true })
  say(stream, framed(FRAME.open, crypto.getRandomValues(new Uint8Array(SESSION_ID_BYTES))))
  await new Promise((resolve) => stream.addEventListener('message', resolve, { once: true }))
  return stream
}

export const say = (stream: Stream, frame: Uint8Array): void => void stream.send(toStreamFrame(frame, LIMITS.frameBytes))

/** Resolves when a stream has ended. */
const ended = (stream: Stream): Promise<void> =>
  new Promise((resolve) => {
    if (stream.status === 'open') stream.addEventListener('close', () => resolve(), { once: true })
    else resolve()
  })

/** An offer of WebRTC as a browser makes it, with invented keys. */
const OFFER = [
  'v=0',
  'o=- 4962303333179871722 1 IN IP4 0.0.0.0',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  'a=ice-ufrag:wMpR',
  'a=ice-pwd:hFGGvYCZTk0qvT2CJIYbyLQK',
  'a=ice-options:trickle',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'A1').join(':')}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
  '',
].join('\r\n')

/** Offers WebRTC on a connection. Resolves with the first words of an answer, or with nothing if the stream ends without one. */
export function offer(connection: Connection): Promise<string> {
  const sdp = utf8(OFFER)
  // As `Message` of @libp2p/webrtc: its type is 0, an offer, and then its data.
  return ask(connection, SIGNALLING_PROTOCOL, concat(Uint8Array.of(8, 0, 18, (sdp.length & 127) | 128, sdp.length >> 7), sdp))
}

/** Introduces a peer, as a relay does to its clients. Resolves with the answer, or with nothing. */
export function introduce(connection: Connection, peer: PeerId): Promise<string> {
  const id = peer.toMultihash().bytes
  // As `StopMessage` of @libp2p/circuit-relay-v2: its type is 0, connect, and then the peer with its id.
  return ask(connection, '/libp2p/circuit/relay/0.2.0/stop', concat(Uint8Array.of(8, 0, 18, id.length + 2, 10, id.length), id))
}

async function ask(connection: Connection, protocol: string, message: Uint8Array): Promise<string> {
  const stream = await connection.newStream(protocol, { runOnLimitedConnection: true })
  const heard = new Promise<string>((resolve) => {
    stream.addEventListener('message', ({ data }) => resolve(new TextDecoder().decode(data.subarray())), { once: true })
    void ended(stream).then(() => resolve(''))
  })
  try {
    say(stream, message)
  } catch {
    // It was closed already.
  }
  const words = await heard
  stream.abort(new Error('heard enough'))
  return words
}
