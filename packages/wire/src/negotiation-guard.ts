/**
 * Bounds what a peer says while it is agreed what a connection or a stream is for, and in the first message of libp2p's own protocols.
 *
 * @libp2p/utils 7.4 reads a message's length byte by byte until it ends, however long it is, and @libp2p/multistream-select 7.0 answers
 * every line until one of them is a protocol. Both go through all that has come without giving the event loop a turn: 100 KiB that
 * say nothing hold a process up for a second, before anything is known of who sent them.
 *
 * It knows libp2p's objects by the few parts that are used here, so that both ends can use it.
 */
import { LIMITS } from './limits.ts'

/** Of a connection or a stream of libp2p: what comes passes `onData`; what came before anything listens is in `readBuffer`. */
interface Pipe {
  onData: (data: Bytes) => void
  readonly readBuffer: Bytes
  readonly abort: (fault: Error) => void
}
/** Bytes in one piece or in several. */
type Bytes = Uint8Array | Iterable<Uint8Array>

/** Of a multiplexer: where the other end's streams come in, and one's own come up. */
interface Muxer {
  onRemoteStream: (stream: object) => void
  createStream: (options?: object) => PromiseLike<object>
  readonly earlyStreams: readonly object[]
}

const HEADER = '/multistream/1.0.0'
const NOT_AVAILABLE = 'na'
/** Of two bytes each, as multistream-select has it: a line is at most 1,024 bytes. */
const LINE_PREFIX_BYTES = 2
const LINE_BYTES = 1_024
/** Of four bytes: more than any buffer takes. */
const MESSAGE_PREFIX_BYTES = 4

/** Protocols of libp2p that begin with messages that have their length before them, and how many of those are looked at. */
const FRAMED: Readonly<Record<string, number>> = {
  '/libp2p/circuit/relay/0.2.0/hop': 1,
  '/libp2p/circuit/relay/0.2.0/stop': 1,
  '/ipfs/id/1.0.0': 1,
  '/webrtc-signaling/0.0.1': Infinity,
}

export type GuardVerdict = 'more' | 'over' | 'bad'

/**
 * Looks at bytes as they come, until it is agreed what they are for: `over` from then on, and `bad` where the pipe is to be ended.
 *
 * @param isLast whether this line ends the negotiation: a protocol that this end has, or the one that it asked for
 */
export function createNegotiationGuard(isLast: (line: string) => boolean): (chunk: Uint8Array) => GuardVerdict {
  let lines = 0
  /** Messages of the agreed protocol that are still looked at; null: nothing is agreed. */
  let messages: number | null = null
  let prefixBytes = 0
  let length = 0
  /** What is missing of the line or message; null: its length is being read. */
  let missing: number | null = null
  let line = ''

  const end = (): void => {
    missing = null
    prefixBytes = 0
    length = 0
    if (messages !== null) {
      messages -= 1
      return
    }
    const said = line.trimEnd()
    line = ''
    if (isLast(said)) messages = FRAMED[said] ?? 0
  }

  const readLength = (byte: number): boolean => {
    length += (byte & 0x7f) * 2 ** (7 * prefixBytes)
    prefixBytes += 1
    if (byte >= 0x80) return prefixBytes < (messages === null ? LINE_PREFIX_BYTES : MESSAGE_PREFIX_BYTES)
    missing = length
    if (messages !== null) return true
    lines += 1
    return length > 0 && length <= LINE_BYTES && lines <= LIMITS.negotiationLines
  }

  return (chunk) => {
    for (let at = 0; at < chunk.length;) {
      if (messages === 0) return 'over'
      if (missing === null) {
        if (!readLength(chunk[at] ?? 0)) return 'bad'
        at += 1
      } else {
        const part = chunk.subarray(at, at + missing)
        // Lines are ASCII; what is not is no protocol.
        if (messages === null) line += String.fromCharCode(...part)
        at += part.length
        missing -= part.length
      }
      if (missing === 0) end()
    }
    return messages === 0 ? 'over' : 'more'
  }
}

