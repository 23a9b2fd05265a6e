/** The relay's libp2p node: WebSocket, Noise, circuits. It takes no part in gossip (PROTOCOL §7.1). */
import { circuitRelayServer } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { ComponentLogger, Libp2p, Logger, PrivateKey } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { yamux } from '@libp2p/yamux'
import { guardConnection, guardEncrypted, guardStreams } from '@sotto/wire'
import { createLibp2p } from 'libp2p'
import { houseOf } from './client-house.ts'
import { shareCircuits } from './circuit-shares.ts'
import type { Sockets } from './contained-sockets.ts'
import { forgetPeersThatLeft } from './forgotten-peers.ts'
import { announceListened } from './listened-addresses.ts'
import type { RelayLimits } from './relay-limits.ts'
import { endReservationsWithConnections } from './reservations.ts'
import { endWhenSilent } from './silent-connections.ts'

const silentLogger: Logger = Object.assign(() => {}, {
  error: () => {},
  trace: () => {},
  enabled: false,
  newScope: () => silentLogger,
})
/** libp2p's own log names peers and addresses. */
const SILENT: ComponentLogger = { forComponent: () => silentLogger }

/** Not started yet. `isFull` says whether an address has used up its connections. */
export async function createRelayNode(options: {
  readonly privateKey: PrivateKey
  readonly sockets: Sockets
  readonly listen: readonly string[]
  readonly announce: readonly string[]
  readonly limits: RelayLimits
  readonly isFull: (address: string) => boolean
  /** Whether a peer may reserve, and begin circuits. */
  readonly mayUseCircuits: (peer: string) => Promise<boolean>
}): Promise<Libp2p> {
  const { limits } = options
  const node = await createLibp2p({
    start: false,
    privateKey: options.privateKey,
    nodeInfo: { name: 'sotto-relay', version: '1', userAgent: 'sotto-relay/1' },
    logger: SILENT,
    addresses: { listen: [...options.listen], announce: [...options.announce] },
    transports: [options.sockets.transport],
    connectionEncrypters: [(components) => guardEncrypted(noise()(components))],
    streamMuxers: [
      yamux({
        // Clients ping, ten times as often.
        enableKeepAlive: false,
        maxInboundStreams: limits.streamsPerConnection,
        streamOptions: { maxStreamWindowSize: limits.streamWindowBytes, maxReadBufferLength: limits.streamUnreadBytes },
      }),
    ],
    connectionGater: {
      denyInboundConnection: (connection) => {
        endWhenSilent(connection, limits.silentMs)
        guardConnection(connection)
        return options.isFull(houseOf(connection.remoteAddr.toString()))
      },
      denyInboundRelayReservation: async (peer) => !(await options.mayUseCircuits(peer.toString())),
      denyOutboundRelayedConnection: async (caller) => !(await options.mayUseCircuits(caller.toString())),
    },
    // Its pings would wait behind what is pushed on a slow line, and close it. Clients ping; a silent one is disconnected.
    connectionMonitor: { enabled: false },
    connectionManager: {
      maxConnections: limits.connections,
      inboundConnectionThreshold: limits.newConnectionsPerAddress,
      maxIncomingPendingConnections: limits.pendingConnections,
      inboundUpgradeTimeout: limits.upgradeMs,
      inboundStreamProtocolNegotiationTimeout: limits.upgradeMs,
      reconnectRetries: 0,
      // The default resolver asks public DNS-over-HTTPS servers. A relay dials no peer.
      resolvers: {},
    },
    services: {
      identify: identify({ runOnConnectionOpen: false }),
      ping: ping(),
      listened: announceListened(),
      circuits: circuitRelayServer({
        maxInboundHopStreams: limits.inboundHopStreams,
        maxOutboundStopStreams: limits.outboundStopStreams,
        reservations: {
          maxReservations: limits.reservations,
          reservationTtl: limits.reservationMs,
          applyDefaultLimit: true,
          defaultDurationLimit: limits.circuitMs,
          defaultDataLimit: limits.circuitBytes,
        },
      }),
    },
  })
  node.addEventListener('connection:open', ({ detail }) => guardStreams(detail, () => node.getProtocols()))
  endReservationsWithConnections(node)
  forgetPeersThatLeft(node)
  shareCircuits(node, limits)
  return node
}
