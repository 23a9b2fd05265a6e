/**
 * How long the network waits, in one place. Tests may shorten the times; the defaults are for browsers.
 */
export interface NetworkTiming {
  /** First pause before a relay is dialled again; it doubles up to `redialMostMs`, with jitter. */
  readonly redialFirstMs: number
  readonly redialMostMs: number
  /** One dial of a relay or of a circuit, from socket to multiplexed connection. With `openMs` it is the wait for an unreachable relay. */
  readonly dialMs: number
  /** Negotiating a stream and receiving the first answer on it. */
  readonly openMs: number
  /**
   * The first two attempts at WebRTC; each later one has twice as long as the one before. About 1 in 25 hangs in
   * @libp2p/webrtc 6.0 on both ends (the others need up to 1.1 s on one machine), so the attempt ends early. Slow links
   * get the later attempts.
   */
  readonly upgradeMs: number
  readonly upgradeAttempts: number
  /** Pause between two attempts, with jitter. */
  readonly upgradePauseMs: number
  /** A session that stayed on the relay tries again after this. A guess: the network may have changed. */
  readonly upgradeAgainMs: number
  /** A session that was lost sooner than this is not reopened at once, but after this time: something is wrong. */
  readonly reopenMs: number
  /** A move to another connection that both ends agreed on has to end within this, or the session ends. */
  readonly handoverMs: number
  /** Every connection is pinged this often, and closed after so long a silence: between two browsers, to a relay, on a circuit. */
  readonly pingEveryMs: number
  readonly pingTimeoutMs: number
  /** A line that others fill may take its time. With a ping and this, a relay that fell silent is found within 15 s. A guess. */
  readonly relayPingTimeoutMs: number
  /** On a circuit the answer may wait behind what the other end sends to its relay, which we cannot see. A guess. */
  readonly circuitPingTimeoutMs: number
  /** The slowest line that is waited for: the answer to a ping comes after everything that was sent before it. A guess. */
  readonly slowestBytesPerSecond: number
  /** No silence is longer than this, whatever was sent. A guess. */
  readonly patienceMostMs: number
  /** Housekeeping: superfluous connections, gossip streams. */
  readonly tickMs: number
  /** A connection without a session is closed after this, unless it leads to a relay in use. */
  readonly strangerMs: number
  /** How long `stop` waits for the goodbyes to leave. */
  readonly goodbyeMs: number
}

export const DEFAULT_TIMING: NetworkTiming = {
  redialFirstMs: 250,
  redialMostMs: 15_000,
  dialMs: 8_000,
  openMs: 5_000,
  upgradeMs: 1_500,
  upgradeAttempts: 4,
  upgradePauseMs: 200,
  upgradeAgainMs: 60_000,
  reopenMs: 1_000,
  handoverMs: 5_000,
  pingEveryMs: 3_000,
  pingTimeoutMs: 3_000,
  relayPingTimeoutMs: 10_000,
  circuitPingTimeoutMs: 30_000,
  slowestBytesPerSecond: 4 * 1024,
  patienceMostMs: 60_000,
  tickMs: 1_000,
  strangerMs: 30_000,
  goodbyeMs: 400,
}

/** A duration between half of `ms` and all of it, so that many clients do not act in step. */
export const jittered = (ms: number): number => ms / 2 + (Math.random() * ms) / 2

/** Resolves after `ms`, or at once when the signal is aborted. Never rejects. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve()
      return
    }
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
