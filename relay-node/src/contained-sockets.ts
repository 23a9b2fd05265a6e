/**
 * A relay's WebSocket transport in which nothing that a stranger's socket does has an effect beyond that socket.
 *
 * @libp2p/websockets 10.1 leaves four gaps. It handles no WebSocket errors, so that one bad frame ends the process. A
 * message may have 100 MiB. It resets with a close code that every WebSocket refuses, so that aborted connections stay.
 * It forgets silent sockets, waits for them for ever, and then for closing handshakes.
 */
import type { IncomingMessage } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { Server, Socket } from 'node:net'
import type { CreateListenerOptions, Listener, MultiaddrConnection, Transport } from '@libp2p/interface'
import { webSockets } from '@libp2p/websockets'
import { expectAnnouncements } from './announced-clients.ts'
import { type Proxies, clientOf } from './forwarded.ts'
import type { RelayLimits } from './relay-limits.ts'
import { endOf } from './socket-end.ts'

/** What is used here of a WebSocket of the package `ws`. */
interface WebSocketOfListener {
  readonly on: (event: 'error', hear: () => void) => void
  /** Ends it without a closing handshake. */
  readonly terminate: () => void
}

/** The internals of the library's listener that are used here. */
interface ListenerParts {
  readonly server: Server
  /** There once it listens, if it does with TLS. */
  readonly https?: HttpsServer
  readonly wsServer: { readonly options: Record<string, unknown> }
  onWsServerConnection: (socket: WebSocketOfListener, request: IncomingMessage) => void
}

type Upgrader = CreateListenerOptions['upgrader']

/** A certificate chain and its key, in PEM. */
export interface TlsFiles {
  readonly cert: string
  readonly key: string
}

export interface Sockets {
  /** For libp2p's list of transports. */
  readonly transport: (components: Parameters<ReturnType<typeof webSockets>>[0]) => Transport
  /** Another certificate for the connections from now on. Throws if it cannot be used; then nothing changes. */
  readonly setTls: (tls: TlsFiles) => void
}

/** @param isAnnounced whether connections from trusted proxies begin with the PROXY protocol */
export function containedWebSockets(limits: RelayLimits, proxies: Proxies, isAnnounced: boolean, tls: TlsFiles | null): Sockets {
  const listeners: ListenerParts[] = []
  const transport: Sockets['transport'] = (components) => {
    const transport = webSockets({ maxBufferedAmount: limits.socketBytes, ...(tls === null ? {} : { https: { ...tls } }) })(components)
    const createListener = transport.createListener.bind(transport)
    transport.createListener = ({ upgrader }) => {
      const listener = createListener({ upgrader: containUpgrades(upgrader) })
      const parts = partsOf(listener)
      listeners.push(parts)
      contain(listener, parts, limits, proxies, isAnnounced)
      return listener
    }
    return transport
  }
  return {
    transport,
    setTls: (next) => {
      for (const { https } of listeners) https?.setSecureContext({ ...next })
    },
  }
}

function contain(listener: Listener, parts: ListenerParts, limits: RelayLimits, proxies: Proxies, isAnnounced: boolean): void {
  const sockets = new Set<Socket>()
  /** The ends of sockets without a WebSocket so far, each with its timer. A socket in TLS is another object than the one below it. */
  const silent = new Map<string, NodeJS.Timeout>()
  const speaks = (end: string): void => {
    clearTimeout(silent.get(end))
    silent.delete(end)
  }

  Object.assign(parts.wsServer.options, {
    maxPayload: limits.webSocketMessageBytes,
    maxBufferedChunks: limits.webSocketPieces,
    maxFragments: limits.webSocketPieces,
    closeTimeout: limits.closeMs,
  })

  const announced = isAnnounced ? expectAnnouncements(parts.server, proxies) : null

  parts.server.prependListener('connection', (socket: Socket) => {
    sockets.add(socket)
    // It has no end any more once it is closed.
    const end = endOf(socket)
    silent.set(
      end,
      setTimeout(() => socket.destroy(), limits.upgradeMs),
    )
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      speaks(end)
      sockets.delete(socket)
    })
  })

  const serve = parts.onWsServerConnection.bind(listener)
  parts.onWsServerConnection = (socket, request) => {
    speaks(endOf(request.socket))
    socket.on('error', () => socket.terminate())
    const said = announced?.get(endOf(request.socket))
    // A proxy that names no client of a connection has added no header to it either.
    serve(socket, seenFrom(request, said === null ? request.socket.remoteAddress : clientOf(request, proxies, said)))
  }

  const close = listener.close.bind(listener)
  listener.close = async () => {
    const closed = close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
}

/** The request as the library sees it: from its client, and not from a proxy. */
function seenFrom(request: IncomingMessage, client: string | undefined): IncomingMessage {
  if (client === request.socket.remoteAddress) return request
  const socket = Object.create(request.socket, { remoteAddress: { value: client } }) as Socket
  return Object.create(request, { socket: { value: socket } }) as IncomingMessage
}

/** A connection that does not come up ends its socket. The library would begin a closing handshake with its client. */
const containUpgrades = (upgrader: Upgrader): Upgrader =>
  Object.assign(Object.create(upgrader) as Upgrader, {
    upgradeInbound: async (connection: MultiaddrConnection, options: Parameters<Upgrader['upgradeInbound']>[1]): Promise<void> => {
      const { websocket } = connection as { readonly websocket?: WebSocketOfListener }
      Object.assign(connection, { sendReset: () => websocket?.terminate() })
      try {
        await upgrader.upgradeInbound(connection, options)
      } catch (error) {
        connection.abort(error instanceof Error ? error : new Error('the connection did not come up'))
      }
    },
  })

function partsOf(listener: Listener): ListenerParts {
  const parts = listener as unknown as Partial<ListenerParts>
  const { server, wsServer, onWsServerConnection } = parts
  if (server === undefined || wsServer?.options === undefined || onWsServerConnection === undefined) {
    throw new Error('@libp2p/websockets has changed: its listener has no parts as we know them')
  }
  return parts as ListenerParts
}
