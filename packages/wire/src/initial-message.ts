/**
 * What an initiator sends before the first answer (PQXDH §3.3; PROTOCOL §2), and the record that lies in an inbox.
 */
import { concat } from './bytes.ts'
import { type Decoded, encode, fixedBytes, optional, struct, uint32, uint48, uint8, union, varBytes, versioned } from './codec.ts'
import { certificate } from './identity.ts'
import { L } from './labels.ts'
import { ratchetMessage } from './ratchet-message.ts'

const headerFields = {
  /** `PAIRWISE_SUITE`. */
  suite: uint8,
  /** X25519. */
  ephemeralKey: fixedBytes(32),
  signedPreKeyId: uint32,
  kemCiphertext: fixedBytes(1088),
}
/** The part of the header that the sealed introduction is bound to. */
export const initialKeys = struct(headerFields)
export type InitialKeys = Decoded<typeof initialKeys>

/**
 * Who writes, and under which of the prekeys that a relay handed out, sealed to the responder's signed prekey: an onlooker
 * learns neither, and a relay does not see which letter followed which of its answers.
 */
export const initiatorIntroduction = struct({
  certificate,
  /** One more than the highest rank among the sessions that the initiator had with this device; the first has 1. */
  rank: uint32,
  /** When the initiator opened the session, by its own clock. Of those that used no one-time key a device remembers the latest. */
  openedMs: uint48,
  oneTimePreKeyId: optional(uint32),
  kemPreKeyId: uint32,
})
export type InitiatorIntroduction = Decoded<typeof initiatorIntroduction>

export const initialHeader = versioned(1, struct({ ...headerFields, sealedIntroduction: varBytes(512) }))
export type InitialHeader = Decoded<typeof initialHeader>

/**
 * What is hashed (SHA-256) to the id of a session, by which replays are known and crosswise set-ups decided. It goes
 * into the session's associated data. An attacker that seals the introduction again, or adds a point of small order to
 * the ephemeral key, has another hash and nothing that opens under it.
 */
export const initialHashInput = (header: InitialHeader): Uint8Array => concat(L('initial message hash'), encode(initialHeader, header))

/**
 * A letter as it lies in an inbox. Its length is on the ladder. Every letter of an initiator is an `initial` one until
 * the responder answered, so that any of them may arrive first.
 */
export const letterRecord = union({
  initial: [1, struct({ header: initialHeader, message: ratchetMessage })],
  ratchet: [2, struct({ message: ratchetMessage })],
})
export type LetterRecord = Decoded<typeof letterRecord>
