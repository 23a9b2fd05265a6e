/** A relay in one process: composition of node, mailbox rules, store and health. */
import { webcrypto } from 'node:crypto'
import { join } from 'node:path'
import type { Libp2p } from '@libp2p/interface'
import { loadPrimitives } from '@sotto/crypto/primitives'
import { FULL_DISK_RETRY_MS, type ServerLimits, createMailboxServer } from '@sotto/mailbox'
import { trustProxies } from './forwarded.ts'
import { startHealth } from './health.ts'
import { houseOf } from './client-house.ts'
import { type TlsFiles, containedWebSockets } from './contained-sockets.ts'
import { STORE_FILE, lockFolder, makeFolder } from './data-folder.ts'
import { admissionKeyOf } from './admit.ts'
import { createAdmittedPeers } from './admitted-peers.ts'
import { createRelayNode } from './libp2p-node.ts'
import type { Log } from './log.ts'
import { type OnFrame, createMailboxStreams } from './mailbox-streams.ts'
import { loadPeerKey } from './peer-key.ts'
import { createMetrics } from './metrics.ts'
import { createRelayClock } from './relay-clock.ts'
import { RELAY_LIMITS, type RelayLimits } from './relay-limits.ts'
import { statusPage } from './status-page.ts'
import { startStun } from './stun.ts'
import { TURN_RENEWED_MS, type TurnServers, turnAccess } from './turn.ts'
import type { NatsServers } from './store/nats/nats-link.ts'
import { startNatsRelayStore } from './store/nats/nats-relay-store.ts'
import { startStoreThread } from './store/store-thread.ts'

export type { TlsFiles }

export interface RelayOptions {
  /** Folder of the key and the mailboxes. Created if missing, for its owner only. */
  readonly data: string
  /** Address to listen on; IPv4 or IPv6. */
  readonly host: string
  /** WebSocket; 0 for any free port. */
  readonly port: number
  /** With TLS, with this certificate; null or nothing: without, or behind a proxy that has one. */
  readonly tls?: TlsFiles | null
  /** Reverse proxies of the operator's whose X-Forwarded-For is believed: IP addresses or ranges. */
  readonly trustProxy?: readonly string[]
  /** Whether each connection from these begins with the PROXY protocol. */
  readonly proxyProtocol?: boolean
  /** Where health and metrics are; `host` if nothing is said. */
  readonly httpHost?: string
  /** Health and metrics; 0 for any free port. */
  readonly httpPort: number
  /** UDP port of the relay's STUN server; 0 for any free port, null for none. As `port` if nothing is said. */
  readonly stunPort?: number | null
  /** Where that is; `host` if nothing is said. Behind a reverse proxy an address that the network reaches. */
  readonly stunHost?: string
  /** The operator's TURN servers; null or nothing: there are none. */
  readonly turn?: TurnServers | null
  /** Multiaddrs to announce instead of the ones listened on (behind a proxy that speaks TLS). */
  readonly announce?: readonly string[]
  /** Largest size of the mailboxes: of their file, or in NATS of one copy of all. */
  readonly mostBytes?: number
  /** The NATS servers that keep the mailboxes, shared with other relays of the same key; null or nothing: a file in the folder. */
  readonly nats?: NatsStore | null
  /** Whom it serves: everybody (null or nothing), or those who show a token; these are the numbers of tokens that are revoked. */
  readonly inviteOnly?: { readonly revoked: readonly number[] } | null
  readonly log?: Log
  readonly limits?: Partial<RelayLimits>
  readonly mailboxLimits?: Partial<ServerLimits>
  /** Receives every decrypted mailbox frame. For tests that play the operator; no command line sets it. */
  readonly onFrame?: OnFrame
  /** The store failed and nothing can be promised any more. The relay is already stopping. */
  readonly onFailed?: (error: unknown) => void
}

export interface NatsStore extends NatsServers {
  /** Copies of each message, where this relay makes the streams. */
  readonly replicas: number
  /** Parts of the store, where this relay makes the streams. Default: 64. */
  readonly partitions?: number
}

