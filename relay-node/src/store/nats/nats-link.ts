/** One connection of a relay to its NATS servers, with what the store asks of them. */
import { readFileSync } from 'node:fs'
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import {
  type Authenticator,
  type NatsConnection,
  type Subscription,
  connect,
  credsAuthenticator,
  errors,
  nkeyAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node'
import { CannotOpen, StoreAway, isGone, storeFault } from './store-faults.ts'

export interface NatsServers {
  /** `nats://host:port` or `tls://host:port`: some servers of one cluster; the others are learned from them. */
  readonly servers: readonly string[]
  /** A file with credentials (`.creds`), the seed of an nkey, or `user:password`; null: none. */
  readonly credentials: string | null
  /** A file in PEM with the authority of the servers' certificates, where it is not a public one. */
  readonly authority: string | null
}

/** A message of a stream. */
export interface Kept {
  readonly subject: string
  readonly cursor: number
  readonly data: Uint8Array
}

export interface Published {
  readonly cursor: number
  /** The server has taken a message with this id before, some minutes ago at most. It may be gone since. */
  readonly isDuplicate: boolean
}

/** Everything that may fail rejects with `StoreAway` or `NoRoom`. */
export interface NatsLink {
  readonly manager: JetStreamManager
  readonly isUp: () => boolean
  /** Resolves when a quorum has it. */
  readonly publish: (subject: string, data: Uint8Array, id?: string) => Promise<Published>
  /** The first message of a subject from this sequence on, from any replica: it may lack the newest. */
  readonly next: (stream: string, subject: string, from: number) => Promise<Kept | null>
  /** The same from the stream's leader, which has all. */
  readonly nextOfLeader: (stream: string, subject: string, from: number) => Promise<Kept | null>
  readonly lastOfLeader: (stream: string, subject: string) => Promise<Kept | null>
  readonly atOfLeader: (stream: string, cursor: number) => Promise<Kept | null>
  /** Deletes one message and overwrites it on the disks. Of several that do so one is told true. */
  readonly erase: (stream: string, cursor: number) => Promise<boolean>
  /** To all that listen at the moment; nothing is kept. */
  readonly say: (subject: string, data: Uint8Array) => void
  readonly listen: (subject: string, heard: (subject: string, data: Uint8Array, header: (name: string) => string) => void) => Subscription
  readonly close: () => Promise<void>
}

/** The library's bytes are Node's `Buffer`s, whose `slice` copies nothing: what is decoded of them would pin all that came with them. */
const plain = (data: Uint8Array): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.length)

/** What one request may take: less than it takes to elect another leader, so that clients are told, and try again soon after. */
const REQUEST_MS = 2_000
/** At a start. */
const CONNECT_MS = 5_000
const RECONNECT_MS = 250
const PING_MS = 5_000
/** Earlier servers lack what is asked of them here: reading by subject from any replica, and passing on what was stored. */
const OLDEST_SERVER = [2, 9] as const

function authenticatorOf(file: string | null): Authenticator | null {
  if (file === null) return null
  let text: string
  try {
    text = readFileSync(file, 'utf8').trim()
  } catch (fault) {
    throw new CannotOpen('NATS_CREDENTIALS', fault)
  }
  if (text.includes('BEGIN NATS USER JWT')) return credsAuthenticator(new TextEncoder().encode(text))
  if (/^SU[A-Z2-7]{56}$/.test(text)) return nkeyAuthenticator(new TextEncoder().encode(text))
  const [user, password] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)]
  if (!text.includes(':') || text.includes('\n')) throw new CannotOpen('NATS_CREDENTIALS')
  return usernamePasswordAuthenticator(user, password)
}

