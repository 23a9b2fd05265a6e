/** A line to a relay that says for its client where it is, as the operator's proxy would, and that can stop passing on what comes back. */
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

export interface ClientLine {
  /** The relay's address by this line. */
  readonly address: string
  /** From now on the client's side of TCP is full. */
  readonly hold: () => void
  readonly end: () => void
}

/** @param client the IP address that the relay is told */
export async function openLine(relay: string, client: string): Promise<ClientLine> {
  const port = Number(/\/tcp\/(\d+)/.exec(relay)?.[1])
  const sockets = new Set<Socket>()
  const back = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect({ port, host: '127.0.0.1' })
    back.add(far)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        back.delete(socket)
        other.destroy()
      })
    }
    near.once('data', (first) => {
      const lineEnd = first.indexOf('\r\n') + 2
      far.write(Buffer.concat([first.subarray(0, lineEnd), Buffer.from(`X-Forwarded-For: ${client}\r\n`), first.subarray(lineEnd)]))
      near.pipe(far)
    })
    far.pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: relay.replace(/\/tcp\/\d+\//, `/tcp/${(server.address() as AddressInfo).port}/`),
    hold: () => {
      for (const far of back) {
        far.unpipe()
        far.pause()
      }
    },
    end: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
