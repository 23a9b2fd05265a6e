/**
 * What the rules of a group ask of a kind of operation (PROTOCOL §5). Each kind answers in a file of its own; `all.ts` lists
 * them by the kinds that the codec knows, so that none can be left out. What is the same for all kinds is in `rules`.
 */
import type { Primitives } from '@sotto/crypto/primitives'
import type { AccountId, DeviceId, OperationBody, OperationId, UnsignedOperation } from '@sotto/wire'
import type { Bits } from '../entries/bits.ts'
import type { Claim, GroupState, Person } from '../entries/entry.ts'
import type { History } from '../entries/history.ts'
import type { RightRejection, ShapeRejection } from '../entries/rejection.ts'

export type OperationKind = OperationBody['kind']
export type BodyOf<K extends OperationKind> = Extract<OperationBody, { readonly kind: K }>

/** A member does something, or wants to, in the state folded from what it has seen. */
export interface Attempt<K extends OperationKind = OperationKind> {
  readonly state: GroupState
  readonly account: AccountId
  readonly author: Person
  readonly byAdmin: boolean
  readonly body: BodyOf<K>
  /** Hash of the device list in `body`, or null where there is none. */
  readonly listHash: Uint8Array | null
}

/** An operation's past, as far as its form depends on it. */
export interface Place {
  readonly primitives: Primitives
  readonly history: History
  readonly past: Bits
  readonly unsigned: UnsignedOperation
}

/** The operations of one kind. What is left out is nothing, nobody or no. */
export interface OperationRules<K extends OperationKind> {
  // Its form, on which every device that has it and its past agrees. Nothing that breaks it is kept.

  /** What is wrong with it, whatever comes before it. */
  readonly malformed?: (body: BodyOf<K>) => ShapeRejection | undefined
  /** What is wrong with it in its place. */
  readonly misplaced?: (body: BodyOf<K>, place: Place) => ShapeRejection | undefined

  // *Entitled*: the right of a member with a current device.

  /** The first rule that an attempt breaks. */
  readonly objection: (attempt: Attempt<K>) => RightRejection | undefined
  /** Whether the right would be gone without the role of an admin. */
  readonly needsAdmin: (attempt: Attempt<K>) => boolean
  /** The invite that the right rests on. */
  readonly byInvite?: (body: BodyOf<K>) => OperationId | null
  /** Devices that it takes from its author's account: that closes invites, as `takesAway` does. */
  readonly revokes?: (attempt: Attempt<K>) => readonly DeviceId[]

  // *Conflicts with*, *acknowledged by a majority*: what it takes from operations at the same time, and whose word does not count on it.

  /** The account whose operations at the same time it takes back. Where nothing else decides, it is effective. */
  readonly removes?: (body: BodyOf<K>) => AccountId
  /** Whom it takes the role of an admin from. */
  readonly demotes?: (body: BodyOf<K>) => AccountId | null
  /** The one invite that it closes. */
  readonly closesInvite?: (body: BodyOf<K>) => OperationId
  /** A member goes: closes all invites, and a rekey is needed. */
  readonly takesAway?: true
  /** Whom it is about, beside its author. */
  readonly subjects: (body: BodyOf<K>) => readonly AccountId[]

  // What it does where it is effective.

  /** Concurrent ones are applied in this order: invites before the people they admit, people before what happens to them. */
  readonly applied: 'first' | 'second' | 'last'
  /**
   * The state with it in force; the same for concurrent ones in any order. A setting goes through `laterSetting`. Invites
   * that close, needed rekeys and fresh secrets follow from what else is said here.
   */
  readonly apply: (state: GroupState, body: BodyOf<K>, claim: Claim) => GroupState
  /** It commits to a fresh secret: a new epoch. */
  readonly rekeys?: true
  /** A member is admitted and is handed secrets: where it is filtered, a rekey is needed. */
  readonly handsSecrets?: true

  // Manners: what the fold forgives.

  /** Whether the last admin leaves, or hands back the role, with this and names no successor. */
  readonly leavesNobodyInCharge?: (body: BodyOf<K>, author: AccountId) => boolean
}

/** For kinds that no admin is needed for, or always one. */
export const never = (): boolean => false
export const always = (): boolean => true

/** For kinds that are about nobody but their author. */
export const nobody = (): readonly AccountId[] => []