/**
 * Ends the pipe where what comes breaks these bounds, before anybody reads it.
 *
 * @param isLast as `createNegotiationGuard` has it
 * @param end ends more than the pipe
 */
function guardNegotiation(of: object, isLast: (line: string) => boolean, end?: (fault: Error) => void): void {
  const pipe = of as Partial<Pipe>
  const { onData, readBuffer, abort } = pipe
  if (onData === undefined || readBuffer === undefined || abort === undefined)
    throw new Error('@libp2p/utils has changed: its streams have no parts as we know them')
  const look = createNegotiationGuard(isLast)
  let verdict: GuardVerdict = 'more'
  const mayPass = (data: Bytes): boolean => {
    for (const chunk of data instanceof Uint8Array ? [data] : data) if (verdict === 'more') verdict = look(chunk)
    if (verdict !== 'bad') return true
    const fault = new Error('a negotiation beyond all bounds')
    abort.call(pipe, fault)
    end?.(fault)
    return false
  }
  if (!mayPass(readBuffer)) return
  pipe.onData = (data) => {
    if (verdict === 'over' || (verdict === 'more' && mayPass(data))) onData.call(pipe, data)
  }
}

/** Whether a line of the other end's ends a negotiation that this end began: the protocol that it takes. */
const isTaken = (line: string): boolean => line !== HEADER && line !== NOT_AVAILABLE

/** Of a connection that is open. One without a multiplexer has no streams. */
interface Connection {
  readonly muxer?: object
  readonly abort: (fault: Error) => void
}

/**
 * Bounds the negotiations of all streams of a connection, from when it is open. One that breaks them ends the connection: no client of
 * ours does, and the next stream would cost as much.
 *
 * @param protocols those that this end has at the moment
 */
export function guardStreams(of: object, protocols: () => readonly string[]): void {
  const connection = of as Connection
  const { muxer } = connection
  if (muxer === undefined) return
  const end = (fault: Error): void => connection.abort(fault)
  const parts = muxer as Partial<Muxer>
  const { onRemoteStream, createStream, earlyStreams } = parts
  if (onRemoteStream === undefined || createStream === undefined || earlyStreams === undefined)
    throw new Error('@libp2p/utils has changed: its multiplexers have no parts as we know them')
  const guardRemote = (stream: object): void => guardNegotiation(stream, (line) => protocols().includes(line), end)
  for (const stream of earlyStreams) guardRemote(stream)
  parts.onRemoteStream = (stream) => {
    guardRemote(stream)
    onRemoteStream.call(muxer as Muxer, stream)
  }
  parts.createStream = (options) =>
    createStream.call(muxer as Muxer, options).then((stream) => {
      guardNegotiation(stream, isTaken, end)
      return stream
    })
}

/** Of an encrypter of connections. */
interface Encrypter {
  secureInbound: Secure
  secureOutbound: Secure
}
type Secure = (connection: object, options?: object) => PromiseLike<{ readonly connection: object }>

const ENCRYPTION = '/noise'
const MULTIPLEXER = '/yamux/1.0.0'

/** Bounds the first negotiation of a connection: what encrypts it. */
export const guardConnection = (connection: object): void => guardNegotiation(connection, (line) => line === ENCRYPTION)

/** Bounds the second one, of what multiplexes it, which is left out where both ends say so while they encrypt. */
export function guardEncrypted<E extends object>(encrypter: E): E {
  const parts = encrypter as Partial<Encrypter>
  for (const way of ['secureInbound', 'secureOutbound'] as const) {
    const secure = parts[way]
    if (secure === undefined) throw new Error('@libp2p/noise has changed: it has no parts as we know them')
    parts[way] = (connection, options) =>
      secure.call(encrypter as Encrypter, connection, options).then((secured) => {
        // Where a multiplexer is agreed already, what comes are its own frames.
        if ((secured as { readonly streamMuxer?: object }).streamMuxer === undefined) guardNegotiation(secured.connection, (line) => line === MULTIPLEXER)
        return secured
      })
  }
  return encrypter
}