export interface Relay {
  readonly peerId: string
  /** Multiaddrs with peer id, to put into invites and settings. */
  readonly addresses: readonly string[]
  /** Where health and metrics are, as a URL. */
  readonly http: string
  /** UDP port of its STUN server; null: it has none. */
  readonly stunPort: number | null
  /** The libp2p node, for tests that look at connections and reservations. */
  readonly node: Libp2p
  /** Another certificate for the connections from now on. Throws if it cannot be used; then nothing changes. */
  readonly setTls: (tls: TlsFiles) => void
  readonly stop: () => Promise<void>
}

const MIB = 1024 ** 2
/** A guess: a small machine's disk has more to spare, and a large relay sets its own. */
const DEFAULT_STORE_BYTES = 4 * 1024 ** 3
/**
 * What one address may fill at once, and in a day more: parts of the disk, and on a small one what the prekeys and letters of a
 * household take. Guesses: sixteen that work together leave the reserve, and notice can be taken for weeks.
 */
const addressBudget = (
  mostBytes: number,
): Pick<ServerLimits, 'addressKeptBytes' | 'addressKeptBytesPerDay' | 'addressBlobBytes' | 'addressBlobBytesPerDay'> => ({
  addressKeptBytes: Math.max(mostBytes / 16, 16 * MIB),
  addressKeptBytesPerDay: Math.max(mostBytes / 64, 4 * MIB),
  addressBlobBytes: mostBytes / 8,
  addressBlobBytesPerDay: mostBytes / 32,
})
const COUNTS_EVERY_MS = 10 * 60_000
/** A relay that had to refuse because its store did not answer is not ready for so long. A guess: a probe or two. */
const AWAY_SHOWN_MS = 5_000

