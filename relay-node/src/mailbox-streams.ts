/** Carries frames between the mailbox streams of clients, the server's rules and the store. */
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import type { Counted, MailboxServer, ServerOutput } from '@sotto/mailbox'
import { concat, createFrameSplitter, toStreamFrame } from '@sotto/wire'
import type { AdmittedPeers } from './admitted-peers.ts'
import { houseOf } from './client-house.ts'
import type { RelayLimits } from './relay-limits.ts'
import type { RelayStore } from './store/relay-store.ts'

export const MAILBOX_PROTOCOL = '/sotto/mailbox/1'

/** Receives every mailbox frame after Noise, as the relay's operator could. For observers' tests. */
export type OnFrame = (direction: 'received' | 'sent', frame: Uint8Array) => void

export interface MailboxStreams {
  readonly start: (node: Libp2p) => Promise<void>
  /** Says newer credentials for TURN to all clients. */
  readonly renewTurn: () => void
  /** How many are open. */
  readonly open: () => number
}

export function createMailboxStreams(options: {
  readonly server: MailboxServer
  readonly store: RelayStore
  readonly limits: RelayLimits
  readonly admitted: AdmittedPeers
  readonly onCounted: (what: Counted) => void
  readonly onFrame: OnFrame
}): MailboxStreams {
  const { server, store, limits, admitted, onCounted, onFrame } = options
  const streams = new Map<number, Stream>()
  const peerOf = new Map<number, string>()
  /** Frames that this turn has for each stream. They leave together: each departure is sealed, framed and written by itself. */
  const leaving = new Map<number, Uint8Array[]>()
  let nextConnection = 1

  const send = (id: number, frame: Uint8Array): void => {
    if (!streams.has(id)) return
    onFrame('sent', frame)
    const frames = leaving.get(id)
    if (frames !== undefined) {
      frames.push(toStreamFrame(frame))
      return
    }
    if (leaving.size === 0) queueMicrotask(sendAll)
    leaving.set(id, [toStreamFrame(frame)])
  }

  const sendAll = (): void => {
    // What comes meanwhile is among them.
    for (const id of leaving.keys()) sendTo(id)
  }

  const sendTo = (id: number): void => {
    const frames = leaving.get(id)
    const stream = streams.get(id)
    leaving.delete(id)
    if (frames === undefined || stream === undefined) return
    const [first] = frames
    try {
      if (!stream.send(frames.length === 1 && first !== undefined ? first : concat(...frames))) perform(server.setWritable(id, false, store.now()))
    } catch {
      hangUp(id)
    }
  }

  const perform = (outputs: readonly ServerOutput[]): void => {
    for (const output of outputs) {
      switch (output.kind) {
        case 'send':
          send(output.connection, output.frame)
          break
        case 'store':
          store.execute(output.command, (result) => perform(server.stored(output.ticket, result, store.now())))
          break
        case 'hangUp':
          hangUp(output.connection)
          break
        case 'watch':
          store.shared?.watch(output.mailbox, output.isWatched)
          break
        case 'tell':
          store.shared?.tell(output.mailbox, output.word)
          break
        case 'admitted':
          admitted.add(peerOf.get(output.connection) ?? '', output.connection)
          break
        case 'count':
          onCounted(output.what)
      }
    }
  }

  const hangUp = (id: number): void => {
    const stream = streams.get(id)
    if (stream === undefined) return
    // What was said before it is heard: why, for one.
    sendTo(id)
    if (!streams.delete(id)) return
    admitted.remove(peerOf.get(id) ?? '', id)
    peerOf.delete(id)
    perform(server.disconnect(id))
    stream.abort(new Error('the mailbox stream is over'))
  }

  const accept = (stream: Stream, connection: Connection): void => {
    const id = nextConnection++
    const splitter = createFrameSplitter()
    streams.set(id, stream)
    peerOf.set(id, connection.remotePeer.toString())
    stream.maxWriteBufferLength = limits.queuedBytes
    stream.addEventListener('message', ({ data }) => {
      const frames = splitter.push(data.subarray())
      if (frames === undefined) {
        onCounted('badFrame')
        hangUp(id)
        return
      }
      for (const frame of frames) {
        if (!streams.has(id)) return
        onFrame('received', frame)
        perform(server.receive(id, frame, store.now()))
      }
    })
    // The socket may have room while this stream's own window has none. The library checks first, and we after it.
    const drained = (): void => {
      if (!stream.writableNeedsDrain) perform(server.setWritable(id, true, store.now()))
    }
    stream.addEventListener('drain', () => queueMicrotask(drained))
    // Frames go both ways: half a stream is useless.
    stream.addEventListener('remoteCloseWrite', () => hangUp(id))
    stream.addEventListener('close', () => hangUp(id))
    const client = {
      connection: id,
      clientPeer: connection.remotePeer.toString(),
      address: houseOf(connection.remoteAddr.toString()),
    }
    perform(server.connect(client, store.now()))
  }

  store.shared?.listen((notice) => perform(server.onNotice(notice)))

  return {
    start: (node) =>
      node.handle(MAILBOX_PROTOCOL, accept, {
        maxInboundStreams: limits.mailboxStreamsPerConnection,
        // A mailbox behind another peer's circuit would not be this relay's.
        runOnLimitedConnection: false,
      }),
    renewTurn: () => perform(server.renewTurn()),
    open: () => streams.size,
  }
}
