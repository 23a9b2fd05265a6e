/** One server under measurement, in a process of its own, so that its processor time is nobody else's. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { circuitRelayServer } from '@libp2p/circuit-relay-v2'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import type { Libp2p, Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { blobBytesOf } from '@sotto/mailbox'
import { createFrameSplitter, toStreamFrame } from '@sotto/wire'
import { createLibp2p } from 'libp2p'
import { RELAY_LIMITS } from '../../../relay-node/src/relay-limits.ts'
import { startRelay } from '../../../relay-node/src/relay.ts'
import {
  ANSWER_BYTES,
  BODY_BYTES,
  ECHO_PROTOCOL,
  FANOUT_PROTOCOL,
  type FromServer,
  GOSSIP,
  STREAM_PROTOCOL,
  type ServerKind,
  TOPIC,
  type ToServer,
} from './messages.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const kind = JSON.parse(process.argv[2] ?? '') as ServerKind
const MUCH = 1_000_000_000
const MANY = 60_000

/** All clients of a benchmark are one address, which no operator's are. */
const NO_BUDGETS = {
  limits: { connectionsPerAddress: MUCH, newConnectionsPerAddress: MUCH },
  mailboxLimits: {
    groupMailboxRecords: MUCH,
    groupMailboxBytes: MUCH,
    appendsPerSecond: MANY,
    appendBurst: MANY,
    requestsInFlight: 4_096,
    addressTimes: MUCH,
    opensPerSecond: MANY,
    addressKeptBytes: MUCH,
    addressKeptBytesPerDay: MUCH,
    connectionShare: 1,
    addressShare: 1,
    blobAppendsPerSecond: MANY,
    blobAppendBurst: MANY,
    addressBlobBytes: MUCH,
    addressBlobBytesPerDay: MUCH,
  },
}

async function startSotto({ folder, nats, fileBytes }: Extract<ServerKind, { readonly kind: 'sotto' }>): Promise<readonly string[]> {
  const relay = await startRelay({
    data: folder,
    host: '127.0.0.1',
    port: 0,
    httpPort: 0,
    stunPort: null,
    nats: nats === null ? null : { servers: nats, credentials: null, authority: null, replicas: nats.length === 3 ? 3 : 1 },
    onFailed: (fault) => {
      throw fault
    },
    limits: NO_BUDGETS.limits,
    mailboxLimits: { ...NO_BUDGETS.mailboxLimits, ...(fileBytes === undefined ? {} : { blobMailboxBytes: blobBytesOf(fileBytes) }) },
  })
  return relay.addresses
}

/** The connection settings of the relay, with nothing else of it. */
const bareNode = (services: Record<string, (components: never) => unknown>): Promise<Libp2p> =>
  createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] },
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    connectionManager: {
      maxConnections: RELAY_LIMITS.connections,
      inboundConnectionThreshold: MUCH,
      maxIncomingPendingConnections: RELAY_LIMITS.pendingConnections,
      reconnectRetries: 0,
    },
    services: services as never,
  })

async function startBare(): Promise<readonly string[]> {
  const { reservations: maxReservations, reservationMs: reservationTtl, circuitMs, circuitBytes } = RELAY_LIMITS
  const node = await bareNode({
    identify: identify({ runOnConnectionOpen: false }),
    ping: ping(),
    circuits: circuitRelayServer({
      reservations: { maxReservations, reservationTtl, applyDefaultLimit: true, defaultDurationLimit: circuitMs, defaultDataLimit: circuitBytes },
    }),
  })
  const handle = (protocol: string, onFrame: (stream: Stream, frame: Uint8Array) => void, onOpened: (stream: Stream) => void = () => {}): Promise<void> =>
    node.handle(protocol, (stream) => {
      const splitter = createFrameSplitter()
      stream.addEventListener('message', ({ data }) => {
        for (const frame of splitter.push(data.subarray()) ?? []) onFrame(stream, frame)
      })
      onOpened(stream)
    })
  await handle(ECHO_PROTOCOL, (stream, frame) => void stream.send(toStreamFrame(frame.subarray(0, ANSWER_BYTES))))
  const readers = new Set<Stream>()
  await handle(
    FANOUT_PROTOCOL,
    (from, frame) => {
      for (const stream of readers) if (stream !== from) stream.send(toStreamFrame(frame))
    },
    (stream) => {
      readers.add(stream)
      stream.addEventListener('close', () => readers.delete(stream))
    },
  )
  const body = crypto.getRandomValues(new Uint8Array(BODY_BYTES))
  await handle(STREAM_PROTOCOL, (stream, frame) => {
    const records = new DataView(frame.buffer, frame.byteOffset).getUint32(0)
    for (let i = 0; i < records; i++) stream.send(toStreamFrame(body))
  })
  return node.getMultiaddrs().map(String)
}

async function startGossip({ degree }: Extract<ServerKind, { readonly kind: 'gossip' }>): Promise<readonly string[]> {
  const mesh = degree === null ? {} : { D: degree, Dlo: degree - 1, Dhi: 2 * degree, Dscore: 4, Dout: 0 }
  const node = await bareNode({
    identify: identify(),
    gossip: gossipsub({ ...GOSSIP, ...mesh }) as never,
  })
  ;(node.services as unknown as { readonly gossip: { readonly subscribe: (topic: string) => void } }).gossip.subscribe(TOPIC)
  return node.getMultiaddrs().map(String)
}

const say = (message: FromServer): void => void process.send?.(message)
process.on('message', ({ ask }: ToServer) => {
  if (ask === 'cpu') {
    const { user, system } = process.cpuUsage()
    say({ cpuUs: user + system })
    return
  }
  // Twice: what the first run only marks the second gives back.
  collectGarbage()
  collectGarbage()
  const { rss, heapUsed, external } = process.memoryUsage()
  say({ memory: { residentBytes: rss, heapBytes: heapUsed + external } })
})
process.on('disconnect', () => process.exit(0))
say({ listening: await (kind.kind === 'sotto' ? startSotto(kind) : kind.kind === 'gossip' ? startGossip(kind) : startBare()) })
