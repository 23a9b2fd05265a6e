/**
 * The libp2p node of a device: a disposable identity, relays by WebSocket, peers by circuit and WebRTC. It contacts no
 * third party: no public STUN, no DNS resolver, no identify on opening, no logging.
 */
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { ComponentLogger, Libp2p, Logger, MultiaddrConnection } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { webRTC } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import type { CircuitReservations } from './circuit-reservations.ts'
import type { FilteredGossip } from './filtered-gossip.ts'
import type { NetworkTiming } from './timing.ts'

export interface Libp2pNodeInit {
  readonly rtcConfiguration: RTCConfiguration
  readonly webRTC: boolean
  readonly timing: NetworkTiming
  readonly gossip: FilteredGossip
  readonly reservations: CircuitReservations
}

export async function startLibp2pNode(init: Libp2pNodeInit): Promise<Libp2p> {
  const { timing } = init
  return createLibp2p({
    privateKey: await generateKeyPair('Ed25519'),
    // The default tells every peer that asks the browser and its version.
    nodeInfo: { name: 'sotto', version: '1', userAgent: 'sotto/1' },
    logger: SILENT,
    // Peers reach us through reservations (`circuit-reservations.ts`); libp2p needs no listener for that.
    addresses: { listen: [] },
    transports: [
      webSockets(),
      init.reservations.transport,
      // Without a configuration of ours it would ask public STUN servers for our address.
      ...(init.webRTC ? [webRTC({ rtcConfiguration: init.rtcConfiguration })] : []),
    ],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: {
      // Browsers refuse loopback and private addresses by default. Relays at home have such addresses.
      denyDialMultiaddr: () => false,
      denyInboundConnection: isGhost,
      denyOutboundConnection: (_, connection) => {
        mendReset(connection)
        return false
      },
    },
    connectionManager: {
      // Relays are dialled again by `relay-link.ts`, peers by the machine.
      reconnectRetries: 0,
      dialTimeout: timing.dialMs,
      addressDialTimeout: timing.dialMs,
      inboundUpgradeTimeout: timing.openMs,
      maxIncomingPendingConnections: 64,
      // The default resolver asks public DNS-over-HTTPS servers.
      resolvers: {},
    },
    // It would close a connection whose answer waits behind our own bytes: see `line-watch.ts`.
    connectionMonitor: { enabled: false },
    services: {
      // Gossipsub and the transports require it. It answers, but introduces us to no peer.
      identify: identify({ runOnConnectionOpen: false }),
      ping: ping(),
      gossip: init.gossip.create,
    },
  })
}

/** When ICE has failed, @libp2p/webrtc 6.0 still reports an open connection on the receiving side. */
export function isGhost(connection: MultiaddrConnection): boolean {
  const { peerConnection } = connection as { readonly peerConnection?: { readonly connectionState?: string } }
  return peerConnection !== undefined && peerConnection.connectionState !== 'connected'
}

/**
 * @libp2p/websockets 10.1 resets with the close code 1006, which every WebSocket refuses with an exception: an aborted
 * connection would stay open for the relay. This closes it with a code that works.
 */
export function mendReset(connection: MultiaddrConnection): void {
  const socket = connection as { websocket?: { readonly close: () => void }; sendReset?: () => void }
  if (socket.websocket !== undefined) socket.sendReset = () => socket.websocket?.close()
}

const silentLogger: Logger = Object.assign(() => {}, {
  error: () => {},
  trace: () => {},
  enabled: false,
  newScope: () => silentLogger,
})

/** libp2p's own log names peers and addresses. */
const SILENT: ComponentLogger = { forComponent: () => silentLogger }