async function connectTo({ servers, credentials, authority }: NatsServers): Promise<NatsConnection> {
  const authenticator = authenticatorOf(credentials)
  const wantsTls = authority !== null || servers.some((server) => server.startsWith('tls:'))
  try {
    return await connect({
      servers: servers.map((server) => server.replace(/^[a-z]+:\/\//, '')),
      ...(authenticator === null ? {} : { authenticator }),
      ...(wantsTls ? { tls: authority === null ? {} : { caFile: authority } } : {}),
      name: 'sotto relay',
      timeout: CONNECT_MS,
      // A relay hears its own words otherwise.
      noEcho: true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_MS,
      // The operator may set credentials right while relays run.
      ignoreAuthErrorAbort: true,
      pingInterval: PING_MS,
      noAsyncTraces: true,
    })
  } catch (fault) {
    throw new CannotOpen(fault instanceof errors.AuthorizationError ? 'NATS_DENIED' : 'NATS_AWAY', fault)
  }
}

/** Rejects with `CannotOpen`. */
export async function openLink(
  servers: NatsServers,
  told: {
    /** The connection is lost, or there again. What was said meanwhile was missed. */
    readonly onUp: (isUp: boolean) => void
    /** It ended for good, unasked. */
    readonly onEnded: (fault: unknown) => void
  },
): Promise<NatsLink> {
  const connection = await connectTo(servers)
  const [major = 0, minor = 0] = (connection.info?.version ?? '').split('.').map(Number)
  if (major < OLDEST_SERVER[0] || (major === OLDEST_SERVER[0] && minor < OLDEST_SERVER[1])) {
    await connection.close()
    throw new CannotOpen('NATS_TOO_OLD')
  }
  let manager: JetStreamManager
  try {
    manager = await jetstreamManager(connection, { timeout: REQUEST_MS })
  } catch (fault) {
    await connection.close()
    throw new CannotOpen('NATS_NO_JETSTREAM', fault)
  }
  const client: JetStreamClient = jetstream(connection, { timeout: REQUEST_MS })

  let isUp = true
  let isClosing = false
  const watchStatus = async (): Promise<void> => {
    for await (const { type } of connection.status()) {
      if (type !== 'disconnect' && type !== 'reconnect') continue
      isUp = type === 'reconnect'
      if (!isClosing) told.onUp(isUp)
    }
  }
  void watchStatus()
  void connection.closed().then((fault) => {
    isUp = false
    if (!isClosing) told.onEnded(fault)
  })

  /** Nothing is asked of servers that are not there: the library would keep it and send it later. */
  const ask = async <T>(request: () => Promise<T>): Promise<T> => {
    if (!isUp) throw new StoreAway('no connection')
    try {
      return await request()
    } catch (fault) {
      throw storeFault(fault)
    }
  }
  type Query = Parameters<JetStreamManager['streams']['getMessage']>[1]
  const ofLeader = (stream: string, query: unknown): Promise<Kept | null> =>
    ask(async () => {
      const found = await manager.streams.getMessage(stream, query as Query)
      return found === null ? null : { subject: found.subject, cursor: found.seq, data: plain(found.data) }
    })

  return {
    manager,
    isUp: () => isUp,
    publish: (subject, data, id) =>
      ask(async () => {
        const taken = await client.publish(subject, data, id === undefined ? {} : { msgID: id })
        // It is taken by a message that is not stored yet.
        if (taken.seq === 0) throw new StoreAway('not stored yet')
        return { cursor: taken.seq, isDuplicate: taken.duplicate }
      }),
    next: (stream, subject, from) =>
      ask(async () => {
        const found = await manager.direct.getMessage(stream, { seq: from, next_by_subj: subject })
        return found === null ? null : { subject: found.subject, cursor: found.seq, data: plain(found.data) }
      }),
    nextOfLeader: (stream, subject, from) => ofLeader(stream, { seq: from, next_by_subj: subject }),
    lastOfLeader: (stream, subject) => ofLeader(stream, { last_by_subj: subject }),
    atOfLeader: (stream, cursor) => ofLeader(stream, { seq: cursor }),
    erase: (stream, cursor) =>
      ask(async () => {
        try {
          return await manager.streams.deleteMessage(stream, cursor, true)
        } catch (fault) {
          if (isGone(fault)) return false
          throw fault
        }
      }),
    say: (subject, data) => {
      if (isUp) connection.publish(subject, data)
    },
    listen: (subject, heard) =>
      connection.subscribe(subject, {
        callback: (fault, message) => {
          if (fault === null) heard(message.subject, plain(message.data), (name) => message.headers?.get(name) ?? '')
        },
      }),
    close: async () => {
      isClosing = true
      await connection.close()
    },
  }
}
