/**
 * A relay for the tests of this package: circuits with limits and a mailbox protocol that echoes. The real one is
 * `relay-node`, which a transport must not import.
 */
import { circuitRelayServer } from '@libp2p/circuit-relay-v2'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Connection, PrivateKey, Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { MAILBOX_PROTOCOL } from '../protocols.ts'

export interface TinyRelay {
  /** Where it listens, with its peer id. */
  readonly address: string
  readonly peer: string
  readonly key: PrivateKey
  readonly port: number
  /** Writes raw bytes to every open mailbox stream. */
  readonly writeToAll: (bytes: Uint8Array) => void
  /** Its connections to a client. */
  readonly connectionsTo: (peer: string) => readonly Connection[]
  readonly stop: () => Promise<void>
}

/** `hasPingProtocol` false: it answers no ping on a stream, and those of multiplexers as all do. */
export async function startTinyRelay(
  options: { readonly key?: PrivateKey; readonly port?: number; readonly hasPingProtocol?: boolean } = {},
): Promise<TinyRelay> {
  const key = options.key ?? (await generateKeyPair('Ed25519'))
  const node = await createLibp2p({
    privateKey: key,
    addresses: { listen: [`/ip4/127.0.0.1/tcp/${options.port ?? 0}/ws`] },
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: { inboundConnectionThreshold: 1_000, maxIncomingPendingConnections: 100 },
    services: {
      identify: identify(),
      ...(options.hasPingProtocol === false ? {} : { ping: ping() }),
      relay: circuitRelayServer({
        maxInboundHopStreams: 64,
        maxOutboundStopStreams: 1_000,
        reservations: {
          maxReservations: 1_000,
          applyDefaultLimit: true,
          defaultDataLimit: BigInt(2 ** 30),
          defaultDurationLimit: 3_600_000,
        },
      }),
    },
  })
  const streams = new Set<Stream>()
  await node.handle(MAILBOX_PROTOCOL, (stream) => {
    streams.add(stream)
    stream.addEventListener('message', (event) => {
      if (stream.status === 'open') stream.send(event.data)
    })
    stream.addEventListener('close', () => void streams.delete(stream))
  })
  const [address] = node.getMultiaddrs()
  if (address === undefined) throw new Error('the relay listens nowhere')
  return {
    address: address.toString(),
    peer: node.peerId.toString(),
    key,
    port: Number(/\/tcp\/(\d+)\//.exec(address.toString())?.[1]),
    writeToAll: (bytes) => {
      for (const stream of streams) stream.send(bytes)
    },
    connectionsTo: (peer) => node.getConnections().filter((connection) => connection.remotePeer.toString() === peer),
    stop: async () => node.stop(),
  }
}