/** Resolves when clients can connect. Rejects if a port is taken or the data folder cannot be used. */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  await makeFolder(options.data)
  const unlock = lockFolder(options.data)
  try {
    return await startIn(options, unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

/** @param unlock gives the folder back, at the very end */
async function startIn(options: RelayOptions, unlock: () => void): Promise<Relay> {
  const log = options.log ?? (() => {})
  const limits = { ...RELAY_LIMITS, ...options.limits }
  const privateKey = await loadPeerKey(options.data)
  const primitives = await loadPrimitives()

  /** When a client was last refused for want of room on the disk, and of the servers that keep the mailboxes. */
  let diskFullAtMs = -Infinity
  let storeAwayAtMs = -Infinity
  const connectionsOf = new Map<string, number>()
  const tls = options.tls ?? null
  const sockets = containedWebSockets(limits, trustProxies(options.trustProxy ?? []), options.proxyProtocol ?? false, tls)
  const inviteOnly = options.inviteOnly ?? null
  const admitted = createAdmittedPeers(limits.upgradeMs)
  const node = await createRelayNode({
    privateKey,
    sockets,
    limits,
    listen: [`/${options.host.includes(':') ? 'ip6' : 'ip4'}/${options.host}/tcp/${options.port}${tls === null ? '' : '/tls'}/ws`],
    announce: options.announce ?? [],
    isFull: (host) => (connectionsOf.get(host) ?? 0) >= limits.connectionsPerAddress,
    mayUseCircuits: async (peer) => inviteOnly === null || (await admitted.isAdmitted(peer)),
  })
  node.addEventListener('connection:open', ({ detail }) => {
    const host = houseOf(detail.remoteAddr.toString())
    connectionsOf.set(host, (connectionsOf.get(host) ?? 0) + 1)
  })
  node.addEventListener('connection:close', ({ detail }) => {
    const host = houseOf(detail.remoteAddr.toString())
    const left = (connectionsOf.get(host) ?? 0) - 1
    if (left > 0) connectionsOf.set(host, left)
    else connectionsOf.delete(host)
  })

  let isReady = false
  const mostBytes = options.mostBytes ?? DEFAULT_STORE_BYTES
  const storeOptions = {
    mostBytes,
    clockFrom: (lastKnownMs: number | null) =>
      createRelayClock({
        lastKnownMs,
        wallMs: Date.now,
        passedMs: () => performance.now(),
        onJump: (byMs) => log('clockJumped', { seconds: Math.round(byMs / 1_000) }),
      }),
    onFailed: (error: unknown) => {
      log('storeFailed')
      isReady = false
      void stop().then(() => options.onFailed?.(error))
    },
  }
  const nats = options.nats ?? null
  const store =
    nats === null
      ? await startStoreThread({ ...storeOptions, path: join(options.data, STORE_FILE) })
      : await startNatsRelayStore({ ...storeOptions, ...nats, onThere: (isThere) => log(isThere ? 'storeBack' : 'storeAway') })
  const stunPort = options.stunPort === undefined ? options.port : options.stunPort
  const stun =
    stunPort === null
      ? null
      : await startStun({
          host: options.stunHost ?? options.host,
          port: stunPort,
          perAddress: limits.stunPerAddress,
          inAll: limits.stunInAll,
          onCounted: (what) => metrics.count(what),
        }).catch(async (error: unknown) => {
          await store.close()
          throw error
        })
  const turn = options.turn ?? null
  const server = createMailboxServer({
    primitives,
    randomBytes: (lengthBytes) => webcrypto.getRandomValues(new Uint8Array(lengthBytes)),
    relayPeer: node.peerId.toString(),
    incarnation: store.incarnation,
    isShared: store.shared !== null,
    stunPort: stun?.port ?? 0,
    ...(turn === null ? {} : { turnAccess: () => turnAccess(turn, Date.now()) }),
    admission: inviteOnly === null ? null : { key: admissionKeyOf(primitives, privateKey), revoked: new Set(inviteOnly.revoked) },
    limits: { ...addressBudget(mostBytes), ...options.mailboxLimits },
  })
  const streams = createMailboxStreams({
    server,
    store,
    limits,
    admitted,
    onCounted: (what) => {
      metrics.count(what)
      if (what === 'refused:diskFull') diskFullAtMs = performance.now()
      if (what === 'refused:storeAway') storeAwayAtMs = performance.now()
    },
    onFrame: options.onFrame ?? (() => {}),
  })
  const gauges = {
    connections: { help: 'Connections open', now: () => node.getConnections().length },
    mailbox_streams: { help: 'Mailbox streams open', now: () => streams.open() },
    clock_distrusted_seconds: { help: "By how much the machine's clock is distrusted", now: () => Math.round(store.distrustedMs() / 1_000) },
  }
  const metrics = createMetrics(gauges)
  const counts = setInterval(
    () => log('counts', { ...metrics.counts(), ...Object.fromEntries(Object.entries(gauges).map(([name, { now }]) => [name, now()])) }),
    COUNTS_EVERY_MS,
  )
  counts.unref()

  const renewals = turn === null ? undefined : setInterval(streams.renewTurn, TURN_RENEWED_MS)
  renewals?.unref()

  const stops: (() => unknown)[] = [
    () => clearInterval(counts),
    () => clearInterval(renewals),
    () => stun?.close(),
    () => node.stop(),
    () => store.close(),
    metrics.stop,
    unlock,
  ]
  let stopping: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      isReady = false
      log('stopping')
      for (const part of stops) await part()
      log('stopped')
    })()
    return stopping
  }

  /** Whether letters are taken, as far as is known. */
  const isTaking = (): boolean =>
    isReady && store.isThere() && performance.now() - diskFullAtMs > FULL_DISK_RETRY_MS && performance.now() - storeAwayAtMs > AWAY_SHOWN_MS
  try {
    await streams.start(node)
    await node.start()
    const health = await startHealth({
      host: options.httpHost ?? options.host,
      port: options.httpPort,
      isReady: isTaking,
      page: () => statusPage({ isReady: isTaking(), isOpen: inviteOnly === null, addresses: node.getMultiaddrs().map(String) }),
      metrics,
    })
    stops.unshift(health.close)
    isReady = true
    log('started')
    const addresses = node.getMultiaddrs().map(String)
    return { peerId: node.peerId.toString(), addresses, http: health.address, stunPort: stun?.port ?? null, node, setTls: sockets.setTls, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
