/**
 * All sessions with peers, at most one each: who opens it, and what is closed afterwards.
 *
 * If both ends open a session at once, that of the smaller peer id is kept. A session that a peer opens while we
 * think that we have one replaces it: the peer knows better that ours is dead.
 *
 * Not this layer's concern: what the frames contain, and whether a peer should have a session (the machine hangs up).
 */
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import type { NetworkEvent, PeerPath } from '@sotto/engine'
import type { Multiaddr } from '@multiformats/multiaddr'
import { equalBytes } from '@sotto/wire'
import { circuitAddresses } from './addresses.ts'
import { FrameStream } from './frame-stream.ts'
import type { LineWatch } from './line-watch.ts'
import { type Carrier, FRAME, framed, pathOf, PeerSession, SESSION_ID_BYTES, type SessionEnd } from './peer-session.ts'
import { MOST_SESSIONS, PEER_PROTOCOL, PEER_STREAM } from './protocols.ts'
import { goesThroughTurn } from './turn-path.ts'
import { jittered, type NetworkTiming, pause } from './timing.ts'
import { Upgrades } from './upgrades.ts'

export interface PeersInit {
  readonly node: Libp2p
  readonly lines: LineWatch
  readonly timing: NetworkTiming
  /** Whether to upgrade circuits to WebRTC. */
  readonly webRTC: boolean
  readonly deliver: (event: NetworkEvent) => void
  /** A session runs on this direct connection now. */
  readonly becameDirect: (connection: Connection) => void
  /** Whether this peer id is a relay that is wanted. */
  readonly isRelay: (peer: string) => boolean
}

interface Opening {
  readonly id: Uint8Array
  readonly cancel: AbortController
}

export class Peers {
  readonly #node: Libp2p
  readonly #lines: LineWatch
  readonly #ownPeer: string
  readonly #timing: NetworkTiming
  readonly #upgrades: Upgrades | undefined
  readonly #deliver: (event: NetworkEvent) => void
  readonly #becameDirect: (connection: Connection) => void
  readonly #isRelay: (peer: string) => boolean
  readonly #sessions = new Map<string, PeerSession>()
  readonly #openings = new Map<string, Opening>()
  /** A session that the peer says it abandoned for ours: its `open` may still be in flight on another connection. */
  readonly #givenUp = new Map<string, Uint8Array>()
  /** The path that was told last, where it has changed since the session began. */
  readonly #told = new WeakMap<PeerSession, PeerPath>()
  readonly #stopped = new AbortController()

