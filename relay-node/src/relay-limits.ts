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
  upgradeMs: 5_000,
  mailboxStreamsPerConnection: 2,
  /** Bytes that wait for one slow client before its stream is given up. A guess: a window of pushes and answers. */
  queuedBytes: 16 * 1024 * 1024,
}
export type RelayLimits = typeof RELAY_LIMITS
