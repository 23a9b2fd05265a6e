/**
 * Multiaddrs of peers behind relays. Total: a malformed address is left out.
 */
import type { Connection } from '@libp2p/interface'
import { CODE_P2P_CIRCUIT, multiaddr, type Multiaddr } from '@multiformats/multiaddr'

/** Reads a multiaddr that came from outside. */
export function readMultiaddr(text: string): Multiaddr | undefined {
  try {
    return multiaddr(text)
  } catch {
    return undefined
  }
}

/** Where peers reach us through a relay: directly after an introduction, or on its circuit. Texts, best first. */
export function ownAddresses(relayAddresses: readonly Multiaddr[], ownPeer: string, most: number): readonly string[] {
  const bases = relayAddresses.slice(0, Math.floor(most / 2)).map((address) => `${address.toString()}/p2p-circuit`)
  return [...bases.map((base) => `${base}/webrtc/p2p/${ownPeer}`), ...bases.map((base) => `${base}/p2p/${ownPeer}`)]
}

/**
 * The circuit addresses among those a peer announced, each once and ending in that peer's id. All others are left out:
 * another peer's id, an address that would have us dial a host directly, a name that needs a public resolver.
 */
export function circuitAddresses(texts: readonly string[], peer: string): readonly Multiaddr[] {
  const circuits = new Set<string>()
  for (const text of texts) {
    const [relay, rest] = text.split('/p2p-circuit')
    if (relay === undefined || rest === undefined || !/\/p2p\/[^/]+$/.test(relay) || relay.startsWith('/dnsaddr')) continue
    if (rest === '' || rest === '/webrtc' || rest === `/p2p/${peer}` || rest === `/webrtc/p2p/${peer}`) {
      circuits.add(`${relay}/p2p-circuit/p2p/${peer}`)
    }
  }
  return [...circuits].map(readMultiaddr).filter((address) => address !== undefined)
}

/** The address that upgrades a circuit connection to WebRTC, or `undefined` if the connection is not a circuit. */
export function webRTCAddress(circuit: Connection): Multiaddr | undefined {
  const isCircuit = circuit.remoteAddr.getComponents().some((component) => component.code === CODE_P2P_CIRCUIT)
  const [base] = circuit.remoteAddr.toString().split('/p2p-circuit')
  return isCircuit && !circuit.direct ? readMultiaddr(`${base}/p2p-circuit/webrtc/p2p/${circuit.remotePeer.toString()}`) : undefined
}

/** The kind of address that a connection runs on, without the address. */
export function addressKind(connection: Connection): 'webrtc' | 'circuit' | 'websocket' | 'other' {
  const names = new Set(connection.remoteAddr.getComponents().map((component) => component.name))
  if (names.has('webrtc')) return 'webrtc'
  if (names.has('p2p-circuit')) return 'circuit'
  return names.has('ws') || names.has('wss') ? 'websocket' : 'other'
}
