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
  // Its form, which everybody who has it and its past says the same of. Nothing of what breaks it is kept.

  /** What is wrong with it, whatever it stands behind. */
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

  // *Attacks*, *witnessed*: what it takes from operations at the same time, and whose word does not count on it.

  /** Whose operations at the same time it takes back. Where nothing else decides, it stands. */
  readonly removes?: (body: BodyOf<K>) => AccountId
  /** Whom it takes the role of an admin from. */
  readonly demotes?: (body: BodyOf<K>) => AccountId | null
  /** The one invite that it closes. */
  readonly closesInvite?: (body: BodyOf<K>) => OperationId
  /** Somebody goes: closes all invites, and the epoch is stale until a rekeying. */
  readonly takesAway?: true
  /** Whom it is about, beside its author. */
  readonly subjects: (body: BodyOf<K>) => readonly AccountId[]

  // What it does where it stands.

  /** Concurrent ones are applied in this order: invites before who comes in by them, people before what happens to them. */
  readonly applied: 'first' | 'second' | 'last'
  /**
   * The state with it in force; the same for concurrent ones in any order. A setting goes through `laterSetting`. Invites
   * that close, stale epochs and fresh secrets follow from what else is said here.
   */
  readonly apply: (state: GroupState, body: BodyOf<K>, claim: Claim) => GroupState
  /** It commits to a fresh secret: a new epoch. */
  readonly rekeys?: true
  /** Somebody comes in and is handed secrets: where it is void, the epoch is stale. */
  readonly handsSecrets?: true

  // Manners: what the fold forgives.

  /** Whether a last admin who writes this goes, or gives the role up, and puts nobody in charge. */
  readonly leavesNobodyInCharge?: (body: BodyOf<K>, author: AccountId) => boolean
}

/** For kinds that no admin is needed for, or always one. */
export const never = (): boolean => false
export const always = (): boolean => true

/** For kinds that are about nobody but their author. */
export const nobody = (): readonly AccountId[] => []
