/** Rosters as bytes, so that two devices (or a test) can say whether they see the same group. */
import type { Primitives } from '@sotto/crypto/primitives'
import {
  accountId,
  boolean,
  type Codec,
  deviceId,
  encode,
  fixedBytes,
  groupCipher,
  inboxAddress,
  LIMITS,
  list,
  operationId,
  optional,
  role,
  struct,
  text,
  uint16,
  uint32,
  uint48,
  word,
} from '@sotto/wire'
import type { Roster } from './roster.ts'

const MANY = 2 ** 32 - 1

const many = <T>(item: Codec<T>): Codec<readonly T[]> => list(item, MANY)

const member = struct({
  account: accountId,
  role,
  devices: many(struct({ device: deviceId, deviceDh: fixedBytes(32), inbox: inboxAddress, admittedBy: operationId })),
  listVersion: uint32,
  admittedBy: operationId,
})

const openInvite = struct({ id: operationId, role, usesLeft: uint32, expiresMs: uint48, author: accountId })

const rosterCodec = struct({
  groupCipher,
  titleHash: fixedBytes(32),
  relays: optional(list(text(LIMITS.relayAddressBytes), LIMITS.relays)),
  isAddressPrivate: boolean,
  lifetimeSeconds: uint32,
  history: struct({ days: uint16, messages: uint16 }),
  policy: struct({ rotateAfterMessages: uint32, rotateAfterMs: uint48 }),
  members: many(member),
  departed: many(struct({ account: accountId, how: word(['left', 'removed']), operation: operationId })),
  revokedDevices: many(deviceId),
  openInvites: many(openInvite),
  overspentInvites: many(struct({ id: operationId, uses: uint32, used: uint32 })),
  rekeyings: many(operationId),
  rekeyNeededBy: many(operationId),
  everyDevice: many(deviceId),
})

/** 32 bytes, equal for rosters that are the same in everything that is folded. */
export const rosterFingerprint = (primitives: Primitives, roster: Roster): Uint8Array => primitives.sha256(encode(rosterCodec, roster))
