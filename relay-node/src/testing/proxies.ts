/** Servers before a relay, each with clients of one address behind it. */
import { type IncomingMessage, createServer as createHttpServer, request } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { endLater } from './left-behind.ts'
import { portOf } from './raw-socket.ts'

/** The relay's address at another port of loopback, without TLS. */
export const at = (server: Server, address: string): string => address.replace(/\/tcp\/\d+(\/tls)?\//, `/tcp/${(server.address() as AddressInfo).port}/`)
/** Listens on any port of loopback, and ends with the test. */
export const listening = async (server: Server): Promise<Server> => {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endLater(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return server
}
/** Passes on what comes from either to the other. */
export const joinUp = (one: Duplex, other: Duplex): void => {
  one.pipe(other).pipe(one)
  one.on('error', () => other.destroy())
  other.on('error', () => one.destroy())
}
/** A reverse proxy, which says where a client is. The client's own words about that stand before its own. */
export const proxyFor = (address: string, client: string): Promise<Server> =>
  listening(
    createHttpServer().on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
      const upstream = request({ port: portOf(address), host: '127.0.0.1', headers: { ...incoming.headers, 'x-forwarded-for': `198.51.100.99, ${client}` } })
      upstream.on('error', () => socket.destroy())
      upstream.on('upgrade', (answer, relay) => {
        const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}`)
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
        if (head.length > 0) relay.write(head)
        joinUp(socket, relay)
      })
      upstream.end()
    }),
  )
