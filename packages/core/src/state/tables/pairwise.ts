/** Rows of the cipher `pairwise`: how our messages are numbered, what of others' is meant for us, and what was seen of whom. */
import { boolean, type Decoded, epochId, fixedBytes, LIMITS, list, operationId, optional, struct, uint16 } from '@sotto/wire'
import { durable } from '../table.ts'

const ownRun = struct({
  epoch: epochId,
  keyId: uint16,
  /** The number of our next message. */
  next: uint16,
  /** Begin a new one before the next message. */
  retire: boolean,
  /** The key id before this one in the epoch and its number of messages, told in the first message of this one. */
  before: optional(struct({ keyId: uint16, messages: uint16 })),
})

export type OwnRun = Decoded<typeof ownRun>

/** Our messages under one key id. Key: group. */
export const OWN_RUN = durable('ownRun', ownRun, { scope: 'group', owner: 'cipher' })

/** The first message under a key id of another device that is meant for us, as that device says. Key: group, epoch, device, key id. */
export const MEANT_FROM = durable('meantFrom', uint16, { scope: 'epoch', owner: 'cipher' })

/** The heads of the log that a device had when it last introduced itself. Key: group, device. */
export const INTRODUCED = durable('introduced', list(operationId, LIMITS.operationParents), { scope: 'group', owner: 'cipher' })

const sightings = struct({
  /** The newest messages that came from the device, each with what its copies have in common. */
  messages: list(struct({ keyId: uint16, iteration: uint16, hash: fixedBytes(LIMITS.sightingBytes), isTold: boolean }), LIMITS.sightingsKept),
  /** The person knows that another member was sent something else. */
  isKnown: boolean,
})

export type Sightings = Decoded<typeof sightings>

/** What a device sent us, to be compared with what it sent others. Key: group, epoch, device. */
export const SIGHTINGS = durable('sightings', sightings, { scope: 'epoch', owner: 'cipher' })
