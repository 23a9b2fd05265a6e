/**
 * A relay's WebSocket transport in which nothing that a stranger's socket does has an effect beyond that socket.
 *
 * @libp2p/websockets 10.1 leaves four gaps. It handles no WebSocket errors, so that one bad frame ends the process. A
 * message may have 100 MiB. It resets with a close code that every WebSocket refuses, so that aborted connections stay.
 * It forgets silent sockets, waits for them for ever, and then for closing handshakes.
 */
import type { IncomingMessage } from 'node:http'
import type { Server, Socket } from 'node:net'
import type { CreateListenerOptions, Listener, MultiaddrConnection, Transport } from '@libp2p/interface'
import { webSockets } from '@libp2p/websockets'
import type { RelayLimits } from './relay-limits.ts'

/** What is used here of a WebSocket of the package `ws`. */
interface WebSocketOfListener {
  readonly on: (event: 'error', hear: () => void) => void
  /** Ends it without a closing handshake. */
  readonly terminate: () => void
}

/** The internals of the library's listener that are used here. */
interface ListenerParts {
  readonly server: Server
  readonly wsServer: { readonly options: Record<string, unknown> }
  onWsServerConnection: (socket: WebSocketOfListener, request: IncomingMessage) => void
}

type Upgrader = CreateListenerOptions['upgrader']

/** For libp2p's list of transports. */
export const containedWebSockets =
  (limits: RelayLimits): ((components: Parameters<ReturnType<typeof webSockets>>[0]) => Transport) =>
  (components) => {
    const transport = webSockets({ maxBufferedAmount: limits.socketBytes })(components)
    const createListener = transport.createListener.bind(transport)
    transport.createListener = ({ upgrader }) => contain(createListener({ upgrader: containUpgrades(upgrader) }), limits)
    return transport
  }

function contain(listener: Listener, limits: RelayLimits): Listener {
  const parts = partsOf(listener)
  const sockets = new Set<Socket>()
  /** Sockets without a WebSocket so far, each with its timer. */
  const silent = new Map<Socket, NodeJS.Timeout>()
  const speaks = (socket: Socket): void => {
    clearTimeout(silent.get(socket))
    silent.delete(socket)
  }

  Object.assign(parts.wsServer.options, {
    maxPayload: limits.webSocketMessageBytes,
    maxBufferedChunks: limits.webSocketPieces,
    maxFragments: limits.webSocketPieces,
    closeTimeout: limits.closeMs,
  })

  parts.server.prependListener('connection', (socket: Socket) => {
    sockets.add(socket)
    silent.set(
      socket,
      setTimeout(() => socket.destroy(), limits.upgradeMs),
    )
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      speaks(socket)
      sockets.delete(socket)
    })
  })

  const serve = parts.onWsServerConnection.bind(listener)
  parts.onWsServerConnection = (socket, request) => {
    speaks(request.socket)
    socket.on('error', () => socket.terminate())
    serve(socket, request)
  }

  const close = listener.close.bind(listener)
  listener.close = async () => {
    const closed = close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  return listener
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
