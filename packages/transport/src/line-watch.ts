/**
 * Finds connections that no longer answer, and closes them.
 *
 * Each is pinged. The answer waits behind what was sent before the ping, and on a slow line that takes time. So it is
 * waited for longer: by the time that a slow line needs for the bytes that no earlier answer has confirmed. Anything
 * that arrives meanwhile is a sign of life. A connection on which bytes move is never closed.
 */
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { type NetworkTiming, pause } from './timing.ts'

const PING_PROTOCOL = '/ipfs/ping/1.0.0'
const PING_BYTES = 32

/** What was observed of one connection. */
interface Line {
  sentBytes: number
  /** Those of them that an answer has shown to have arrived. */
  provenBytes: number
  heardAtMs: number
  isPinged: boolean
}

/** What bytes pass through in @libp2p/utils 7: a raw connection or a stream. */
interface Pipe {
  onData: (data: { readonly byteLength: number }) => void
  sendData: (data: { readonly byteLength: number }) => { readonly sentBytes: number }
}

/** The internals of a connection that are used here. */
interface ConnectionParts {
  readonly maConn: Pipe & { readonly peerConnection?: unknown }
  readonly muxer: {
    readonly streams: readonly Stream[]
    cleanUpStream: (stream: Stream) => void
    /** Yamux has a ping of its own; the channels of WebRTC have none. One at a time. */
    readonly ping?: (options: { readonly signal: AbortSignal }) => Promise<unknown>
  }
}

/** How long a connection may be silent after a ping: the time of its kind, and the time of the bytes before the ping. */
export const patienceMs = (timing: NetworkTiming, waitMs: number, aheadBytes: number): number =>
  Math.min(waitMs + (aheadBytes / timing.slowestBytesPerSecond) * 1_000, Math.max(waitMs, timing.patienceMostMs))

export class LineWatch {
  readonly #node: Libp2p
  readonly #timing: NetworkTiming
  readonly #answered: (connection: Connection, ms: number) => void
  readonly #lines = new WeakMap<Connection, Line>()
  readonly #stopped = new AbortController()

  /** `answered` hears how long the other end took to answer a ping. */
  constructor(node: Libp2p, timing: NetworkTiming, answered: (connection: Connection, ms: number) => void = () => {}) {
    this.#node = node
    this.#timing = timing
    this.#answered = answered
  }

