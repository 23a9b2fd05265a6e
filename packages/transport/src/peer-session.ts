/**
 * One conversation with a peer, over one stream at a time, which may move to a better connection on the way.
 *
 * ```
 * initiator                     responder
 *   open(session)  ─ circuit ─▶
 *                 ◀─ circuit ─  accept
 *   data …        ◀─ circuit ─▶ data …
 *   move(session)  ─ direct ──▶
 *                 ◀─ circuit ─  end            from here on it sends on the direct connection
 *                 ◀─ direct ──  accept
 *   end            ─ circuit ─▶                and so does the initiator
 *   data …        ◀─ direct ──▶ data …
 * ```
 *
 * The initiator moves to a direct connection once both ends allow it, because that shows them each other's network addresses.
 * The responder says so in a `direct` frame: 1, or 0 when it takes that back. What it says is so already, so an initiator that
 * dials then is answered.
 *
 * Guaranteed: frames arrive in order and at most once. Each end reads the old stream up to its `end` before it delivers
 * anything from the new one. If a stream dies before its `end`, frames may be missing, so the whole session ends on
 * both sides and a new one has to be opened. Only the initiator moves it, so moves cannot cross.
 *
 * Not this layer's concern: which connection is better, who may open a session (`peers.ts`).
 */
import type { Connection } from '@libp2p/interface'
import type { PeerPath } from '@sotto/engine'
import { concat, equalBytes } from '@sotto/wire'
import { DirectConsent } from './direct-consent.ts'
import type { FrameChannel } from './frame-stream.ts'
import { HELD_BYTES } from './protocols.ts'
import type { NetworkTiming } from './timing.ts'

/** First byte of every frame on `/sotto/peer/1`. */
export const FRAME = { data: 0, open: 1, move: 2, accept: 3, refuse: 4, end: 5, goodbye: 6, direct: 7 } as const

/** The length of a session's random name. */
export const SESSION_ID_BYTES = 16

/** A stream and the connection it runs on. */
export interface Carrier {
  readonly frames: FrameChannel
  readonly connection: Connection
}

export type SessionEnd =
  /** A stream died, and frames may be missing. */
  | 'lost'
  /** The other end said goodbye. */
  | 'goodbye'
  | 'hungUp'
  /** The other end opened a new session. */
  | 'replaced'

export interface PeerSessionEvents {
  readonly frameReceived: (frame: Uint8Array) => void
  readonly pathChanged: (path: PeerPath) => void
  readonly ended: (reason: SessionEnd) => void
}

interface Move {
  readonly carrier: Carrier
  readonly held: Uint8Array[]
  heldBytes: number
  isAccepted: boolean
  readonly timer: ReturnType<typeof setTimeout>
  readonly moved: (moved: boolean) => void
}

export const framed = (kind: number, body: Uint8Array = new Uint8Array()): Uint8Array => concat(Uint8Array.of(kind), body)

export const pathOf = (connection: Connection): PeerPath => (connection.direct ? 'direct' : 'relayed')

export class PeerSession {
  readonly id: Uint8Array
  readonly isInitiator: boolean
  readonly #timing: NetworkTiming
  readonly #events: PeerSessionEvents
  readonly #ended = new AbortController()
  readonly #consent = new DirectConsent()
  /** In ms since the epoch. */
  readonly beganAtMs = Date.now()
  #sending: Carrier
  #receiving: Carrier
  /** The old stream was read to its end, and the new one is not accepted yet. */
  #receivedAll = false
  #move: Move | undefined

  /** Begins on a carrier on which `open` and `accept` have been exchanged. `ready` starts listening. */
  constructor(init: {
    readonly id: Uint8Array
    readonly isInitiator: boolean
    readonly carrier: Carrier
    readonly timing: NetworkTiming
    readonly events: PeerSessionEvents
  }) {
    this.id = init.id
    this.isInitiator = init.isInitiator
    this.#timing = init.timing
    this.#events = init.events
    this.#sending = init.carrier
    this.#receiving = init.carrier
  }

