/** What a relay's libp2p node allows (relay brief, "libp2p settings"). The library's defaults suit a laptop. */
import { LIMITS } from '@sotto/wire'

const MINUTE = 60_000
const GIB = 1024 ** 3

export const RELAY_LIMITS = {
  /** The library's 15 would lock the sixteenth person out. */
  reservations: 10_000,
  reservationMs: 60 * MINUTE,
  /**
   * Circuits stay "limited", so that gossip keeps off them, but no conversation meets the limit. Guesses: a day, and
   * more than anybody writes before a direct connection is up. The defaults are 2 minutes and 128 KiB.
   */
  circuitMs: 24 * 60 * MINUTE,
  circuitBytes: BigInt(GIB),
  inboundHopStreams: 64,
  outboundStopStreams: 5_000,
  connections: 12_000,
  /** New connections per second and address. */
  newConnectionsPerAddress: 20,
  connectionsPerAddress: LIMITS.connectionsPerAddress as number,
  /** The default of 10 is a cheap way to lock everybody out. */
  pendingConnections: 500,
  /** From the first byte, or none, to a WebSocket; and from there to a connection. */
  upgradeMs: 5_000,
  /** A connection on which nothing comes for so long is over: clients ping every few seconds, and read whatever comes. A guess. */
  silentMs: 60_000,
  /** How long a closing handshake is waited for. A guess. */
  closeMs: 2_000,
  /** One WebSocket message: a message of Noise with its length, 65,537 bytes, is the largest there is. */
  webSocketMessageBytes: LIMITS.frameBytes as number,
  /** Pieces in which one message may come: each has its own cost in memory. A guess: a hundred and more bytes each. */
  webSocketPieces: 1_024,
  /** Bytes that wait in one socket before its streams are told to wait. A guess: ten milliseconds of a fast line. */
  socketBytes: 256 * 1024,
  mailboxStreamsPerConnection: 2,
  /**
   * Bytes that wait for one slow stream before it is given up. Nothing is read or pushed for one that takes nothing, so
   * what comes to wait is what the store was asked for before, eight records at most, and answers. A guess: four times that.
   */
  queuedBytes: 2 * 1024 * 1024,
}
export type RelayLimits = typeof RELAY_LIMITS
