/**
 * The libp2p node of a device: a disposable identity, relays by WebSocket, peers by circuit and WebRTC. It contacts no
 * third party: no public STUN, no DNS resolver, no logging.
 *
 * Every peer that knows our peer id and a relay can connect. Such a stranger is answered on our own stream protocol and when
 * it pings, and on nothing else: what else there is tells addresses (signalling; identify, which is left out) or lets a peer
 * pose as our relay (`stop` of circuits).
 */
import { generateKeyPair } from '@libp2p/crypto/keys'
import { type ComponentLogger, type Connection, type Libp2p, type Logger, type MultiaddrConnection, serviceCapabilities } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { webRTC } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { guardConnection, guardEncrypted, guardStreams } from '@sotto/wire'
import { createLibp2p } from 'libp2p'
import { answerOnly } from './answer-only.ts'
import type { CircuitReservations } from './circuit-reservations.ts'
import type { FilteredGossip } from './filtered-gossip.ts'
import type { NetworkTiming } from './timing.ts'

export interface Libp2pNodeInit {
  readonly rtcConfiguration: () => RTCConfiguration
  readonly webRTC: boolean
  readonly timing: NetworkTiming
  readonly gossip: FilteredGossip
  readonly reservations: CircuitReservations
  /** Whether this peer id is a relay that is wanted. */
  readonly isRelay: (peer: string) => boolean
  /** Whether this peer may learn our network addresses. */
  readonly isDirectAllowed: (peer: string) => boolean
}

export async function startLibp2pNode(init: Libp2pNodeInit): Promise<Libp2p> {
  const { timing } = init
  const isOfRelay = ({ direct, remotePeer }: Connection): boolean => direct && init.isRelay(remotePeer.toString())
  const isOfMember = ({ remotePeer }: Connection): boolean => init.isDirectAllowed(remotePeer.toString())
  const node = await createLibp2p({
    start: false,
    privateKey: await generateKeyPair('Ed25519'),
    // The default tells every peer that asks the browser and its version.
    nodeInfo: { name: 'sotto', version: '1', userAgent: 'sotto/1' },
    logger: SILENT,
    // Peers reach us through reservations (`circuit-reservations.ts`); libp2p needs no listener for that.
    addresses: { listen: [] },
    transports: [
      webSockets(),
      // Stock libp2p lets any peer introduce others, and looks for a reservation there.
      answerOnly(isOfRelay, init.reservations.transport),
      // Without a configuration of ours it would ask public STUN servers for our address.
      ...(init.webRTC ? [answerOnly(isOfMember, webRTC({ rtcConfiguration: init.rtcConfiguration }))] : []),
    ],
    connectionEncrypters: [(components) => guardEncrypted(noise()(components))],
    // `line-watch.ts` pings, and two pings at a time would be one.
    streamMuxers: [yamux({ enableKeepAlive: false })],
    connectionGater: {
      // Browsers refuse loopback and private addresses by default. Relays at home have such addresses.
      denyDialMultiaddr: () => false,
      denyInboundConnection: (connection) => {
        guardConnection(connection)
        return isGhost(connection)
      },
      denyOutboundConnection: (_, connection) => {
        mendReset(connection)
        guardConnection(connection)
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
      identify: noIdentify,
      ping: ping(),
      gossip: init.gossip.create,
    },
  })
  node.addEventListener('connection:open', ({ detail }) => guardStreams(detail, () => node.getProtocols()))
  await node.start()
  return node
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

/**
 * Gossipsub and the transports want it to be there, for what other peers say in it; here nobody is asked. It would tell each
 * peer by which address we dialled its relay, which for a relay at home is where we are.
 */
const noIdentify = (): object => ({ [serviceCapabilities]: ['@libp2p/identify'] })

const silentLogger: Logger = Object.assign(() => {}, {
  error: () => {},
  trace: () => {},
  enabled: false,
  newScope: () => silentLogger,
})

/** libp2p's own log names peers and addresses. */
const SILENT: ComponentLogger = { forComponent: () => silentLogger }
