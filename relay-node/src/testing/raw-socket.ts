/** Sockets to a relay below libp2p, for tests that send malformed bytes. */
import { type Socket, connect } from 'node:net'

export interface RawSocket {
  readonly socket: Socket
  readonly write: (bytes: Uint8Array | string) => void
  /** Everything received so far, as Latin-1. */
  readonly received: () => string
  /** Resolves when the other end closed or reset it. */
  readonly closed: Promise<void>
  /** Ends it with a TCP reset. */
  readonly reset: () => void
}

/** The TCP port in a relay's multiaddr. */
export const portOf = (address: string): number => Number(/\/tcp\/(\d+)/.exec(address)?.[1])

/** Resolves when it is connected. */
export function openRawSocket(port: number): Promise<RawSocket> {
  const closed = Promise.withResolvers<void>()
  let received = ''
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1')
  })
  socket.on('error', () => {})
  socket.on('close', () => closed.resolve())
  const raw: RawSocket = {
    socket,
    write: (bytes) => void (socket.writable && socket.write(bytes)),
    received: () => received,
    closed: closed.promise,
    reset: () => void socket.resetAndDestroy(),
  }
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(raw))
    socket.once('close', () => resolve(raw))
  })
}

export const UPGRADE = [
  'GET / HTTP/1.1',
  'Host: relay',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  'Sec-WebSocket-Version: 13',
  '\r\n',
].join('\r\n')

/** A socket on which the relay has answered the upgrade to WebSocket. */
export async function openRawWebSocket(port: number): Promise<RawSocket> {
  const raw = await openRawSocket(port)
  const answered = new Promise<void>((resolve) => {
    const look = (): void => {
      if (raw.received().includes('\r\n\r\n')) resolve()
    }
    raw.socket.on('data', look)
    raw.socket.on('close', () => resolve())
  })
  raw.write(UPGRADE)
  await answered
  return raw
}

export interface FrameParts {
  /** FIN, three reserved bits and the opcode. */
  readonly first: number
  readonly payload?: Uint8Array | string
  readonly isMasked?: boolean
  /** Announces this length instead of the payload's, in 16 or 64 bits. */
  readonly claimed?: { readonly bits: 16 | 64; readonly lengthBytes: bigint }
}

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const
export const FIN = 0x80

/** The bytes of one WebSocket frame, valid or not. */
export function webSocketFrame({ first, payload = '', isMasked = true, claimed }: FrameParts): Uint8Array {
  const body = Buffer.from(payload)
  const maskBit = isMasked ? 0x80 : 0
  const short = body.length < 126 ? Buffer.from([first, maskBit | body.length]) : Buffer.from([first, maskBit | 126, body.length >> 8, body.length & 0xff])
  const mask = isMasked ? Buffer.from([1, 2, 3, 4]) : Buffer.alloc(0)
  const masked = isMasked ? body.map((byte, i) => byte ^ ((i % 4) + 1)) : body
  return Buffer.concat([claimed === undefined ? short : claimedHeader(first, maskBit, claimed), mask, masked])
}

function claimedHeader(first: number, maskBit: number, claimed: NonNullable<FrameParts['claimed']>): Buffer {
  const header = Buffer.alloc(claimed.bits === 16 ? 4 : 10)
  header[0] = first
  header[1] = maskBit | (claimed.bits === 16 ? 126 : 127)
  if (claimed.bits === 16) header.writeUInt16BE(Number(claimed.lengthBytes), 2)
  else header.writeBigUInt64BE(claimed.lengthBytes, 2)
  return header
}
