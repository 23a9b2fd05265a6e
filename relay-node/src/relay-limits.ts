/** What a relay's libp2p node allows. The library's defaults suit a laptop. */
import { LIMITS } from '@sotto/wire'

const MINUTE = 60_000
const GIB = 1024 ** 3

export const RELAY_LIMITS = {
  /** The library's 15 would lock the sixteenth person out. */
  reservations: 10_000,
  reservationMs: 60 * MINUTE,
  /**
   * Circuits stay "limited", so that gossip avoids them, but no conversation reaches the limit. Guesses: a day, and more
   * than two peers send before a direct connection is up. The defaults are 2 minutes and 128 KiB.
   */
  circuitMs: 24 * 60 * MINUTE,
  circuitBytes: BigInt(GIB),
  /**
   * Bytes that one peer sends through circuits in a second, and at once; so many times that for all of an address; and what passes for
   * all. Guesses: so much that a ping behind what waits in a circuit (three quarters of a MiB) takes two seconds, a conversation's pictures at
   * once, a household, and a quarter of what a core can pass on.
   */
  circuitBytesPerSecond: 512 * 1024,
  circuitBurstBytes: 8 * 1024 * 1024,
  circuitAddressTimes: 4,
  circuitsBytesPerSecond: 16 * 1024 * 1024,
  /** What one end of a circuit sent and the other has not taken. Then the sender waits. As large as a stream's window. */
  circuitHeldBytes: 256 * 1024,
  inboundHopStreams: 64,
  outboundStopStreams: 5_000,
  connections: 12_000,
  /** New connections per second and address. */
  newConnectionsPerAddress: 20,
  connectionsPerAddress: LIMITS.connectionsPerAddress as number,
  /** The default of 10 makes it cheap to lock all others out. */
  pendingConnections: 500,
  /** From the first byte, or none, to a WebSocket, and again from there to a connection. */
  upgradeMs: 5_000,
  /** A connection that receives nothing for so long is over: clients ping every few seconds, and read everything. A guess. */
  silentMs: 60_000,
  /** How long to wait for a closing handshake. A guess. */
  closeMs: 2_000,
  /** One WebSocket message. The largest legitimate one is a Noise message with its length, 65,537 bytes. */
  webSocketMessageBytes: LIMITS.frameBytes as number,
  /** Pieces that one message may come in. Each has its own cost in memory. A guess: a hundred and more bytes each. */
  webSocketPieces: 1_024,
  /** Bytes that wait in one socket before its streams have to wait. A guess: ten milliseconds of a fast line. */
  socketBytes: 256 * 1024,
  /** STUN answers in a second, to one address and to all. Guesses: a browser asks some five times for each peer, and another tenth of a core. */
  stunPerAddress: 20,
  stunInAll: 2_000,
  mailboxStreamsPerConnection: 2,
  /** Of all protocols: 64 circuits, two mailbox streams, and a few that come and go. The library's 1,000 cost memory before anybody looks at them. */
  streamsPerConnection: 80,
  /** What one stream may send before it is read, and when it is reset: the library's smallest window, and twice that. Its own are 16 and 4 MiB. */
  streamWindowBytes: 256 * 1024,
  streamUnreadBytes: 512 * 1024,
  /**
   * Bytes that wait for one slow stream before it is closed. Nothing is read or pushed for a stream that takes nothing. So
   * only earlier reads wait, sixteen of the largest records at most, and answers. A guess: twice that.
   */
  queuedBytes: 2 * 1024 * 1024,
}
export type RelayLimits = typeof RELAY_LIMITS
