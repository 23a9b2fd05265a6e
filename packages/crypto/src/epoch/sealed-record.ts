/**
 * What members seal under a key of the epoch, with a random nonce: operations for the mailbox, signals for members that
 * are connected. Neither is ratcheted. version(1) ‖ nonce(24) ‖ ciphertext ‖ tag(16); the length is on the ladder.
 *
 * The first byte tells the records of a group mailbox apart: 1 is a group envelope.
 */
import { concat, isLadderLength, L, type Label, pad, unpad } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'
import type { CryptoProvider } from '../crypto-provider.ts'

/** First byte of a sealed operation. */
export const OPERATION_RECORD_VERSION = 2
/** First byte of a sealed signal. */
export const SIGNAL_VERSION = 3

const NONCE_BYTES = 24
const OVERHEAD_BYTES = 1 + NONCE_BYTES + 16

function seal(provider: CryptoProvider, version: number, label: Label, key: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const head = concat(Uint8Array.of(version), provider.random(NONCE_BYTES))
  const padded = pad(plaintext, OVERHEAD_BYTES)
  return concat(head, provider.primitives.xchacha20Poly1305.seal(key, head.slice(1), padded, concat(L(label), head.slice(0, 1))))
}

function open(primitives: Primitives, version: number, label: Label, key: Uint8Array, record: Uint8Array): Uint8Array | undefined {
  if (record[0] !== version || !isLadderLength(record.length)) return undefined
  const nonce = record.slice(1, 1 + NONCE_BYTES)
  const padded = primitives.xchacha20Poly1305.open(key, nonce, record.slice(1 + NONCE_BYTES), concat(L(label), record.slice(0, 1)))
  return padded === undefined ? undefined : unpad(padded)
}

/** Seals an encoded operation under the epoch's operations key. */
export const sealOperationRecord = (provider: CryptoProvider, operationsKey: Uint8Array, operation: Uint8Array): Uint8Array =>
  seal(provider, OPERATION_RECORD_VERSION, 'sealed operation', operationsKey, operation)

/** The encoded operation, or `undefined` for a record of another kind, epoch or length, or a damaged one. */
export const openOperationRecord = (primitives: Primitives, operationsKey: Uint8Array, record: Uint8Array): Uint8Array | undefined =>
  open(primitives, OPERATION_RECORD_VERSION, 'sealed operation', operationsKey, record)

/** Seals a signal under the epoch's signals key. */
export const sealSignal = (provider: CryptoProvider, signalsKey: Uint8Array, signal: Uint8Array): Uint8Array =>
  seal(provider, SIGNAL_VERSION, 'sealed signal', signalsKey, signal)

/** The signal's bytes, or `undefined` for a record of another kind, epoch or length, or a damaged one. */
export const openSignal = (primitives: Primitives, signalsKey: Uint8Array, record: Uint8Array): Uint8Array | undefined =>
  open(primitives, SIGNAL_VERSION, 'sealed signal', signalsKey, record)