  start(): void {
    this.#node.addEventListener('connection:open', ({ detail }) => this.#watch(detail))
    for (const connection of this.#node.getConnections()) this.#watch(connection)
    const pings = setInterval(() => this.#pingAll(), this.#timing.pingEveryMs)
    this.#stopped.signal.addEventListener('abort', () => clearInterval(pings))
  }

  stop(): void {
    this.#stopped.abort()
  }

  /** Whether anything arrived on a connection since then. */
  hasHeard(connection: Connection, sinceMs: number): boolean {
    return (this.#lines.get(connection)?.heardAtMs ?? 0) >= sinceMs
  }

  #watch(connection: Connection): void {
    if (this.#lines.has(connection)) return
    const line: Line = { sentBytes: 0, provenBytes: 0, heardAtMs: Date.now(), isPinged: false }
    this.#lines.set(connection, line)
    const { maConn, muxer } = partsOf(connection)
    // WebRTC has no bytes below its streams.
    if (maConn.peerConnection === undefined) count(maConn, line)
    else countStreams(muxer, line)
  }

  #pingAll(): void {
    for (const connection of this.#node.getConnections()) {
      const line = this.#lines.get(connection)
      if (line !== undefined && !line.isPinged && connection.status === 'open') void this.#ping(connection, line)
    }
  }

  async #ping(connection: Connection, line: Line): Promise<void> {
    line.isPinged = true
    const askedAtMs = Date.now()
    const sentBefore = line.sentBytes
    const over = new AbortController()
    const signal = AbortSignal.any([over.signal, this.#stopped.signal])
    // Refused, or cut off with the connection: nothing to wait for, and not a silence.
    const settled = pingOnce(connection, signal)
      .then(
        (ms) => {
          line.provenBytes = Math.max(line.provenBytes, sentBefore)
          this.#answered(connection, ms)
        },
        () => {},
      )
      .then(() => over.abort())
    while (!signal.aborted) {
      const leftMs = Math.max(askedAtMs, line.heardAtMs) + this.#patienceMs(connection, line) - Date.now()
      if (leftMs <= 0) {
        connection.abort(new Error('the connection does not answer'))
        over.abort()
      }
      await pause(leftMs, signal)
    }
    await settled
    line.isPinged = false
  }

  #patienceMs(connection: Connection, line: Line): number {
    const { pingTimeoutMs, relayPingTimeoutMs, circuitPingTimeoutMs } = this.#timing
    const isWebRTC = partsOf(connection).maConn.peerConnection !== undefined
    const waitMs = isWebRTC ? pingTimeoutMs : connection.direct ? relayPingTimeoutMs : circuitPingTimeoutMs
    return patienceMs(this.#timing, waitMs, line.sentBytes - line.provenBytes)
  }
}

/**
 * Resolves with the answer: how long it took, ms. Rejects if it fails for another reason than time. Where the multiplexer can
 * ping it does: a stream for each ping, which both ends negotiate, is most of what an idle client costs a relay.
 */
export async function pingOnce(connection: Connection, signal: AbortSignal): Promise<number> {
  const { muxer } = partsOf(connection)
  if (muxer.ping === undefined) return pingOnStream(connection, signal)
  const askedAtMs = performance.now()
  await muxer.ping({ signal })
  return Math.round(performance.now() - askedAtMs)
}

/** How long the answer took, without opening the stream. */
async function pingOnStream(connection: Connection, signal: AbortSignal): Promise<number> {
  const stream = await connection.newStream(PING_PROTOCOL, { signal, runOnLimitedConnection: true })
  const askedAtMs = performance.now()
  try {
    await new Promise<void>((resolve, reject) => {
      let heardBytes = 0
      stream.addEventListener('message', ({ data }) => {
        heardBytes += data.byteLength
        if (heardBytes >= PING_BYTES) resolve()
      })
      stream.addEventListener('close', () => reject(new Error('the ping was cut off')))
      signal.addEventListener('abort', () => reject(new Error('the ping is over')))
      stream.send(crypto.getRandomValues(new Uint8Array(PING_BYTES)))
    })
    const tookMs = performance.now() - askedAtMs
    await stream.close({ signal })
    return Math.round(tookMs)
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error('the ping failed'))
    throw error
  }
}

function count(pipe: Pipe, line: Line): void {
  const [onData, sendData] = [pipe.onData.bind(pipe), pipe.sendData.bind(pipe)]
  pipe.onData = (data) => {
    line.heardAtMs = Date.now()
    onData(data)
  }
  pipe.sendData = (data) => {
    const sent = sendData(data)
    line.sentBytes += sent.sentBytes
    return sent
  }
}

function countStreams(muxer: ConnectionParts['muxer'], line: Line): void {
  const countStream = (stream: Stream): void => count(stream as unknown as Pipe, line)
  for (const stream of muxer.streams) countStream(stream)
  const cleanUpStream = muxer.cleanUpStream.bind(muxer)
  muxer.cleanUpStream = (stream) => {
    countStream(stream)
    cleanUpStream(stream)
  }
}

function partsOf(connection: Connection): ConnectionParts {
  const parts = connection as unknown as Partial<ConnectionParts>
  if (typeof parts.maConn?.sendData !== 'function' || typeof parts.muxer?.cleanUpStream !== 'function') {
    throw new Error('libp2p has changed: its connections have no parts as we know them')
  }
  return parts as ConnectionParts
}
