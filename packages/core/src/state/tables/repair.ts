/**
 * Rows of what is shared by ciphers that number a device's messages under key ids (`cipher/repair`): who is meant to read them,
 * what is missing, and what is asked for.
 */
import { boolean, type Decoded, epochId, LIMITS, list, optional, type Ranges, ranges, struct, uint16, uint48, uint8 } from '@sotto/wire'
import { durable, volatile } from '../table.ts'

const keyRecipient = struct({
  fromIteration: uint16,
  acknowledged: boolean,
  opened: ranges,
  /** Iterations that were resent to it in private, then those whose resends counted once, twice and so on (`key-recipients.ts`). */
  resent: list(ranges, 1 + LIMITS.resendsPerMessage),
  /** When the key, or a resend of what it sealed, last left for it. */
  atMs: uint48,
})

export type KeyRecipient = Decoded<typeof keyRecipient>

/** The number of our next key in a group within this epoch; determined again in another epoch. Key: group. */
export const KEY_NUMBER = durable('keyNumber', struct({ epoch: optional(epochId), next: uint16 }), { scope: 'group', owner: 'cipher', outlasts: 'membership' })

/** The key recipients of each of our keys: from which iteration on, and what they said they opened. Key: group, epoch, key id, device. */
export const KEY_RECIPIENT = durable('keyRecipient', keyRecipient, { scope: 'epoch', owner: 'cipher' })

/** What is known to be missing under a key: see `gaps.ts`. Key: group, epoch, device, key id. */
export const GAP = durable(
  'gap',
  struct({
    /** How many messages its owner says it sealed under it. */
    messages: optional(uint16),
    /** Iterations that were never meant for us. */
    refused: ranges,
    /** Iterations that their owner no longer has. */
    gone: ranges,
    /** Iterations that were asked for until no attempt was left. */
    absent: ranges,
  }),
  { scope: 'epoch', owner: 'cipher' },
)

/** What remaining members had opened from a removed device before they learned of its removal. Key: group, epoch, device, key id. */
export const ATTESTED = durable('attested', ranges, { scope: 'epoch', owner: 'cipher' })

/** What we asked a member to attest. After a start it is asked again. Key: group, epoch, device, key id, member's device. */
export const ATTESTATION_ASKED = volatile<Ranges>('attestationAsked', { scope: 'epoch', owner: 'cipher' })

const keyRequest = struct({ attempts: uint8, nextMs: uint48 })

/** Keys that we asked for. Key: group, epoch, device, key id. */
export const KEY_REQUEST = durable('keyRequest', keyRequest, { scope: 'epoch', owner: 'cipher' })

/** Keys with iterations that were given up (`GAP`). Key: group, device, epoch, key id. */
export const ABSENT = volatile<true>('absent', { scope: 'group', owner: 'cipher' })

/** Our own contents that are read for a device that could not open them. Key: read id. */
export const RESEND_READ = volatile<ResendRead>('resendRead', { scope: 'read', owner: 'cipher' })

export interface ResendRead {
  readonly group: string
  readonly epoch: string
  readonly keyId: number
  readonly device: string
  readonly wanted: Ranges
  /** What was asked for and never meant for that device. */
  readonly refused: Ranges
}
