/** What a stranger may send below libp2p, over real sockets to a real relay: it costs the stranger its socket, and other clients nothing. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Stream } from '@libp2p/interface'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { type Primitives, loadPrimitives } from '@sotto/crypto/primitives'
import { LIMITS, concat } from '@sotto/wire'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { RELAY_LIMITS } from './relay-limits.ts'
import { serves } from './testing/honest-client.ts'
import { endAll } from './testing/left-behind.ts'
import { startPlainNode } from './testing/plain-node.ts'
import { FIN, OPCODE, type RawSocket, UPGRADE, openRawSocket, openRawWebSocket, portOf, webSocketFrame } from './testing/raw-socket.ts'
import { type RelayProcess, onAnyPort, startRelayProcess } from './testing/relay-process.ts'

let primitives: Primitives
let relay: RelayProcess
let folder: string
beforeAll(async () => {
  primitives = await loadPrimitives()
  folder = mkdtempSync(join(tmpdir(), 'sotto-hostile-'))
  relay = await startRelayProcess({ words: onAnyPort(folder) })
})
afterEach(endAll)
afterAll(async () => {
  await relay.end()
  rmSync(folder, { recursive: true })
})

const address = (): string => relay.listening?.addresses[0] ?? ''
const healthPort = (): number => Number(new URL(relay.listening?.http ?? '').port)

/** The same relay serves an honest client, which redials as clients do: the test has used up its address's dials of a second. */
async function expectServed(served: RelayProcess): Promise<void> {
  const isServed = (): Promise<boolean> => serves(served.listening?.addresses[0] ?? '', primitives).catch(() => false)
  await expect.poll(isServed, { timeout: 20_000, interval: 500 }).toBe(true)
  expect(served.child.exitCode).toBeNull()
}

const frame = webSocketFrame
const closing = (code: number, reason = ''): Uint8Array => {
  const payload = Buffer.alloc(2 + reason.length)
  payload.writeUInt16BE(code)
  payload.write(reason, 2, 'latin1')
  return frame({ first: FIN | OPCODE.close, payload })
}
const ofLength = (bits: 16 | 64, lengthBytes: bigint, first: number = FIN | OPCODE.binary): Uint8Array => frame({ first, claimed: { bits, lengthBytes } })

const BAD_FRAMES: readonly (readonly [string, readonly Uint8Array[]])[] = [
  ['not masked', [frame({ first: FIN | OPCODE.binary, payload: 'x', isMasked: false })]],
  ['with the first reserved bit', [frame({ first: FIN | 0x40 | OPCODE.binary, payload: 'x' })]],
  ['with the second reserved bit', [frame({ first: FIN | 0x20 | OPCODE.binary, payload: 'x' })]],
  ['with the third reserved bit', [frame({ first: FIN | 0x10 | OPCODE.binary, payload: 'x' })]],
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, Uint8Array[]] => [`with opcode ${opcode}`, [frame({ first: FIN | opcode, payload: 'x' })]]),
  ['of a length above 2⁵³', [ofLength(64, 2n ** 63n)]],
  ['of all ones as length', [ofLength(64, 2n ** 64n - 1n)]],
  ['of 95 MiB', [ofLength(64, 95n * 2n ** 20n)]],
  ['just above the limit', [ofLength(64, BigInt(LIMITS.frameBytes) + 1n)]],
  ['that is a ping of 126 bytes', [ofLength(16, 126n, FIN | OPCODE.ping)]],
  ['that is a pong of 64 bits', [ofLength(64, 70_000n, FIN | OPCODE.pong)]],
  ['that is a ping in pieces', [frame({ first: OPCODE.ping, payload: 'x' })]],
  ['that is a closing in pieces', [frame({ first: OPCODE.close, payload: 'xx' })]],
  ['that closes with one byte', [frame({ first: FIN | OPCODE.close, payload: 'x' })]],
  ...[0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535].map((code): [string, Uint8Array[]] => [`that closes with ${code}`, [closing(code)]]),
  ['that closes with a reason that is not UTF-8', [closing(1000, '\xff\xfe')]],
  ['with text that is not UTF-8', [frame({ first: FIN | OPCODE.text, payload: Uint8Array.of(0xc3, 0x28) })]],
  ['that continues nothing', [frame({ first: FIN | OPCODE.continuation, payload: 'x' })]],
  ['that begins again in the middle of another', [frame({ first: OPCODE.binary, payload: 'x' }), frame({ first: FIN | OPCODE.binary, payload: 'x' })]],
  ['of too many pieces', [frame({ first: OPCODE.binary, payload: 'x' }), ...Array.from({ length: 2_000 }, () => frame({ first: OPCODE.continuation }))]],
  [
    'whose pieces are too large together',
    Array.from({ length: 3 }, (_, i) => frame({ first: i === 0 ? OPCODE.binary : OPCODE.continuation, payload: new Uint8Array(40_000) })),
  ],
]

