/**
 * What passes through circuits, in fair shares (PROTOCOL §8.83): so many bytes in a second from one peer, from one address and from all.
 * Who sends faster waits; nothing is lost and no circuit ends for it. And what one end sent that the other does not take waits at its
 * sender: the library's own relaying (@libp2p/circuit-relay-v2 4) keeps all of that in memory.
 */
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { createRate, createRates } from '@sotto/mailbox'
import { houseOf } from './client-house.ts'
import type { RelayLimits } from './relay-limits.ts'

/** What is used here of the library's circuit server. It asks for the far end's stream when a circuit begins. */
interface CircuitServer {
  onHop: (stream: Stream, connection: Connection) => Promise<void>
  stopHop: (options: { readonly connection: Connection }, ...rest: readonly unknown[]) => Promise<Stream | undefined>
}

/** The bytes of one direction: they come from one end and go to the other. */
interface Direction {
  readonly from: Stream
  readonly to: Stream
  readonly sender: Connection
}

/** @param node not started yet; it has a circuit server as its service `circuits` */
export function shareCircuits(node: Libp2p, limits: RelayLimits, nowMs: () => number = () => performance.now()): void {
  const server = (node.services as { readonly circuits?: CircuitServer }).circuits
  const prototype = server === undefined ? undefined : (Object.getPrototypeOf(server) as CircuitServer)
  if (server === undefined || typeof prototype?.onHop !== 'function' || typeof prototype.stopHop !== 'function') {
    throw new Error('@libp2p/circuit-relay-v2 has changed: its server has no parts as we know them')
  }
  const { circuitBytesPerSecond: perSecond, circuitBurstBytes: burst, circuitAddressTimes: times } = limits
  const byPeer = createRates(perSecond, burst)
  const byAddress = createRates(perSecond * times, burst * times)
  const all = createRate(limits.circuitsBytesPerSecond, limits.circuitsBytesPerSecond, nowMs())

  /** Counts what came, and returns the ms until more may come. */
  const charge = ({ sender }: Direction, bytes: number): number => {
    const now = nowMs()
    const rates = [byPeer.of(sender.remotePeer.toString(), now), byAddress.of(houseOf(sender.remoteAddr.toString()), now), all]
    for (const rate of rates) rate.charge(now, bytes)
    return Math.max(...rates.map((rate) => rate.wait(now, 0)))
  }

  const pace = (direction: Direction): void => {
    const { from, to } = direction
    let held = 0
    let turn: NodeJS.Timeout | undefined
    const look = (): void => {
      const mayRead = turn === undefined && held <= limits.circuitHeldBytes
      try {
        if (from.status !== 'open') return
        if (mayRead && from.readStatus === 'paused') from.resume()
        else if (!mayRead && from.readStatus === 'readable') from.pause()
      } catch {
        // Its connection ended meanwhile, and the circuit with it.
      }
    }
    from.addEventListener('close', () => clearTimeout(turn))
    from.addEventListener('message', ({ data }) => {
      held += data.byteLength
      const waitMs = charge(direction, data.byteLength)
      if (waitMs > 0 && turn === undefined) {
        turn = setTimeout(() => {
          turn = undefined
          look()
        }, waitMs)
        turn.unref()
      }
      // Not at once: within `resume` a stream that is paused would go on granting its sender room.
      queueMicrotask(look)
    })
    const send = to.send.bind(to)
    to.send = (data) => {
      const hasRoom = send(data)
      held -= data.byteLength
      // The next piece goes when the far end has room again, and only then is this one gone.
      if (hasRoom) queueMicrotask(look)
      else to.addEventListener('drain', look, { once: true })
      return hasRoom
    }
  }

  server.onHop = (stream, connection) => {
    const own = Object.create(server, {
      stopHop: {
        value: async (options: { readonly connection: Connection }, ...rest: readonly unknown[]) => {
          const far = await prototype.stopHop.call(server, options, ...rest)
          if (far === undefined) return far
          pace({ from: stream, to: far, sender: connection })
          pace({ from: far, to: stream, sender: options.connection })
          return far
        },
      },
    }) as CircuitServer
    return prototype.onHop.call(own, stream, connection)
  }
}
