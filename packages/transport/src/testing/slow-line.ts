/**
 * A line to a relay for tests: a TCP proxy on loopback that carries so many bytes a second each way for all its
 * connections together, and counts what it carried. What does not fit waits, as in front of a slow modem.
 */
import { type Socket, connect, createServer } from 'node:net'

export interface SlowLine {
  /** The relay's multiaddr as reached through this line. */
  readonly address: string
  readonly setBytesPerSecond: (rate: number) => void
  /** Connections that came so far. */
  readonly connections: () => number
  /** Bytes carried to the relay, and from it. */
  readonly upBytes: () => number
  readonly downBytes: () => number
  readonly stop: () => Promise<void>
}

const TICK_MS = 25
/** More than this waiting in one direction of a connection is left with whoever sends it. */
const QUEUE_BYTES = 16 * 1024

interface Way {
  readonly from: Socket
  readonly to: Socket
  readonly isUp: boolean
  queue: Buffer
}

export async function startSlowLine(relay: string, bytesPerSecond: number = Number.POSITIVE_INFINITY): Promise<SlowLine> {
  const port = Number(/\/tcp\/(\d+)\//.exec(relay)?.[1])
  const ways = new Set<Way>()
  const sockets = new Set<Socket>()
  let rate = bytesPerSecond
  let connections = 0
  const carried = { up: 0, down: 0 }

  const carry = (way: Way, mostBytes: number): number => {
    const chunk = way.queue.subarray(0, mostBytes)
    if (chunk.length === 0) return 0
    way.queue = way.queue.subarray(chunk.length)
    if (way.to.writable) way.to.write(chunk)
    carried[way.isUp ? 'up' : 'down'] += chunk.length
    if (way.queue.length < QUEUE_BYTES) way.from.resume()
    return chunk.length
  }
  const carryAll = (isUp: boolean): void => {
    let left = (rate * TICK_MS) / 1_000
    for (const way of ways) if (way.isUp === isUp) left -= carry(way, Math.ceil(Math.max(0, left)))
  }
  const ticks = setInterval(() => [true, false].forEach(carryAll), TICK_MS)

  const server = createServer((client) => {
    connections++
    const upstream = connect({ port, host: '127.0.0.1' })
    const pair: Way[] = [
      { from: client, to: upstream, isUp: true, queue: Buffer.alloc(0) },
      { from: upstream, to: client, isUp: false, queue: Buffer.alloc(0) },
    ]
    for (const way of pair) {
      ways.add(way)
      sockets.add(way.from.on('error', () => {}))
      way.from.on('data', (chunk: Buffer) => {
        way.queue = Buffer.concat([way.queue, chunk])
        if (way.queue.length >= QUEUE_BYTES) way.from.pause()
      })
      way.from.on('close', () => {
        ways.delete(way)
        sockets.delete(way.from)
        way.to.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const own = server.address()
  if (own === null || typeof own === 'string') throw new Error('the line listens nowhere')
  return {
    address: relay.replace(`/tcp/${port}/`, `/tcp/${own.port}/`),
    setBytesPerSecond: (next) => {
      rate = next
    },
    connections: () => connections,
    upBytes: () => carried.up,
    downBytes: () => carried.down,
    stop: async () => {
      clearInterval(ticks)
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
