/** Connections that a proxy begins with the PROXY protocol, since it does not look into them: it passes TLS on as it is. */
import { once } from 'node:events'
import type { Server, Socket } from 'node:net'
import type { Proxies } from './forwarded.ts'
import { MOST_HEADER_BYTES, readProxyHeader } from './proxy-header.ts'
import { endOf } from './socket-end.ts'

/**
 * From now on a trusted proxy has to begin each connection with the protocol, and nobody else may: the server hears of a connection once
 * it has. What the proxies said, by `endOf` the connection: where its client is; null: not said.
 *
 * @param server hands out its sockets paused
 */
export function expectAnnouncements(server: Server, { isTrusted }: Proxies): ReadonlyMap<string, string | null> {
  const said = new Map<string, string | null>()
  const serve = server.listeners('connection') as ((socket: Socket) => void)[]
  server.removeAllListeners('connection')
  const handOver = (socket: Socket): void => {
    for (const each of serve) each.call(server, socket)
  }
  server.on('connection', (socket: Socket) => {
    if (socket.remoteAddress === undefined || !isTrusted(socket.remoteAddress)) return handOver(socket)
    const end = endOf(socket)
    socket.on('close', () => said.delete(end))
    readAnnouncement(socket)
      .then((client) => {
        said.set(end, client)
        handOver(socket)
      })
      // What does not begin so is no client's.
      .catch(() => socket.destroy())
  })
  return said
}

/** Takes the header off the socket. Rejects if it has none, or ends first; how long that may take is not its concern. */
async function readAnnouncement(socket: Socket): Promise<string | null> {
  const closed = new AbortController()
  const close = (): void => closed.abort()
  socket.once('close', close)
  try {
    for (let bytes = Buffer.alloc(0); ;) {
      const more = socket.read() as Buffer | null
      if (more !== null) bytes = Buffer.concat([bytes, more])
      const header = readProxyHeader(bytes.subarray(0, MOST_HEADER_BYTES))
      if (header.kind === 'wrong') throw new RangeError('it does not begin with the PROXY protocol')
      if (header.kind === 'header') {
        if (bytes.length > header.lengthBytes) socket.unshift(bytes.subarray(header.lengthBytes))
        return header.client
      }
      await once(socket, 'readable', { signal: closed.signal })
    }
  } finally {
    socket.off('close', close)
  }
}
