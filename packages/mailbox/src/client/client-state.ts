/**
 * What a mailbox client knows. Readonly throughout: a step makes a new state.
 */
import type { KeyPublication, MailboxId, RecordClass, ServedLimits } from '@sotto/wire'
import type { MailboxCredentials } from '../credentials.ts'
import type { Pace } from './pace.ts'
import type { PartedMap } from './parted-map.ts'

export interface ClientState {
  /** null while the stream is closed. */
  readonly connection: Connection | null
  /** By text of the mailbox's id. Outlives connections. */
  readonly wanted: ReadonlyMap<string, Wanted>
  /** Asked by the caller and not sent yet, oldest first; urgent appends before the others. */
  readonly waiting: readonly Ask[]
  /** What was last said with `wakeAt`, or null. */
  readonly wakeAtMs: number | null
}

export interface Connection {
  readonly ownPeer: string
  readonly relayPeer: string
  /** null until HELLO. */
  readonly session: Session | null
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
  readonly pace: Pace
  /** Kinds of which a request was refused by rate. */
  readonly slowed: ReadonlyMap<Pending['kind'], Slowed>
}

/** Requests of a kind that a relay takes more slowly than they came: they go one at a time, until none of them waits. */
export interface Slowed {
  /** The next one goes no sooner. */
  readonly notBeforeMs: number
  /** From one that was granted to the next: the longest time that it took until a relay took one again. */
  readonly everyMs: number
  /** When one was granted last; null: none since they go one at a time. */
  readonly grantedMs: number | null
}

/** A mailbox as these credentials open it on this connection. */
export interface Channel {
  readonly mailbox: MailboxId
  /** null while OPEN is unanswered. */
  readonly handle: number | null
  /** The request in which it was last used; the door longest unused closes first. */
  readonly lastRequest: number
  /** Pushes that arrived since credit was last granted. */
  readonly uncredited: number
}

export interface Wanted {
  readonly mailbox: MailboxId
  readonly credentials: MailboxCredentials
  readonly channel: string
  /** null: from the start of whatever store answers. */
  readonly after: { readonly incarnation: Uint8Array; readonly cursor: number } | null
}

/** What the caller (or a subscription) asks for through a door. */
export type Ask = { readonly channel: string; readonly credentials: MailboxCredentials } & (
  | { readonly kind: 'append'; readonly token: string; readonly class: RecordClass; readonly isUrgent: boolean; readonly body: Uint8Array }
  | { readonly kind: 'subscribe'; readonly mailbox: string }
  | { readonly kind: 'acknowledge'; readonly upTo: number }
  | { readonly kind: 'drop' }
  | {
      readonly kind: 'publishKeys'
      readonly token: string
      readonly replace: boolean
      readonly publication: KeyPublication
      /** A large publication is split; these parts go when this one is there. */
      readonly rest: readonly KeyPublication[]
    }
  | { readonly kind: 'fetchKeys'; readonly token: string }
)

export type Pending = Ask | { readonly kind: 'open'; readonly channel: string }

export const NEVER_CONNECTED: ClientState = { connection: null, wanted: new Map(), waiting: [], wakeAtMs: null }

/** A copy of a map with one entry set. */
export const withEntry = <K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> => new Map(map).set(key, value)

/** A copy of a map without one entry. */
export function withoutEntry<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const copy = new Map(map)
  copy.delete(key)
  return copy
}
