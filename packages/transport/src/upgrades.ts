/**
 * Moving sessions from the relay to WebRTC, in the background: frames flow meanwhile.
 *
 * Only the initiator of a session dials, so that the two ends do not make a connection each. It does so only while both
 * ends allow it: an offer and an answer are full of network addresses.
 */
import type { Connection, Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { webRTCAddress } from './addresses.ts'
import type { Carrier, PeerSession } from './peer-session.ts'
import { jittered, type NetworkTiming, pause } from './timing.ts'

export class Upgrades {
  readonly #node: Libp2p
  readonly #timing: NetworkTiming
  readonly #newCarrier: (connection: Connection) => Promise<Carrier>
  /** When a session that stayed on the relay tries again, in ms since the epoch. */
  readonly #againAtMs = new WeakMap<PeerSession, number>()

  /** `newCarrier` opens a stream for frames on a connection, and rejects if none comes up in time. */
  constructor(node: Libp2p, timing: NetworkTiming, newCarrier: (connection: Connection) => Promise<Carrier>) {
    this.#node = node
    this.#timing = timing
    this.#newCarrier = newCarrier
  }

  /** Tries until the session is direct or over, or all attempts are used up. Never rejects. */
  async run(session: PeerSession): Promise<void> {
    this.#againAtMs.delete(session)
    for (let attempt = 0; attempt < this.#timing.upgradeAttempts; attempt++) {
      if (attempt > 0) await pause(jittered(this.#timing.upgradePauseMs), session.signal)
      await session.untilDirectAllowed()
      const address = webRTCAddress(session.connection)
      if (session.signal.aborted || address === undefined || session.path === 'direct') return
      if (await this.#once(session, address, this.#timing.upgradeMs * 2 ** Math.max(0, attempt - 1))) return
    }
    this.#againAtMs.set(session, Date.now() + this.#timing.upgradeAgainMs)
  }

  /** Tries again with a session that stayed on the relay for long enough. */
  tick(session: PeerSession, nowMs: number): void {
    if (nowMs >= (this.#againAtMs.get(session) ?? Number.POSITIVE_INFINITY)) void this.run(session)
  }

  async #once(session: PeerSession, address: Multiaddr, withinMs: number): Promise<boolean> {
    let connection: Connection | undefined
    try {
      const signal = AbortSignal.any([session.signal, AbortSignal.timeout(withinMs)])
      connection = await this.#node.dial(address, { signal, force: true })
      if (!connection.direct) return false
      // The other end answers on the new stream before the session runs on it, which proves that it works.
      const isMoved = await session.moveTo(await this.#newCarrier(connection))
      if (!isMoved) connection.abort(new Error('the direct connection does not answer'))
      return isMoved
    } catch {
      connection?.abort(new Error('the direct connection does not answer'))
      return false
    }
  }
}
