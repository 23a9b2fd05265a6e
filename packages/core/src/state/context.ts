/**
 * What a step works with: the draft of the state, the time of the event, and lists that collect what must be written
 * and performed. One context lives for one step.
 */
import type { ClientEvent, MailboxClient } from '@sotto/mailbox'
import type { MembershipLog } from '@sotto/membership'
import type { DeviceId, GroupCipherName, Operation } from '@sotto/wire'
import type { CryptoProvider, Effect } from '../contract/events.ts'
import type { HistoryWrite } from '../contract/history.ts'
import type { KeyName } from './names.ts'
import type { Transaction } from './table.ts'
import type { Group } from './tables/groups.ts'
import type { OutboxEntry } from './tables/links.ts'

/** What a relay's client found, for the rooms that act on it in the same step. `relay` is the relay's name. */
export type RelayEvent =
  | ({ readonly relay: string } & Exclude<ClientEvent, { readonly kind: 'wakeAt' | 'appended' | 'broken' | 'connected' }>)
  | { readonly kind: 'relayReady'; readonly relay: string }
  /** A relay has this record of ours on its disk. */
  | { readonly kind: 'stored'; readonly entry: OutboxEntry }

/**
 * What changed here, told upwards: the machine hears it once what is under way is done, and before other news
 * (`internal-events.ts`). A lower room never calls a higher one.
 */
export type InternalEvent =
  /** Operations came into the log of a group we are in; `before` is the log without them. One at a time for each group. */
  | { readonly kind: 'operationsAdded'; readonly group: string; readonly operations: readonly Operation[]; readonly before: MembershipLog }
  /** The group is in this epoch from now on. */
  | { readonly kind: 'epochBegan'; readonly group: string; readonly epoch: string }
  /** A session replaced one in which nothing had come back: what left in that one may never have arrived. */
  | { readonly kind: 'sessionReplaced'; readonly device: DeviceId }
  /** A sender key came or opens more than before, or a removed device's messages were attested. */
  | { readonly kind: 'keyChanged'; readonly name: KeyName }
  /** Somebody named relays at which a group that we are in may be found. */
  | { readonly kind: 'placesNamed'; readonly group: string; readonly relays: readonly string[]; readonly why: 'invite' | 'chosen' }
  /** Messages of these places stand elsewhere than their records in the log. */
  | { readonly kind: 'placesChanged'; readonly group: string; readonly slots: readonly string[] }
  /** This device made the group. */
  | { readonly kind: 'created'; readonly group: string }
  /** This device was let into a group that it had asked for and does not want; `before` is what it was there, and where the group stood in the list. */
  | {
      readonly kind: 'letInUnwanted'
      readonly group: string
      readonly before: { readonly state: Group['state']; readonly raisedMs: number } | undefined
      readonly by: readonly DeviceId[]
    }
  /** This device was let into the group. */
  | { readonly kind: 'joined'; readonly group: string }

export interface Context {
  readonly provider: CryptoProvider
  readonly mailbox: MailboxClient
  readonly transaction: Transaction
  /** Names of relays by their addresses: a pure function's results, kept. */
  readonly relayNames: Map<string, string>
  /** `CoreOptions.oneTimePreKeys`. */
  readonly oneTimePreKeys: number
  /** The group ciphers of this machine by the word that names each; `ciphersOf` and `cipherOf` say what they are. */
  readonly ciphers: ReadonlyMap<GroupCipherName, unknown>
  /** What groups that are made here are sealed with. */
  readonly newGroupCipher: GroupCipherName
  readonly nowMs: number
  readonly histories: HistoryWrite[]
  readonly dropHistories: string[]
  readonly effects: Effect[]
  readonly internalEvents: InternalEvent[]
  readonly relayEvents: RelayEvent[]
}

/** Tells the machine what changed. Operations that come while others of their group wait to be heard join those. */
export function tell(context: Context, internalEvent: InternalEvent): void {
  const at =
    internalEvent.kind === 'operationsAdded'
      ? context.internalEvents.findIndex((each) => each.kind === 'operationsAdded' && each.group === internalEvent.group)
      : -1
  const waiting = context.internalEvents[at]
  if (internalEvent.kind !== 'operationsAdded' || waiting?.kind !== 'operationsAdded') context.internalEvents.push(internalEvent)
  else context.internalEvents[at] = { ...waiting, operations: [...waiting.operations, ...internalEvent.operations] }
}
