/**
 * One relay that we want to be connected to: its mailbox stream and our reservation there. It is dialled again with
 * back-off for as long as it is wanted.
 */
import type { Connection, Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { NetworkEvent } from '@sotto/engine'
import { LIMITS, splitAdmission } from '@sotto/wire'
import { ownAddresses, readMultiaddr } from './addresses.ts'
import { isAnotherPeer } from './another-peer.ts'
import type { CircuitReservations } from './circuit-reservations.ts'
import { FrameStream } from './frame-stream.ts'
import { MAILBOX_PROTOCOL, MAILBOX_STREAM } from './protocols.ts'
import { jittered, type NetworkTiming, pause } from './timing.ts'

export interface RelayLinkInit {
  readonly node: Libp2p
  /** The relay's multiaddr as the machine wrote it: its name in every event. */
  readonly relay: string
  readonly reservations: CircuitReservations
  readonly timing: NetworkTiming
  readonly deliver: (event: NetworkEvent) => void
}

/** How fast a relay answers is said again after so long at the earliest, and only where it differs by a quarter and by this. Guesses. */
const SAID_AGAIN_MS = 15_000
const LEAST_CHANGE_MS = 10

export class RelayLink {
  readonly #node: Libp2p
  readonly #relay: string
  readonly #reservations: CircuitReservations
  readonly #timing: NetworkTiming
  readonly #deliver: (event: NetworkEvent) => void
  readonly #stopped = new AbortController()
  #frames: FrameStream | undefined
  #connection: Connection | undefined
  /** What the machine was told of it. */
  #told: 'nothing' | 'open' | 'closed' = 'nothing'
  #addresses: readonly string[] = []
  /** What was said last of how fast the relay answers, and when. */
  #latency: { readonly ms: number; readonly atMs: number } | undefined
  /** Aborted when the current reservation has ended. */
  #reservationOver = new AbortController()

  constructor(init: RelayLinkInit) {
    this.#node = init.node
    this.#relay = init.relay
    this.#reservations = init.reservations
    this.#timing = init.timing
    this.#deliver = init.deliver
    const stopHearing = this.#reservations.onRemoved((relay) => {
      if (relay === this.peer) this.#reservationOver.abort()
    })
    this.#stopped.signal.addEventListener('abort', stopHearing)
  }

  /** The relay's peer id, once it was reached. */
  get peer(): string | undefined {
    return this.#connection?.remotePeer.toString()
  }

  /** A connection answered a ping. Of ours the machine is told, where that changed. */
  answered(connection: Connection, ms: number): void {
    if (connection !== this.#connection || this.#told !== 'open') return
    const last = this.#latency
    const isAnother = last === undefined || (Date.now() - last.atMs >= SAID_AGAIN_MS && Math.abs(ms - last.ms) > Math.max(LEAST_CHANGE_MS, last.ms / 4))
    if (!isAnother) return
    this.#latency = { ms, atMs: Date.now() }
    this.#deliver({ kind: 'relayAnswered', relay: this.#relay, ms })
  }

  send(frame: Uint8Array): void {
    this.#frames?.send(frame)
  }

  /** Runs until `stop`. Never rejects. */
  async run(): Promise<void> {
    const address = readMultiaddr(splitAdmission(this.#relay).address)
    let pauseMs = this.#timing.redialFirstMs
    if (address === undefined) {
      // The caller is not told before its call has returned.
      await Promise.resolve()
      this.#unreachable()
      return
    }
    while (!this.#stopped.signal.aborted) {
      const openedAtMs = Date.now()
      const wasOpen = await this.#once(address)
      // A relay that stayed for a while is dialled at once, one that keeps failing ever less often.
      const stayed = wasOpen && Date.now() - openedAtMs > this.#timing.redialMostMs
      pauseMs = stayed ? this.#timing.redialFirstMs : pauseMs
      await pause(jittered(pauseMs), this.#stopped.signal)
      pauseMs = Math.min(pauseMs * 2, this.#timing.redialMostMs)
    }
  }

  /** Disconnects from the relay. */
  stop(): void {
    if (this.#stopped.signal.aborted) return
    this.#stopped.abort()
    this.#frames?.abort()
    this.#closed()
    void this.#connection?.close({ signal: AbortSignal.timeout(this.#timing.goodbyeMs) }).catch(() => {})
  }

  /** One connection, from dialling to the end of its mailbox stream. Resolves with whether the stream was open. */
  async #once(address: Multiaddr): Promise<boolean> {
    try {
      const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(this.#timing.dialMs)])
      const connection = await this.#node.dial(address, { signal })
      this.#connection = connection
      const over = new AbortController()
      void this.#keepReservation(connection, AbortSignal.any([over.signal, this.#stopped.signal]))
      try {
        await this.#keepMailbox(connection)
        return true
      } finally {
        over.abort()
        this.#addresses = []
        this.#closed()
      }
    } catch (error) {
      if (isAnotherPeer(error)) this.#deliver({ kind: 'relayIsAnother', relay: this.#relay })
      // A connection on which nothing can be opened is not worth keeping. The next round dials a new one.
      this.#connection?.abort(new Error('the relay does not answer'))
      this.#unreachable()
      return false
    }
  }

  async #keepMailbox(connection: Connection): Promise<void> {
    const stream = await connection.newStream(MAILBOX_PROTOCOL, { signal: AbortSignal.timeout(this.#timing.openMs) })
    const frames = new FrameStream(stream, MAILBOX_STREAM)
    if (this.#stopped.signal.aborted) {
      frames.abort()
      return
    }
    this.#frames = frames
    this.#told = 'open'
    this.#deliver({
      kind: 'relayOpened',
      relay: this.#relay,
      relayPeer: connection.remotePeer.toString(),
      ownAddresses: this.#addresses,
    })
    await new Promise<void>((resolve) => {
      frames.listen({
        frame: (frame) => {
          if (this.#told === 'open') this.#deliver({ kind: 'relayFrameReceived', relay: this.#relay, frame })
        },
        closed: resolve,
      })
      this.#stopped.signal.addEventListener('abort', () => resolve())
    })
  }

  async #keepReservation(connection: Connection, signal: AbortSignal): Promise<void> {
    let pauseMs = this.#timing.redialFirstMs
    while (!signal.aborted && connection.status === 'open') {
      this.#reservationOver = new AbortController()
      try {
        const relayAddresses = await this.#reservations.reserve(connection.remotePeer)
        if (signal.aborted) return
        this.#changeAddresses(ownAddresses(relayAddresses, this.#node.peerId.toString(), LIMITS.addresses))
        pauseMs = this.#timing.redialFirstMs
        await whenAborted(AbortSignal.any([signal, this.#reservationOver.signal]))
        if (!signal.aborted) this.#changeAddresses([])
      } catch {
        // The relay is full or slow. The mailbox works without a reservation, and we ask again.
      }
      await pause(jittered(pauseMs), signal)
      pauseMs = Math.min(pauseMs * 2, this.#timing.redialMostMs)
    }
  }

  #changeAddresses(addresses: readonly string[]): void {
    this.#addresses = addresses
    if (this.#told === 'open') this.#deliver({ kind: 'addressesChanged', relay: this.#relay, ownAddresses: addresses })
  }

  #closed(): void {
    this.#frames = undefined
    this.#latency = undefined
    if (this.#told === 'open') this.#tellClosed()
  }

  /** It could not be opened: reported once, and retried. */
  #unreachable(): void {
    if (this.#told === 'nothing' && !this.#stopped.signal.aborted) this.#tellClosed()
  }

  #tellClosed(): void {
    this.#told = 'closed'
    this.#deliver({ kind: 'relayClosed', relay: this.#relay })
  }
}

const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
