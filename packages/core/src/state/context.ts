/**
 * What a step works with: the draft of the state, the time of the event, and lists that collect what must be written
 * and performed. One context lives for one step.
 */
import type { ClientEvent, MailboxClient } from '@sotto/mailbox'
import type { Log } from '@sotto/membership'
import type { DeviceId, Operation, Profile } from '@sotto/wire'
import type { Effect, Suite } from '../contract/events.ts'
import type { LogWrite } from '../contract/history.ts'
import type { KeyName } from './names.ts'
import type { Draft } from './table.ts'
import type { Group } from './tables/groups.ts'
import type { OutboxEntry } from './tables/links.ts'

/** What a relay's client found, for the rooms that act on it in the same step. `relay` is the relay's name. */
export type News =
  | ({ readonly relay: string } & Exclude<ClientEvent, { readonly kind: 'wakeAt' | 'appended' | 'broken' | 'connected' }>)
  | { readonly kind: 'relayReady'; readonly relay: string }
  /** A relay has this record of ours on its disk. */
  | { readonly kind: 'stored'; readonly entry: OutboxEntry }

/**
 * What changed here, told upwards: the machine hears it once what is under way is done, and before other news
 * (`happenings.ts`). A lower room never calls a higher one.
 */
export type Happening =
  /** Operations came into the log of a group we are in; `before` is the log without them. One at a time for each group. */
  | { readonly kind: 'operationsAdded'; readonly group: string; readonly operations: readonly Operation[]; readonly before: Log }
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
  readonly suite: Suite
  readonly mailbox: MailboxClient
  readonly draft: Draft
  /** Names of relays by their addresses: a pure function's results, kept. */
  readonly relayNames: Map<string, string>
  /** `CoreOptions.oneTimePreKeys`. */
  readonly oneTimePreKeys: number
  /** The group ciphers of this machine by the word that names each; `ciphersOf` and `cipherOf` say what they are. */
  readonly ciphers: ReadonlyMap<Profile, unknown>
  /** What groups that are made here are sealed with. */
  readonly newGroupCipher: Profile
  readonly nowMs: number
  readonly logs: LogWrite[]
  readonly dropLogs: string[]
  readonly effects: Effect[]
  readonly happenings: Happening[]
  readonly news: News[]
}

/** Tells the machine what changed. Operations that come while others of their group wait to be heard join those. */
export function tell(context: Context, happening: Happening): void {
  const at =
    happening.kind === 'operationsAdded' ? context.happenings.findIndex((each) => each.kind === 'operationsAdded' && each.group === happening.group) : -1
  const waiting = context.happenings[at]
  if (happening.kind !== 'operationsAdded' || waiting?.kind !== 'operationsAdded') context.happenings.push(happening)
  else context.happenings[at] = { ...waiting, operations: [...waiting.operations, ...happening.operations] }
}
