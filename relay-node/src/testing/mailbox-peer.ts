/** A real libp2p client of a relay's mailboxes, for tests: the machine of the mailbox package on a real stream. */
import { noise } from '@libp2p/noise'
import { yamux } from '@libp2p/yamux'
import { webSockets } from '@libp2p/websockets'
import { multiaddr } from '@multiformats/multiaddr'
import type { Primitives } from '@sotto/crypto/primitives'
import { type ClientEvent, type ClientState, type ClientStep, type MailboxClient, createMailboxClient } from '@sotto/mailbox'
import { type AdmissionToken, createFrameSplitter, toStreamFrame } from '@sotto/wire'
import { createLibp2p } from 'libp2p'
import { MAILBOX_PROTOCOL } from '../mailbox-streams.ts'

export interface MailboxPeer {
  readonly peerId: string
  /** Runs a command of the machine and sends the frames that it returns. */
  readonly run: (command: (client: MailboxClient, state: ClientState) => ClientStep) => void
  /** Sends bytes as one frame, without the machine. */
  readonly sendRaw: (frame: Uint8Array) => void
  /** Every frame that arrived. */
  readonly received: readonly Uint8Array[]
  /** In how many pieces they came. */
  readonly pieces: () => number
  readonly events: readonly ClientEvent[]
  /** Resolves with the first event, past or future, that the predicate accepts. Rejects if the stream closes first. */
  readonly event: <E extends ClientEvent>(takes: (event: ClientEvent) => event is E) => Promise<E>
  readonly closed: Promise<void>
  readonly stop: () => Promise<void>
}

/** @param token shown where the relay asks for one */
export async function startMailboxPeer(address: string, primitives: Primitives, token: AdmissionToken | null = null): Promise<MailboxPeer> {
  const node = await createLibp2p({
    addresses: { listen: [] },
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    connectionManager: { reconnectRetries: 0 },
  })
  const connect = async () => {
    const connection = await node.dial(multiaddr(address))
    return { connection, stream: await connection.newStream(MAILBOX_PROTOCOL) }
  }
  const { connection, stream } = await connect().catch(async (fault: unknown) => {
    await node.stop()
    throw fault
  })
  const client = createMailboxClient(primitives)
  const splitter = createFrameSplitter()
  const events: ClientEvent[] = []
  const received: Uint8Array[] = []
  let pieces = 0
  const closed = Promise.withResolvers<void>()
  let hasClosed = false
  let waiters: { readonly look: () => void; readonly fail: () => void }[] = []
  let state = client.start()
  let timer: NodeJS.Timeout | undefined

  const take = (step: ClientStep): void => {
    state = step.state
    for (const frame of step.frames) if (!hasClosed) stream.send(toStreamFrame(frame))
    for (const event of step.events) {
      events.push(event)
      if (event.kind !== 'wakeAt') continue
      clearTimeout(timer)
      // A timer may end a moment before its time by the other clock, when nothing would be due and nothing planned again.
      timer = setTimeout(() => take(client.onTick(state, Math.max(Date.now(), event.atMs))), Math.max(0, event.atMs - Date.now()))
    }
    for (const { look } of waiters) look()
  }
  const onClosed = (): void => {
    if (hasClosed) return
    hasClosed = true
    clearTimeout(timer)
    take(client.onClosed(state))
    for (const { fail } of waiters) fail()
    closed.resolve()
  }
  stream.addEventListener('message', ({ data }) => {
    pieces++
    for (const frame of splitter.push(data.subarray()) ?? []) {
      received.push(frame)
      take(client.onFrame(state, frame, Date.now()))
    }
  })
  stream.addEventListener('remoteCloseWrite', onClosed)
  stream.addEventListener('close', onClosed)
  take(client.onOpened(state, node.peerId.toString(), connection.remotePeer.toString(), token))

  return {
    peerId: node.peerId.toString(),
    run: (command) => take(command(client, state)),
    sendRaw: (frame) => void stream.send(toStreamFrame(frame)),
    received,
    pieces: () => pieces,
    events,
    event: (takes) =>
      new Promise((resolve, reject) => {
        const waiter = {
          look: () => {
            const found = events.find(takes)
            if (found === undefined) return
            waiters = waiters.filter((other) => other !== waiter)
            resolve(found)
          },
          fail: () => reject(new Error('the stream closed before the event came')),
        }
        waiters.push(waiter)
        waiter.look()
      }),
    closed: closed.promise,
    stop: async () => {
      onClosed()
      await node.stop()
    },
  }
}
