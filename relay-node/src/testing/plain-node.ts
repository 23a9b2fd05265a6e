/** A libp2p node as a client of the relay has it, with nothing of ours. */
import { type Libp2pOptions, createLibp2p } from 'libp2p'
import type { Connection, Libp2p } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { endLater } from './left-behind.ts'

/** Ends with the test. `options` take the place of what it has. */
export async function startPlainNode(options: Libp2pOptions = {}): Promise<Libp2p> {
  const node = await createLibp2p({
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    connectionManager: { reconnectRetries: 0 },
    ...options,
  })
  endLater(() => node.stop())
  return node
}

/** A connection of a node of its own. */
export const dialPlainly = async (address: string, options: Libp2pOptions = {}): Promise<Connection> => (await startPlainNode(options)).dial(multiaddr(address))
