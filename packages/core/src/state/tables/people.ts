/** Rows of other people: what they call themselves, what the person of this device calls and believes of them, and their devices. */
import { boolean, type Decoded, deviceId, fixedBytes, LIMITS, list, optional, struct, text, uint16, uint32, uint48, uint8, varBytes } from '@sotto/wire'
import { durable, volatile } from '../table.ts'

const name = struct({
  /** In its one form (`readName`). */
  name: text(LIMITS.nameBytes),
  /** Only others said so: the account itself has not spoken yet. */
  isHearsay: boolean,
  /** As the account said it (PROTOCOL §3.52); 0 while only others spoke. */
  revision: uint16,
  /** How many accounts had taken a name that is drawn alike when this one took it. It stays while the name does. */
  another: uint16,
  /** Renames since a time, so that they are bounded. */
  renames: uint8,
  sinceMs: uint48,
})

export type Name = Decoded<typeof name>

/** What an account calls itself. Key: account. */
export const NAME = durable('name', name, { scope: 'account', owner: 'groups' })

/** Members whose name is still to come: when they are asked for it next, and how often they were. Key: group, account. */
export const NAMELESS = durable('nameless', struct({ atMs: uint48, times: uint8 }), { scope: 'group', owner: 'groups' })

/** When a member's device was last told this person's name because it asked. Key: group, device. */
export const NAME_ANSWERED = volatile<number>('nameAnswered', { scope: 'group', owner: 'groups' })

const profile = struct({
  line: text(LIMITS.lineBytes),
  /** Empty: none. */
  picture: varBytes(LIMITS.pictureBytes),
  /** The beginning of its hash; empty: there is none. */
  name: text(16),
  /** When its author chose it (`chosenAfter`). */
  chosenMs: uint48,
})

export type Profile = Decoded<typeof profile>

/** What an account says about itself beside its name. Key: account. */
export const PROFILE = durable('profile', profile, { scope: 'account', owner: 'groups' })

/** What this person says about itself. Key: `self`. */
export const OWN_PROFILE = durable('ownProfile', profile, { scope: 'self', owner: 'groups' })

const pin = struct({
  /** What the person calls it; empty: what it calls itself. */
  petname: text(LIMITS.nameBytes),
  /** As in `NAME`, among petnames. */
  another: uint16,
  /** Its devices when the person compared safety numbers; null: never. The mark holds while they are the same. */
  verified: optional(struct({ devices: list(deviceId, LIMITS.devicesPerAccount), atMs: uint48 })),
})

export type Pin = Decoded<typeof pin>

/** What the person of this device pinned to an account. Key: account. */
export const PIN = durable('pin', pin, { scope: 'account', owner: 'groups' })

const accountDevices = struct({
  version: uint32,
  /** Hash of the device list. */
  hash: fixedBytes(32),
  devices: list(struct({ device: deviceId, createdMs: uint48 }), LIMITS.devicesPerAccount),
  revoked: list(deviceId, LIMITS.devicesPerAccount),
  /** Another list that the account signed and that does not go with this one. Nothing is sent to it until the person decides. */
  fork: optional(struct({ hash: fixedBytes(32), atMs: uint48, isDecided: boolean })),
})

export type AccountDevices = Decoded<typeof accountDevices>

/** The newest device list of an account that is or was a member with us. Key: account. */
export const ACCOUNT_DEVICES = durable('accountDevices', accountDevices, { scope: 'account', owner: 'groups' })

/** Accounts that the person blocked, and when. It outlasts the groups that are shared with them. Key: account. */
export const BLOCKED = durable('blocked', struct({ atMs: uint48 }), { scope: 'account', owner: 'groups' })

/** Accounts to which nothing is sent because of a fork. Key: account. */
export const FORKED = volatile<true>('forked', { scope: 'account', owner: 'groups' })

/** Accounts by what their names can be taken for, with the number that tells them apart. Key: lookalike key, account. */
export const LOOKALIKE = volatile<number>('lookalike', { scope: 'self', owner: 'groups' })

/** The keys of an account in `LOOKALIKE`. Key: account. */
export const LOOKS = volatile<readonly string[]>('looks', { scope: 'account', owner: 'groups' })