  get #isStopped(): boolean {
    return this.#stopped.signal.aborted
  }

  constructor(init: PeersInit) {
    this.#node = init.node
    this.#lines = init.lines
    this.#ownPeer = init.node.peerId.toString()
    this.#timing = init.timing
    this.#upgrades = init.webRTC ? new Upgrades(init.node, init.timing, (connection) => this.#newCarrier(connection)) : undefined
    this.#deliver = init.deliver
    this.#becameDirect = init.becameDirect
    this.#isRelay = init.isRelay
  }

  async start(): Promise<void> {
    await this.#node.handle(PEER_PROTOCOL, (stream, connection) => this.#accept(stream, connection), {
      runOnLimitedConnection: true,
      maxInboundStreams: 8,
    })
  }

  /** Opens a session unless there is one. Silent if it cannot: the machine asks again. */
  dial(peer: string, addresses: readonly string[]): void {
    if (this.#isStopped || peer === this.#ownPeer || this.#sessions.has(peer) || this.#openings.has(peer)) return
    void this.#open(peer, circuitAddresses(addresses, peer))
  }

  hangUp(peer: string): void {
    this.#openings.get(peer)?.cancel.abort()
    const session = this.#sessions.get(peer)
    if (session === undefined) return
    void session.hangUp(this.#timing.goodbyeMs).then(() => this.#disconnect(peer))
  }

  send(peer: string, frame: Uint8Array): void {
    this.#sessions.get(peer)?.send(frame)
  }

  /** From now on this peer may learn our network addresses, or may no longer. Forgotten when its session ends. */
  allowDirect(peer: string, isAllowed: boolean): void {
    this.#sessions.get(peer)?.allowDirect(isAllowed)
  }

  /** Whether this peer may learn our network addresses. */
  isDirectAllowed(peer: string): boolean {
    return this.#sessions.get(peer)?.isDirectAllowed === true
  }

  /** The connection that a peer's frames leave on. */
  connection(peer: string): Connection | undefined {
    return this.#sessions.get(peer)?.connection
  }

  /** The same, if it is direct and open. */
  directConnection(peer: string): Connection | undefined {
    const connection = this.connection(peer)
    return connection !== undefined && connection.direct && connection.status === 'open' ? connection : undefined
  }

  get peers(): readonly string[] {
    return [...this.#sessions.keys()]
  }

  /**
   * Housekeeping. Once a session is direct and settled, its peer keeps that one connection. The circuit is closed, and so
   * are the ghosts of older connections, on which gossip would keep its stream (@libp2p/webrtc 6.0). So is a peer that
   * has had no session with us for a while and is not a relay in use.
   */
  tick(nowMs: number): void {
    const connections = this.#node.getConnections()
    for (const connection of connections) {
      const peer = connection.remotePeer.toString()
      const session = this.#sessions.get(peer)
      const ageMs = nowMs - connection.timeline.open
      if (session === undefined) {
        const isInUse = this.#openings.has(peer) || this.#isRelay(peer) || isRelayOf(peer, connections)
        if (!isInUse && ageMs >= this.#timing.strangerMs) void this.#close(connection)
      } else if (session.path === 'direct' && !session.isMoving && session.connection !== connection) {
        if (!connection.direct || ageMs >= this.#timing.openMs) void this.#close(connection)
      }
    }
    for (const [peer, session] of this.#sessions) {
      this.#upgrades?.tick(session, nowMs)
      void this.#lookAtPath(peer, session)
    }
  }

  /** Says goodbye to all peers. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    for (const opening of this.#openings.values()) opening.cancel.abort()
    await Promise.all([...this.#sessions.values()].map((session) => session.hangUp(this.#timing.goodbyeMs)))
  }

  async #open(peer: string, addresses: readonly Multiaddr[]): Promise<void> {
    const opening: Opening = { id: crypto.getRandomValues(new Uint8Array(SESSION_ID_BYTES)), cancel: new AbortController() }
    this.#openings.set(peer, opening)
    try {
      for (const connect of this.#waysTo(peer, addresses, opening)) {
        const carrier = await this.#tryOpen(connect, opening)
        if (carrier === undefined) continue
        if (this.#isStopped || opening.cancel.signal.aborted) {
          carrier.frames.abort()
          return
        }
        this.#begin(peer, opening.id, true, carrier)
        return
      }
    } finally {
      if (this.#openings.get(peer) === opening) this.#openings.delete(peer)
    }
  }

  /** Existing connections, direct ones first, and then the relay. */
  #waysTo(peer: string, addresses: readonly Multiaddr[], opening: Opening): readonly (() => Promise<Connection>)[] {
    const open = this.#connections(peer).toSorted((a, b) => Number(b.direct) - Number(a.direct))
    const ways = open.map((connection) => () => Promise.resolve(connection))
    if (addresses.length === 0) return ways
    const signal = AbortSignal.any([opening.cancel.signal, AbortSignal.timeout(this.#timing.dialMs)])
    return [...ways, () => this.#node.dial([...addresses], { signal })]
  }

  async #tryOpen(connect: () => Promise<Connection>, opening: Opening): Promise<Carrier | undefined> {
    if (opening.cancel.signal.aborted) return undefined
    let connection: Connection | undefined
    const askedAtMs = Date.now()
    try {
      connection = await connect()
      const carrier = await this.#newCarrier(connection)
      if (opening.cancel.signal.aborted) carrier.frames.abort()
      else if (await this.#isAccepted(carrier, opening)) return carrier
      return undefined
    } catch {
      // A connection that claims to be open, with no stream in time and nothing else heard, is a ghost.
      if (connection?.direct === true && !this.#lines.hasHeard(connection, askedAtMs)) connection.abort(new Error('the connection does not answer'))
      return undefined
    }
  }

  async #newCarrier(connection: Connection): Promise<Carrier> {
    const signal = AbortSignal.timeout(this.#timing.openMs)
    const stream = await connection.newStream(PEER_PROTOCOL, { runOnLimitedConnection: true, signal })
    return { frames: new FrameStream(stream, PEER_STREAM), connection }
  }

  #isAccepted(carrier: Carrier, opening: Opening): Promise<boolean> {
    const peer = carrier.connection.remotePeer.toString()
    return new Promise((resolve) => {
      const answer = (isAccepted: boolean): void => {
        clearTimeout(timer)
        opening.cancel.signal.removeEventListener('abort', refuse)
        // What follows the answer, maybe in the same chunk, is for the session, which listens a moment later.
        if (isAccepted) carrier.frames.hold()
        else carrier.frames.abort()
        resolve(isAccepted)
      }
      const refuse = (): void => answer(false)
      const timer = setTimeout(refuse, this.#timing.openMs)
      opening.cancel.signal.addEventListener('abort', refuse)
      carrier.frames.listen({
        frame: (frame) => {
          if (frame[0] === FRAME.accept && frame.length > 1) this.#givenUp.set(peer, frame.slice(1))
          answer(frame[0] === FRAME.accept)
        },
        closed: refuse,
      })
      carrier.frames.send(framed(FRAME.open, opening.id))
    })
  }

  /** A peer opened a stream. Its first frame says what for. */
  #accept(stream: Stream, connection: Connection): void {
    const carrier: Carrier = { frames: new FrameStream(stream, PEER_STREAM), connection }
    const timer = setTimeout(() => carrier.frames.abort(), this.#timing.openMs)
    carrier.frames.listen({
      frame: (frame) => {
        clearTimeout(timer)
        const peer = connection.remotePeer.toString()
        const session = frame.slice(1)
        if (session.length !== SESSION_ID_BYTES || this.#isStopped) carrier.frames.abort()
        else if (frame[0] === FRAME.open) this.#acceptOpen(peer, session, carrier)
        else if (frame[0] === FRAME.move) this.#acceptMove(peer, session, carrier)
        else carrier.frames.abort()
      },
      closed: () => clearTimeout(timer),
    })
  }

  #acceptOpen(peer: string, id: Uint8Array, carrier: Carrier): void {
    const opening = this.#openings.get(peer)
    const before = this.#sessions.get(peer)
    const givenUp = this.#givenUp.get(peer)
    const isGivenUp = givenUp !== undefined && equalBytes(givenUp, id)
    const isOurs = opening !== undefined && this.#ownPeer < peer
    if (isGivenUp || isOurs || (before === undefined && this.#sessions.size >= MOST_SESSIONS)) {
      carrier.frames.send(framed(FRAME.refuse))
      void carrier.frames.finish(this.#timing.openMs)
      return
    }
    opening?.cancel.abort()
    before?.end('replaced')
    carrier.frames.send(framed(FRAME.accept, opening?.id))
    this.#begin(peer, id, false, carrier)
  }

  #acceptMove(peer: string, id: Uint8Array, carrier: Carrier): void {
    const session = this.#sessions.get(peer)
    if (session === undefined) carrier.frames.abort()
    else session.acceptMove(carrier, id)
  }

  #begin(peer: string, id: Uint8Array, isInitiator: boolean, carrier: Carrier): void {
    const session = new PeerSession({
      id,
      isInitiator,
      carrier,
      timing: this.#timing,
      events: {
        frameReceived: (frame) => this.#deliver({ kind: 'peerFrameReceived', peer, frame }),
        pathChanged: (path) => {
          this.#told.set(session, path)
          this.#deliver({ kind: 'peerPathChanged', peer, path })
          this.#announceDirect(session)
        },
        ended: (reason) => this.#ended(peer, session, reason),
      },
    })
    this.#sessions.set(peer, session)
    if (!isInitiator) this.#openings.get(peer)?.cancel.abort()
    this.#deliver({ kind: 'peerOpened', peer, path: pathOf(carrier.connection), initiator: isInitiator })
    session.ready()
    this.#announceDirect(session)
    if (isInitiator) void this.#upgrades?.run(session)
  }

  /** Says where a direct connection begins to go through a TURN server, or no longer does: ICE may find a better way later. */
  async #lookAtPath(peer: string, session: PeerSession): Promise<void> {
    if (session.path !== 'direct') return
    const { connection } = session
    const isTurn = await goesThroughTurn(connection)
    const path = isTurn === true ? 'turn' : 'direct'
    const isCurrent = this.#sessions.get(peer) === session && session.path === 'direct' && session.connection === connection
    if (isTurn === undefined || !isCurrent || path === (this.#told.get(session) ?? 'direct')) return
    this.#told.set(session, path)
    this.#deliver({ kind: 'peerPathChanged', peer, path })
  }

  #announceDirect(session: PeerSession): void {
    if (session.path === 'direct') this.#becameDirect(session.connection)
  }

  #ended(peer: string, session: PeerSession, reason: SessionEnd): void {
    if (this.#sessions.get(peer) !== session) return
    this.#sessions.delete(peer)
    this.#givenUp.delete(peer)
    this.#deliver({ kind: 'peerClosed', peer })
    // The machine may have dialled again when it learned of it.
    if (this.#isStopped || this.#sessions.has(peer) || this.#openings.has(peer)) return
    if (reason === 'goodbye') this.#disconnect(peer)
    // Frames may be missing, but there may be a connection. A new session lets both ends compare what they have.
    if (reason === 'lost' && session.isInitiator && this.#connections(peer).length > 0) void this.#reopen(peer, session)
  }

  async #reopen(peer: string, lost: PeerSession): Promise<void> {
    const livedMs = Date.now() - lost.beganAtMs
    if (livedMs < this.#timing.reopenMs) await pause(jittered(this.#timing.reopenMs), this.#stopped.signal)
    if (!this.#isStopped && !this.#sessions.has(peer) && !this.#openings.has(peer)) await this.#open(peer, [])
  }

  #connections(peer: string): readonly Connection[] {
    return this.#node.getConnections().filter((connection) => connection.remotePeer.toString() === peer && connection.status === 'open')
  }

  #disconnect(peer: string): void {
    if (this.#sessions.has(peer) || this.#openings.has(peer)) return
    for (const connection of this.#connections(peer)) void this.#close(connection)
  }

  async #close(connection: Connection): Promise<void> {
    try {
      await connection.close({ signal: AbortSignal.timeout(this.#timing.goodbyeMs) })
    } catch {
      connection.abort(new Error('the connection did not close in time'))
    }
  }
}

/** Whether one of these connections is a circuit through that peer. */
const isRelayOf = (peer: string, connections: readonly Connection[]): boolean =>
  connections.some((connection) => !connection.direct && connection.remoteAddr.toString().includes(`/p2p/${peer}/p2p-circuit`))