  get path(): PeerPath {
    return pathOf(this.#receiving.connection)
  }

  /** The connection that frames leave on. */
  get connection(): Connection {
    return this.#sending.connection
  }

  get isMoving(): boolean {
    return this.#move !== undefined
  }

  /** Aborted when the session is over. */
  get signal(): AbortSignal {
    return this.#ended.signal
  }

  /** Whether the other end may learn our network addresses. */
  get isDirectAllowed(): boolean {
    return this.#consent.isOurs && !this.signal.aborted
  }

  /** From now on the other end may learn our network addresses, or may no longer. */
  allowDirect(isAllowed: boolean): void {
    if (this.signal.aborted || isAllowed === this.#consent.isOurs) return
    this.#consent.setOurs(isAllowed)
    if (!this.isInitiator) this.#sending.frames.send(framed(FRAME.direct, Uint8Array.of(isAllowed ? 1 : 0)))
  }

  /** Initiator: resolves as soon as both ends allow a direct connection, or when the session is over. */
  untilDirectAllowed(): Promise<void> {
    return this.#consent.ofBoth(this.signal)
  }

  ready(): void {
    this.#adopt(this.#receiving)
  }

  send(frame: Uint8Array): void {
    if (!this.signal.aborted && !this.#sending.frames.send(framed(FRAME.data, frame)) && !this.#sending.frames.isOpen) {
      this.end('lost')
    }
  }

  /** Initiator: moves to this carrier. Resolves with whether the session now runs on it; if not, the carrier is aborted. */
  moveTo(carrier: Carrier): Promise<boolean> {
    if (this.signal.aborted || this.#move !== undefined) {
      carrier.frames.abort()
      return Promise.resolve(false)
    }
    return new Promise((resolve) => {
      this.#move = this.#begin(carrier, false, this.#timing.openMs, resolve)
      this.#adopt(carrier)
      carrier.frames.send(framed(FRAME.move, this.id))
    })
  }

  /** Responder: the initiator moves to this carrier. */
  acceptMove(carrier: Carrier, session: Uint8Array): void {
    if (this.signal.aborted || this.isInitiator || this.#move !== undefined || !equalBytes(session, this.id)) {
      carrier.frames.send(framed(FRAME.refuse))
      void carrier.frames.finish(this.#timing.openMs)
      return
    }
    this.#move = this.#begin(carrier, true, this.#timing.handoverMs, () => {})
    this.#adopt(carrier)
    carrier.frames.send(framed(FRAME.accept))
    this.#sendOn(carrier)
  }

  /** Says goodbye and ends. Resolves when the goodbye has left, or after `withinMs`. */
  async hangUp(withinMs: number): Promise<void> {
    if (this.signal.aborted) return
    const { frames } = this.#sending
    frames.send(framed(FRAME.goodbye))
    const gone = frames.finish(withinMs)
    this.end('hungUp', frames)
    await gone
  }

  /** Ends without a goodbye, once. */
  end(reason: SessionEnd, except?: FrameChannel): void {
    if (this.signal.aborted) return
    this.#ended.abort()
    const move = this.#move
    this.#move = undefined
    if (move !== undefined) clearTimeout(move.timer)
    for (const carrier of [this.#sending, this.#receiving, move?.carrier]) {
      if (carrier !== undefined && carrier.frames !== except) carrier.frames.abort()
    }
    move?.moved(false)
    this.#events.ended(reason)
  }

  #begin(carrier: Carrier, isAccepted: boolean, withinMs: number, moved: (moved: boolean) => void): Move {
    const timer = setTimeout(() => this.#abandonMove(), withinMs)
    return { carrier, held: [], heldBytes: 0, isAccepted, timer, moved }
  }

  #adopt(carrier: Carrier): void {
    carrier.frames.listen({
      frame: (frame) => this.#received(carrier, frame),
      closed: () => this.#closed(carrier),
    })
  }

  #received(carrier: Carrier, frame: Uint8Array): void {
    if (this.signal.aborted) return
    const kind = frame[0]
    if (kind === FRAME.goodbye) {
      this.end('goodbye')
      return
    }
    if (carrier === this.#move?.carrier) {
      this.#receivedOnMove(this.#move, frame)
      return
    }
    if (carrier !== this.#receiving) return
    if (kind === FRAME.data && !this.#receivedAll) this.#events.frameReceived(frame.subarray(1))
    else if (kind === FRAME.direct && this.isInitiator && !this.#receivedAll) this.#consent.setTheirs(frame[1] === 1)
    else if (kind === FRAME.end && this.#move !== undefined && !this.#receivedAll) {
      this.#receivedAll = true
      if (this.#move.isAccepted) this.#finishMove(this.#move)
    } else this.end('lost')
  }

  #receivedOnMove(move: Move, frame: Uint8Array): void {
    if (!move.isAccepted) {
      if (frame[0] !== FRAME.accept) {
        this.#abandonMove()
        return
      }
      move.isAccepted = true
      this.#sendOn(move.carrier)
      if (this.#receivedAll) this.#finishMove(move)
      return
    }
    move.heldBytes += frame.length
    if (move.heldBytes > HELD_BYTES) this.end('lost')
    else move.held.push(frame)
  }

  #sendOn(carrier: Carrier): void {
    this.#sending.frames.send(framed(FRAME.end))
    this.#sending = carrier
  }

  #finishMove(move: Move): void {
    const before = this.#receiving
    const pathBefore = this.path
    clearTimeout(move.timer)
    this.#receiving = move.carrier
    this.#receivedAll = false
    this.#move = undefined
    // Both ends have sent `end` on the old stream. Closing it waits until ours has left.
    void before.frames.finish(this.#timing.openMs)
    if (this.path !== pathBefore) this.#events.pathChanged(this.path)
    for (const frame of move.held) this.#received(move.carrier, frame)
    move.moved(!this.signal.aborted)
  }

  /** A move that the other end has not taken up leaves everything unchanged. After that point, frames may be lost. */
  #abandonMove(): void {
    const move = this.#move
    if (move === undefined) return
    if (move.isAccepted || this.#receivedAll) {
      this.end('lost')
      return
    }
    clearTimeout(move.timer)
    this.#move = undefined
    move.carrier.frames.abort()
    move.moved(false)
  }

  #closed(carrier: Carrier): void {
    if (carrier === this.#move?.carrier) this.#abandonMove()
    else if (carrier === this.#receiving || carrier === this.#sending) this.end('lost')
  }
}
