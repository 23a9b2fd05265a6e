/** Rows of the cipher `sender-keys`: own and others' keys, who holds them, and what is asked for. */
import { type OwnSenderKey, ownSenderKeyCodec, type TheirSenderKey, theirSenderKeyCodec } from '@sotto/crypto'
import { boolean, type Decoded, type DeviceId, epochId, optional, type Ranges, ranges, struct, uint16, uint48, uint8 } from '@sotto/wire'
import type { Owned } from '../names.ts'
import { durable, volatile } from '../table.ts'
import { row } from './shapes.ts'

const ownKey = struct({
  epoch: epochId,
  key: row<OwnSenderKey>(ownSenderKeyCodec),
  createdMs: uint48,
  /** Make a new generation before the next message. */
  retire: boolean,
  /** The generation before in this epoch and its messages, told in the first of this one. */
  before: optional(struct({ keyId: uint16, messages: uint16 })),
})

export type OwnKey = Decoded<typeof ownKey>

/** Our sending key. Key: group. */
export const OWN_KEY = durable('ownKey', ownKey, { scope: 'group', owner: 'cipher' })

const keyRecipient = struct({
  fromIteration: uint16,
  acknowledged: boolean,
  opened: ranges,
  /** What went to it in private, and how often some of it went again. */
  resent: ranges,
  resends: uint8,
  /** When the key, or what was sealed under it, last left for it. */
  atMs: uint48,
})

export type KeyRecipient = Decoded<typeof keyRecipient>

/** The number that our next key in a group gets, within this epoch; of another epoch it is looked at anew. Key: group. */
export const KEY_NUMBER = durable('keyNumber', struct({ epoch: optional(epochId), next: uint16 }), { scope: 'group', owner: 'cipher', outlasts: 'membership' })

/** Who holds which of our keys, from where on, and what it said it opened. Key: group, epoch, generation, device. */
export const KEY_RECIPIENT = durable('keyRecipient', keyRecipient, { scope: 'epoch', owner: 'cipher' })

const theirKey = struct({ key: row<TheirSenderKey>(theirSenderKeyCodec), receivedMs: uint48 })

export type TheirKey = Decoded<typeof theirKey>

/** Key: group, epoch, device, generation. */
export const THEIR_KEY = durable('theirKey', theirKey, { scope: 'epoch', owner: 'cipher' })

/** About what the keys of one device take. Key: group, device. */
export const KEY_BYTES = durable('keyBytes', uint48, { scope: 'group', owner: 'cipher' })

/** What is known to be missing under a key: see `gaps.ts`. Key: group, epoch, device, generation. */
export const GAP = durable(
  'gap',
  struct({
    /** How many messages its owner says it sealed under it. */
    messages: optional(uint16),
    /** Iterations that were never meant for us, or that their owner no longer has. */
    refused: ranges,
    /** Iterations that were asked for until nothing more could be done. */
    absent: ranges,
  }),
  { scope: 'epoch', owner: 'cipher' },
)

/** What remaining members had opened of a removed device before they learned of it. Key: group, epoch, device, generation. */
export const ATTESTED = durable('attested', ranges, { scope: 'epoch', owner: 'cipher' })

const keyRequest = struct({ attempts: uint8, nextMs: uint48 })

/** Keys that are asked for. Key: group, epoch, device, generation. */
export const KEY_REQUEST = durable('keyRequest', keyRequest, { scope: 'epoch', owner: 'cipher' })

/** Keys under which something was given up (`GAP`). Key: group, device, epoch, generation. */
export const ABSENT = volatile<true>('absent', { scope: 'group', owner: 'cipher' })

/** Which device a sender's tag names, for one set of owners. Key: group, epoch. */
export const TAGS = volatile<{ readonly owners: ReadonlyMap<string, Owned>; readonly byTag: ReadonlyMap<string, DeviceId> }>('tags', {
  scope: 'epoch',
  owner: 'cipher',
})

/** Contents of ours that are read for a device that could not open them. Key: read id. */
export const RESEND_READ = volatile<ResendRead>('resendRead', { scope: 'read', owner: 'cipher' })

export interface ResendRead {
  readonly group: string
  readonly epoch: string
  readonly keyId: number
  readonly device: string
  readonly wanted: Ranges
  /** Of what was asked for: never meant for it. */
  readonly refused: Ranges
}
