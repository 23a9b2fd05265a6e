/**
 * A stranger's machine: a libp2p node with stock gossipsub that keeps every byte it receives. It dials relays and peers
 * like a member and speaks their protocols as far as it is allowed to. It lacks only the keys.
 */
import { gossipsub, StrictNoSign } from '@libp2p/gossipsub'
import { RPC } from '@libp2p/gossipsub/message'
import { type Identify, identify } from '@libp2p/identify'
import type { Connection, Libp2p } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { circuitReservations } from '../../packages/transport/src/circuit-reservations.ts'
import type { FilteredGossip } from '../../packages/transport/src/filtered-gossip.ts'
import { FrameStream, type FrameStreamLimits } from '../../packages/transport/src/frame-stream.ts'
import { startLibp2pNode } from '../../packages/transport/src/libp2p-node.ts'
import { DEFAULT_TIMING } from '../../packages/transport/src/timing.ts'

/** Frames both ways, on one stream. */
export interface Talk {
  readonly say: (frame: Uint8Array) => void
  /** All frames received so far. */
  readonly heard: readonly Uint8Array[]
  /** Whether the other has ended it. */
  readonly isOver: () => boolean
}

export interface Stranger {
  readonly peer: string
  readonly dial: (address: string) => Promise<Connection>
  readonly talk: (connection: Connection, protocol: string, limits: FrameStreamLimits) => Promise<Talk>
  /** What a peer answers to an identify request. */
  readonly identify: (connection: Connection) => Promise<{ readonly protocols: readonly string[]; readonly everything: string }>
  /** Subscribes to topics, opens a gossip stream on a connection, and tells the peer. */
  readonly gossip: (connection: Connection, topics: readonly string[]) => void
  /** Every RPC that reached its gossip. */
  readonly rpcs: readonly RPC[]
  /** Resolves after the next heartbeat of its own gossip: one second. */
  readonly heartbeat: () => Promise<void>
  readonly stop: () => Promise<void>
}

interface Inside {
  decodeRpc: (bytes: Uint8Array) => RPC
  readonly onPeerConnected: (peer: Connection['remotePeer'], connection: Connection) => void
}

export async function startStranger(): Promise<Stranger> {
  const rpcs: RPC[] = []
  let asking: Identify | undefined
  const create = (components: Parameters<ReturnType<typeof gossipsub>>[0]) => {
    // Ours neither asks nor answers.
    asking = identify({ runOnConnectionOpen: false })(components as unknown as Parameters<ReturnType<typeof identify>>[0])
    const service = gossipsub({ globalSignaturePolicy: StrictNoSign, allowPublishToZeroTopicPeers: true })(components)
    const inside = service as unknown as Inside
    const decode = inside.decodeRpc.bind(service)
    inside.decodeRpc = (bytes) => {
      const rpc = decode(bytes)
      rpcs.push(rpc)
      return rpc
    }
    return service
  }
  const node: Libp2p = await startLibp2pNode({
    rtcConfiguration: () => ({ iceServers: [] }),
    webRTC: true,
    timing: DEFAULT_TIMING,
    reservations: circuitReservations(DEFAULT_TIMING.openMs),
    isRelay: () => true,
    isDirectAllowed: () => true,
    // Stock gossip in place of ours.
    gossip: { create } as unknown as FilteredGossip,
  })
  const { gossip } = node.services as unknown as { gossip: ReturnType<typeof create> }
  return {
    peer: node.peerId.toString(),
    dial: (address) => node.dial(multiaddr(address), { force: true }),
    talk: async (connection, protocol, limits) => {
      const stream = await connection.newStream(protocol, { runOnLimitedConnection: true, signal: AbortSignal.timeout(DEFAULT_TIMING.openMs) })
      const frames = new FrameStream(stream, limits)
      const heard: Uint8Array[] = []
      let isOver = false
      frames.listen({ frame: (frame) => void heard.push(frame), closed: () => (isOver = true) })
      return { say: (frame) => void frames.send(frame), heard, isOver: () => isOver }
    },
    identify: async (connection) => {
      if (asking === undefined) throw new Error('the node has not started')
      const { protocols, listenAddrs, agentVersion, protocolVersion } = await asking.identify(connection)
      return { protocols, everything: [...protocols, ...listenAddrs.map(String), agentVersion, protocolVersion].join(' ') }
    },
    gossip: (connection, topics) => {
      for (const topic of topics) gossip.subscribe(topic)
      ;(gossip as unknown as Inside).onPeerConnected(connection.remotePeer, connection)
    },
    rpcs,
    heartbeat: () => new Promise((resolve) => gossip.addEventListener('gossipsub:heartbeat', () => resolve(), { once: true })),
    stop: async () => node.stop(),
  }
}