test('a bad WebSocket frame ends its connection, and the relay keeps serving', async () => {
  for (const [, frames] of BAD_FRAMES) {
    const raw = await openRawWebSocket(portOf(address()))
    expect(raw.received()).toContain('101 Switching Protocols')
    for (const bytes of frames) raw.write(bytes)
    await raw.closed
  }
  await expectServed(relay)
})

const HALF_FRAMES: readonly Uint8Array[] = [
  Uint8Array.of(FIN | OPCODE.binary),
  frame({ first: FIN | OPCODE.binary, claimed: { bits: 64, lengthBytes: 60_000n }, payload: 'and no more' }),
  frame({ first: OPCODE.binary, payload: 'unfinished' }),
  frame({ first: FIN | OPCODE.text, payload: '\x13/multistream/1.0.0' }),
  frame({ first: FIN | OPCODE.binary, payload: '\x13/multistream/1.0.0\n\x07/noise\n' }),
  frame({ first: FIN | OPCODE.binary, payload: '\x13/multistream/1.0.0\n\x07/noise\n\xff\xff' }),
  frame({ first: FIN | OPCODE.ping, payload: 'x' }),
  closing(1000),
]
const HALF_REQUESTS: readonly string[] = [
  'G',
  'GET / HTTP/1.1\r\nHost: relay\r\n',
  UPGRADE.slice(0, -2),
  UPGRADE.replace('AAAAAAAAAAAAAAAAAAAAAA==', '?'),
  UPGRADE.replace('Version: 13', 'Version: 99'),
  UPGRADE.replace('Upgrade: websocket', 'Upgrade: h2c'),
  UPGRADE.replace('GET', 'POST'),
  UPGRADE.replace('\r\n\r\n', '\r\nSec-WebSocket-Protocol: ,,\r\n\r\n'),
  UPGRADE.replace('\r\n\r\n', '\r\nSec-WebSocket-Extensions: ;;=\r\n\r\n'),
  'CONNECT relay:1 HTTP/1.1\r\nHost: relay\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: relay\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  'GET / HTTP/1.1\r\nHost: relay\r\nExpect: everything\r\n\r\n',
  'no HTTP at all\r\n\r\n',
  `GET / HTTP/1.1\r\nHost: relay\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`,
  '\x00\x01\x02',
  '\x16\x03\x01\x02\x00\x01\x00',
  '\x7f\xff',
  '',
]

test('half requests, garbage and silence end their socket, whether it is left open, reset or half closed', async () => {
  const open: RawSocket[] = []
  for (const port of [portOf(address()), healthPort()]) {
    for (const request of HALF_REQUESTS) {
      for (const leave of [(raw: RawSocket) => raw.reset(), (raw: RawSocket) => void raw.socket.end(), () => {}]) {
        const raw = await openRawSocket(port)
        if (request !== '') raw.write(Buffer.from(request, 'latin1'))
        leave(raw)
        if (port !== healthPort()) open.push(raw)
      }
    }
  }
  await Promise.all(open.map((raw) => raw.closed))
  await expectServed(relay)
})

test('a WebSocket that never becomes a connection is closed, whether it is left open or reset', async () => {
  const open: RawSocket[] = []
  for (const bytes of HALF_FRAMES) {
    for (const leave of [(raw: RawSocket) => raw.reset(), (raw: RawSocket) => void raw.socket.end(), () => {}]) {
      const raw = await openRawWebSocket(portOf(address()))
      raw.write(bytes)
      leave(raw)
      open.push(raw)
    }
  }
  await Promise.all(open.map((raw) => raw.closed))
  await expectServed(relay)
})

/** Where bytes can be inserted below an established connection: below Noise, below the streams, and as a WebSocket frame. */
interface Layers {
  readonly maConn: { readonly websocket: { readonly send: (bytes: Uint8Array) => void; readonly close: (code?: number) => void } }
  readonly muxer: { readonly maConn: { readonly send: (bytes: Uint8Array) => boolean } }
}

const yamuxFrame = (type: number, flags: number, stream: number, length: number): Uint8Array => {
  const header = Buffer.alloc(12)
  header.writeUInt8(type, 1)
  header.writeUInt16BE(flags, 2)
  header.writeUInt32BE(stream, 4)
  header.writeUInt32BE(length, 8)
  return header
}

