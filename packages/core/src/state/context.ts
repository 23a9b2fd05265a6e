/**
 * What a step works with: the transaction, the time of the event, and lists that collect what must be written and
 * performed. One context lives for one step.
 */
import type { ClientEvent, MailboxClient } from '@sotto/mailbox'
import type { MembershipLog } from '@sotto/membership'
import type { AccountId, DeviceId, GroupCipherName, Operation } from '@sotto/wire'
import type { CryptoProvider, Effect } from '../contract/events.ts'
import type { HistoryWrite } from '../contract/history.ts'
import type { KeyName } from './names.ts'
import type { Transaction } from './table.ts'
import type { Group } from './tables/groups.ts'
import type { OutboxEntry } from './tables/links.ts'

/** What a relay's client found, for the rooms that act on it in the same step. `relay` is the relay's name in row keys. */
export type RelayEvent =
  | ({ readonly relay: string } & Exclude<ClientEvent, { readonly kind: 'wakeAt' | 'broken' | 'connected' | 'roomAgain' }>)
  | { readonly kind: 'relayReady'; readonly relay: string }
  /** A relay has this record of ours on its disk. */
  | { readonly kind: 'stored'; readonly entry: OutboxEntry }

/**
 * What changed here, told upwards, because a lower room never calls a higher one. The machine applies it as soon as the
 * work under way is done, before other events (`internal-events.ts`).
 */
export type InternalEvent =
  /** Its author had no right to this operation; a device list in it is its account's word all the same. */
  | { readonly kind: 'operationRefused'; readonly group: string; readonly operation: Operation }
  /** Operations were added to the log of a group we are in. `before` is the log without them. One at a time for each group. */
  | { readonly kind: 'operationsAdded'; readonly group: string; readonly operations: readonly Operation[]; readonly before: MembershipLog }
  /** The group moved to this epoch. */
  | { readonly kind: 'epochBegan'; readonly group: string; readonly epoch: string }
  /** A session replaced one in which no answer came: letters sealed in the old one may never have arrived. */
  | { readonly kind: 'sessionReplaced'; readonly device: DeviceId }
  /** A sender key arrived or opens more than before, or members attested a removed device's messages. */
  | { readonly kind: 'keyChanged'; readonly name: KeyName }
  /** An invite or the person named relays where a group that we are in may be found. */
  | { readonly kind: 'placesNamed'; readonly group: string; readonly relays: readonly string[]; readonly why: 'invite' | 'chosen' }
  /** Messages of these places are shown elsewhere than their records in the history store. */
  | { readonly kind: 'placesChanged'; readonly group: string; readonly slots: readonly string[] }
  /** Letters left that messages under this key id waited for, or are meant for nobody any more. */
  | { readonly kind: 'lettersLeft'; readonly group: string; readonly epoch: string; readonly keyId: string }
  /** Someone said that a message is another now, or is deleted. */
  | { readonly kind: 'messageChanged'; readonly group: string; readonly message: string }
  /** An account calls itself otherwise than before. */
  | { readonly kind: 'renamed'; readonly account: string; readonly from: { readonly name: string; readonly another: number }; readonly to: string }
  /** The group is called otherwise than before. */
  | { readonly kind: 'titleChanged'; readonly group: string; readonly title: string }
  /** An admin gave the group another picture or description. */
  | { readonly kind: 'groupProfileChanged'; readonly group: string; readonly by: AccountId; readonly what: 'pictureChanged' | 'descriptionChanged' }
  /** An account has other devices than before. */
  | { readonly kind: 'devicesChanged'; readonly account: string }
  /** An account signed two device lists that contradict each other. */
  | { readonly kind: 'devicesForked'; readonly account: string }
  /** `by` was sent something else by `about`, in the same place, than this device. */
  | { readonly kind: 'contentsDiffer'; readonly group: string; readonly about: AccountId; readonly by: AccountId }
  /** All files of a message that is passed on to this group are sealed and stored. */
  | { readonly kind: 'sealedToPassOn'; readonly group: string; readonly as: string }
  /** This device created the group. */
  | { readonly kind: 'created'; readonly group: string }
  /** A withdrawn join request was admitted all the same. `before`: this device's state in the group, and the group's place in the list. */
  | {
      readonly kind: 'letInUnwanted'
      readonly group: string
      readonly before: { readonly state: Group['state']; readonly raisedMs: number } | undefined
      readonly by: readonly DeviceId[]
    }
  /** This device was admitted to the group. `isBack`: it was in it before. */
  | { readonly kind: 'joined'; readonly group: string; readonly isBack: boolean }

export interface Context {
  readonly provider: CryptoProvider
  readonly mailbox: MailboxClient
  readonly transaction: Transaction
  /** The relays' names by their addresses: the cached results of a pure function. */
  readonly relayNames: Map<string, string>
  /** `CoreOptions.oneTimePreKeys`. */
  readonly oneTimePreKeys: number
  /** The group ciphers of this machine by the word that names each. `ciphersOf` and `cipherOf` know their type. */
  readonly ciphers: ReadonlyMap<GroupCipherName, unknown>
  /** The cipher of groups that are created here. */
  readonly newGroupCipher: GroupCipherName
  readonly nowMs: number
  readonly histories: HistoryWrite[]
  readonly dropHistories: string[]
  /** Names of keys of records that end. */
  readonly eraseKeys: string[]
  readonly effects: Effect[]
  readonly internalEvents: InternalEvent[]
  readonly relayEvents: RelayEvent[]
}

/** Tells the machine what changed. Operations of a group join those of the same group that still wait. */
export function tell(context: Context, internalEvent: InternalEvent): void {
  const at =
    internalEvent.kind === 'operationsAdded'
      ? context.internalEvents.findIndex((each) => each.kind === 'operationsAdded' && each.group === internalEvent.group)
      : -1
  const waiting = context.internalEvents[at]
  if (internalEvent.kind !== 'operationsAdded' || waiting?.kind !== 'operationsAdded') context.internalEvents.push(internalEvent)
  else context.internalEvents[at] = { ...waiting, operations: [...waiting.operations, ...internalEvent.operations] }
}
