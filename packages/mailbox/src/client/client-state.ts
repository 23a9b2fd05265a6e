/** What a mailbox client knows. Readonly throughout: a step makes a new state. */
import type { AdmissionToken, KeyPublication, MailboxId, MailboxKind, RecordClass, ServedLimits, TurnAccess } from '@sotto/wire'
import type { MailboxCredentials } from '../credentials.ts'
import type { Pace } from './pace.ts'
import type { PartedMap } from './parted-map.ts'

export interface ClientState {
  /** null while the stream is closed. */
  readonly connection: Connection | null
  /** By the text of the mailbox's id. Outlives connections. */
  readonly wanted: ReadonlyMap<string, Wanted>
  /** Asked by the caller and not sent yet, oldest first, with urgent appends before the others. */
  readonly waiting: readonly Ask[]
  /** The time of the last `wakeAt`, or null. */
  readonly wakeAtMs: number | null
}

export interface Connection {
  readonly ownPeer: string
  readonly relayPeer: string
  /** What is shown to a relay that is not open to everybody; null: nothing. */
  readonly token: AdmissionToken | null
  /** null until HELLO, and where a token comes first, until the relay admitted us. */
  readonly session: Session | null
  /** The session that begins when the relay admits us, and when it is asked again; null: it was not asked for a token. */
  readonly admission: { readonly session: Session; readonly servers: Servers; readonly againMs: number | null } | null
}

/** What HELLO names beside mailboxes. */
export interface Servers {
  readonly stunPort: number
  readonly turn: TurnAccess | null
}

export interface Session {
  readonly nonce: Uint8Array
  readonly incarnation: Uint8Array
  readonly limits: ServedLimits
  /** The relay's clock minus ours, in ms: an OPEN expires by the relay's clock. */
  readonly clockAheadMs: number
  readonly nextRequest: number
  /** By name (`channelName`). */
  readonly channels: PartedMap<string, Channel>
  readonly channelByHandle: PartedMap<number, string>
  /** Sent and unanswered, by request id. */
  readonly pending: PartedMap<number, Pending>
  /** Files have a pace and a window of their own, so that no letter waits for them. */
  readonly paces: Readonly<Record<Flow, Pace>>
  /** Kinds that had a request refused by rate. */
  readonly slowed: ReadonlyMap<PacedKind, Slowed>
}

/** Requests of a kind that come faster than the relay takes them. They go one at a time until none waits. */
export interface Slowed {
  /** The next one goes no earlier than this. */
  readonly notBeforeMs: number
  /** The longest time so far from a granted request until the relay took another. */
  readonly everyMs: number
  /** When the last one was granted; null: none since they go one at a time. */
  readonly grantedMs: number | null
}

/** A mailbox as these credentials open it on this connection. */
export interface Channel {
  readonly mailbox: MailboxId
  readonly kind: MailboxKind
  /** null while OPEN is unanswered. */
  readonly handle: number | null
  /** The request that used it last. The channel that was unused for longest is closed first. */
  readonly lastRequest: number
  /** The relay says on it when a full mailbox has room again. */
  readonly awaitsRoom: boolean
  /** Pushes that arrived since credit was last granted. */
  readonly uncredited: number
}

export interface Wanted {
  readonly mailbox: MailboxId
  readonly credentials: MailboxCredentials
  readonly channel: string
  /** null: from the start of the store that answers. */
  readonly after: { readonly incarnation: Uint8Array; readonly cursor: number } | null
}

/** What the caller or a subscription requests through a channel. */
export type Ask = { readonly channel: string; readonly credentials: MailboxCredentials } & (
  | { readonly kind: 'append'; readonly token: string; readonly class: RecordClass; readonly isUrgent: boolean; readonly body: Uint8Array }
  | { readonly kind: 'subscribe'; readonly mailbox: string }
  | { readonly kind: 'acknowledge'; readonly upTo: number }
  | { readonly kind: 'drop'; readonly mailbox: MailboxId }
  | {
      readonly kind: 'publishKeys'
      readonly token: string
      readonly replace: boolean
      readonly publication: KeyPublication
      /** A large publication is split. These parts go when this one is stored. */
      readonly rest: readonly KeyPublication[]
    }
  | { readonly kind: 'fetchKeys'; readonly token: string }
)

export type Pending = Ask | { readonly kind: 'open'; readonly channel: string }

/** What appends are paced as. */
export type Flow = 'letters' | 'blobs'

export const flowOf = ({ credentials }: Pick<Ask, 'credentials'>): Flow => (credentials.keys.kind === 'blob' ? 'blobs' : 'letters')

/** Kinds of requests as a relay counts them. */
export type PacedKind = Pending['kind'] | 'appendBlob'

export const pacedKindOf = (pending: Pending): PacedKind => (pending.kind === 'append' && flowOf(pending) === 'blobs' ? 'appendBlob' : pending.kind)

export const NEVER_CONNECTED: ClientState = { connection: null, wanted: new Map(), waiting: [], wakeAtMs: null }

/** A copy of a map with one entry set. */
export const withEntry = <K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> => new Map(map).set(key, value)

/** A copy of a map without one entry. */
export function withoutEntry<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const copy = new Map(map)
  copy.delete(key)
  return copy
}
