/** Rows of the cipher `sender-keys`: our key, and others' keys. */
import { type OwnSenderKey, ownSenderKeyCodec, type TheirSenderKey, theirSenderKeyCodec } from '@sotto/crypto'
import { boolean, type Decoded, type DeviceId, epochId, optional, struct, uint16, uint48 } from '@sotto/wire'
import type { Owned } from '../names.ts'
import { durable, volatile } from '../table.ts'
import { row } from './shapes.ts'

const ownKey = struct({
  epoch: epochId,
  key: row<OwnSenderKey>(ownSenderKeyCodec),
  createdMs: uint48,
  /** Make a new key before the next message. */
  retire: boolean,
  /** The key before this one in the epoch and its number of messages, told in the first message of this one. */
  before: optional(struct({ keyId: uint16, messages: uint16 })),
})

export type OwnKey = Decoded<typeof ownKey>

/** Our sending key. Key: group. */
export const OWN_KEY = durable('ownKey', ownKey, { scope: 'group', owner: 'cipher' })

const theirKey = struct({ key: row<TheirSenderKey>(theirSenderKeyCodec), receivedMs: uint48 })

export type TheirKey = Decoded<typeof theirKey>

/** Key: group, epoch, device, key id. */
export const THEIR_KEY = durable('theirKey', theirKey, { scope: 'epoch', owner: 'cipher' })

/** About how many bytes the keys of one device take. Key: group, device. */
export const KEY_BYTES = durable('keyBytes', uint48, { scope: 'group', owner: 'cipher' })

/** Which devices a sender's tag names, for one set of key owners. Key: group, epoch. */
export const TAGS = volatile<{ readonly owners: ReadonlyMap<string, Owned>; readonly byTag: ReadonlyMap<string, readonly DeviceId[]> }>('tags', {
  scope: 'epoch',
  owner: 'cipher',
})
