/**
 * What a file between members is compared with: as many bytes on one stream of stock libp2p, without rules, storage or hashes. In
 * Node and in pages.
 */
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Connection, Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { webRTC } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { Arrival } from './arrival.ts'

const BYTES_PROTOCOL = '/bench/bytes/1'
/** As long as a sealed chunk. */
const PIECE_BYTES = 61_440
const ADDRESS_PATIENCE_MS = 30_000
/** Some attempts at WebRTC hang in @libp2p/webrtc 6.0 (`packages/transport/src/timing.ts`). */
const DIALS = 6
const DIAL_MS = 5_000

export interface BareEnd {
  /** Where others reach it. */
  readonly address: () => Promise<string>
  /** Asks the other end for so many bytes, and resolves once the last is here. */
  readonly fetch: (address: string, bytes: number) => Promise<Arrival>
  readonly stop: () => Promise<void>
}

/** @param listen a stock relay's address: then it is reached by WebRTC; or one of this machine, by WebSocket */
export async function startBareEnd(listen: string): Promise<BareEnd> {
  const isThroughRelay = listen.includes('/p2p/')
  const node = await createLibp2p({
    addresses: { listen: isThroughRelay ? [`${listen}/p2p-circuit`, '/webrtc'] : [listen] },
    // No third party's STUN server is asked.
    transports: [webSockets(), circuitRelayTransport(), webRTC({ rtcConfiguration: { iceServers: [] } })],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    connectionMonitor: { enabled: false },
    services: { identify: identify(), ping: ping() },
  })
  await node.handle(BYTES_PROTOCOL, (stream) => void serve(stream))
  const connections = new Map<string, Connection>()
  const address = async (): Promise<string> => {
    const endMs = performance.now() + ADDRESS_PATIENCE_MS
    for (;;) {
      const found = node
        .getMultiaddrs()
        .map(String)
        .find((each) => !isThroughRelay || each.includes('/webrtc'))
      if (found !== undefined) return found
      if (performance.now() > endMs) throw new Error('no relay gave a place')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const dial = async (to: string): Promise<Connection> => {
    for (let left = DIALS; ; left--) {
      try {
        return await node.dial(multiaddr(to), { signal: AbortSignal.timeout(DIAL_MS) })
      } catch (fault) {
        if (left === 1) throw fault
      }
    }
  }
  return {
    address,
    fetch: async (to, bytes) => {
      const connection = connections.get(to) ?? (await dial(to))
      connections.set(to, connection)
      const startMs = performance.now()
      const stream = await connection.newStream(BYTES_PROTOCOL)
      const wanted = new Uint8Array(8)
      new DataView(wanted.buffer).setBigUint64(0, BigInt(bytes))
      return new Promise((resolve, reject) => {
        let [heard, firstMs] = [0, Number.NaN]
        stream.addEventListener('message', ({ data }) => {
          if (heard === 0) firstMs = performance.now() - startMs
          heard += data.byteLength
          if (heard < bytes) return
          resolve({ firstMs, wholeMs: performance.now() - startMs })
          void stream.close().catch(() => {})
        })
        stream.addEventListener('close', () => reject(new Error(`the stream ended after ${heard} bytes`)))
        stream.send(wanted)
      })
    },
    stop: async () => node.stop(),
  }
}

async function serve(stream: Stream): Promise<void> {
  const wanted = await new Promise<Uint8Array>((resolve) => stream.addEventListener('message', ({ data }) => resolve(data.subarray()), { once: true }))
  const piece = crypto.getRandomValues(new Uint8Array(PIECE_BYTES))
  let left = Number(new DataView(wanted.buffer, wanted.byteOffset).getBigUint64(0))
  while (left > 0 && stream.status === 'open') {
    const takes = stream.send(piece.subarray(0, Math.min(left, PIECE_BYTES)))
    left -= PIECE_BYTES
    if (!takes && left > 0) await stream.onDrain()
  }
}