const BELOW: readonly ((layers: Layers) => void)[] = [
  ({ maConn }) => maConn.websocket.send(new Uint8Array(0)),
  ({ maConn }) => maConn.websocket.send(Uint8Array.of(0, 0)),
  ({ maConn }) => maConn.websocket.send(Uint8Array.of(0, 3, 1, 2, 3)),
  ({ maConn }) => maConn.websocket.send(new Uint8Array(60_000).fill(0xff)),
  ...[
    Uint8Array.of(1),
    new Uint8Array(12).fill(0xff),
    yamuxFrame(9, 0, 1, 0),
    yamuxFrame(0, 0, 0, 5),
    yamuxFrame(0, 1, 2, 0),
    yamuxFrame(0, 1, 101, 0xffff_ffff),
    yamuxFrame(1, 1, 101, 0xffff_ffff),
    yamuxFrame(1, 15, 103, 0),
    yamuxFrame(2, 2, 0, 7),
    yamuxFrame(2, 9, 0, 7),
    yamuxFrame(3, 0, 0, 2),
    Buffer.concat([yamuxFrame(1, 1, 105, 0), yamuxFrame(0, 0, 105, 5), Buffer.from('\xff\xff\xff\xff\xff', 'latin1')]),
    Buffer.concat([yamuxFrame(1, 1, 107, 0), yamuxFrame(0, 4, 107, 20), Buffer.from('\x13/multistream/1.0.0\n'), yamuxFrame(1, 8, 107, 0)]),
  ].map(
    (bytes) =>
      ({ muxer }: Layers) =>
        void muxer.maConn.send(bytes),
  ),
]

test('bytes below the streams of an established connection affect no other client', async () => {
  for (const speak of BELOW) {
    const node = await startPlainNode()
    const connection = await node.dial(multiaddr(address()))
    const ended = new Promise((resolve) => connection.addEventListener('close', resolve))
    const layers = connection as unknown as Layers
    speak(layers)
    layers.maConn.websocket.close()
    await ended
    await node.stop()
  }
  await expectServed(relay)
})

test('streams that say nothing of what they are for are few for each connection, and end after a while', async () => {
  const before = relay.memoryBytes()
  const node = await startPlainNode({ streamMuxers: [yamux({ maxOutboundStreams: 5_000 })] })
  const connection = await node.dial(multiaddr(address()))
  const { muxer } = connection as unknown as { readonly muxer: { readonly createStream: () => Promise<Stream> } }
  const streams: Stream[] = []
  for (let i = 0; i < 1_000; i++) {
    const stream = await muxer.createStream()
    streams.push(stream)
    // The beginning of a line that does not end.
    stream.send(concat(Uint8Array.of(0xff, 0x07), new Uint8Array(1_000)))
  }
  const isOpen = ({ status }: Stream): boolean => status === 'open'
  await expect.poll(() => streams.filter(isOpen).length).toBeLessThanOrEqual(RELAY_LIMITS.streamsPerConnection)
  await expect.poll(() => streams.filter(isOpen).length, { timeout: 4 * RELAY_LIMITS.upgradeMs }).toBe(0)
  expect(relay.memoryBytes() - before).toBeLessThan(32 * 2 ** 20)
  await node.stop()
  await expectServed(relay)
})

/** Bytes that say that the length goes on. */
const ENDLESS = new Uint8Array(60_000).fill(0xff)

test('a length that does not end, before anything is encrypted, holds up nobody: every caller is served', async () => {
  const sockets = await Promise.all(Array.from({ length: 8 }, () => openRawWebSocket(portOf(address()))))
  for (const raw of sockets) for (let i = 0; i < 40; i++) raw.write(webSocketFrame({ first: FIN | OPCODE.binary, payload: ENDLESS }))
  const callers = await Promise.all(Array.from({ length: 5 }, () => serves(address(), primitives)))
  expect(callers).toEqual(callers.map(() => true))
  await Promise.all(sockets.map((raw) => raw.closed))
})

test('unfinished messages take no memory: each is refused by the length that it announces', async () => {
  const before = relay.memoryBytes()
  const sockets = await Promise.all(Array.from({ length: 10 }, () => openRawWebSocket(portOf(address()))))
  for (const raw of sockets) {
    raw.write(ofLength(64, 95n * 2n ** 20n))
    for (let i = 0; i < 100 && raw.socket.writable; i++) raw.write(new Uint8Array(64 * 1024))
  }
  await Promise.all(sockets.map((raw) => raw.closed))
  expect(relay.memoryBytes() - before).toBeLessThan(32 * 2 ** 20)
})

test('a relay that is told to stop does so while sockets are silent, half open or reset', async () => {
  const data = mkdtempSync(join(tmpdir(), 'sotto-stop-'))
  const other = await startRelayProcess({ words: onAnyPort(data) })
  try {
    const port = portOf(other.listening?.addresses[0] ?? '')
    const health = Number(new URL(other.listening?.http ?? '').port)
    for (const at of [port, health]) {
      await openRawSocket(at)
      for (const request of ['G', UPGRADE.slice(0, -2)]) (await openRawSocket(at)).write(request)
    }
    await openRawWebSocket(port)
    for (let i = 0; i < 20; i++) (await openRawWebSocket(port)).reset()
    await expectServed(other)
    other.child.kill('SIGTERM')
    expect(await other.exited).toEqual([0, null])
    expect(other.errors.join('')).toContain('"stopped"')
  } finally {
    await other.end()
    rmSync(data, { recursive: true })
  }
})
