/**
 * The periodic ML-KEM-768 step, which heals a session against an attacker that breaks X25519 (FIPS 203; PROTOCOL §2). The model is
 * PQ3: a KEM joins single steps of the Diffie-Hellman ratchet (Stebila, "Security analysis of the iMessage PQ3 protocol",
 * 2024), where the Triple Ratchet (Double Ratchet §5, §6) runs a second ratchet beside it.
 *
 *   chain n      its owner puts a fresh encapsulation key beside every message
 *   chain n + 1  the other side encapsulates to it when it turns; the ciphertext is beside every message, and
 *                R(n + 1) = KDF(R(n), DH ‖ shared secret)
 *
 * A chain has the same part from its first message to its last, as it has the same ratchet key, and chain n + 1 begins
 * when the first message of chain n is opened. So both sides agree on whether a step is made without saying so, whichever
 * messages are lost, repeated or late, and what is repeated stops with the turn that answers it.
 */
import { type Codec, fixedBytes, KEM_CIPHERTEXT_BYTES, KEM_KEY_BYTES, type KemPartKind, LIMITS, struct, uint16, uint48, union } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'
import type { CryptoProvider } from '../crypto-provider.ts'

/** What goes beside every message of our sending chain. The seed (64 bytes: d ‖ z) is secret and gone with the chain. */
export type OwnKemPart =
  | { readonly kind: 'none' }
  | { readonly kind: 'key'; readonly seed: Uint8Array; readonly publicKey: Uint8Array }
  | { readonly kind: 'ciphertext'; readonly ciphertext: Uint8Array }

/** How long ago the last step was. Each side counts for itself: the first to find one due begins it. */
export interface KemAge {
  /** Sealed and opened since, up to `LIMITS.kemStepMessages`. */
  readonly messages: number
  /** When it was made, or the session agreed on, ms since the epoch. */
  readonly steppedMs: number
}

/** What a step mixes into the root key: its secret (32 bytes), and a hash of what travelled for it (32 bytes). */
export interface KemSecret {
  readonly sharedSecret: Uint8Array
  readonly transcript: Uint8Array
}

/** What the other side's first message of a chain brought. */
export interface TheirKemPart {
  readonly kind: KemPartKind
  readonly bytes: Uint8Array
}

export const NO_KEM_PART: OwnKemPart = { kind: 'none' }

export const ownKemPartCodec: Codec<OwnKemPart> = union({
  none: [0, struct({})],
  key: [1, struct({ seed: fixedBytes(64), publicKey: fixedBytes(KEM_KEY_BYTES) })],
  ciphertext: [2, struct({ ciphertext: fixedBytes(KEM_CIPHERTEXT_BYTES) })],
})

export const kemAgeCodec: Codec<KemAge> = struct({ messages: uint16, steppedMs: uint48 })

export const agedByOne = (age: KemAge): KemAge => ({ ...age, messages: Math.min(age.messages + 1, LIMITS.kemStepMessages) })

/** Whether the last step is too many messages or too long ago, in either direction of a clock that was set. */
export const isKemStepDue = ({ messages, steppedMs }: KemAge, nowMs: number): boolean =>
  messages >= LIMITS.kemStepMessages || Math.abs(nowMs - steppedMs) >= LIMITS.kemStepMs

/** A fresh encapsulation key (FIPS 203 §7.1). */
export function makeKemKey(provider: CryptoProvider): OwnKemPart {
  const seed = provider.random(64)
  return { kind: 'key', seed, publicKey: provider.primitives.mlKem768.keyPairFromSeed(seed).publicKey }
}

/** The bytes that travel of our part. */
export function kemPartBytes(part: OwnKemPart): Uint8Array {
  switch (part.kind) {
    case 'none':
      return new Uint8Array(0)
    case 'key':
      return part.publicKey
    case 'ciphertext':
      return part.ciphertext
  }
}

/**
 * Ends the step that our key began (FIPS 203 §7.3): null where there is none. `undefined`: an answer to no key, or a key
 * that has no answer, which no honest side sends.
 */
export function endKemStep(primitives: Primitives, ours: OwnKemPart, theirs: TheirKemPart): KemSecret | null | undefined {
  if ((ours.kind === 'key') !== (theirs.kind === 'ciphertext')) return undefined
  if (ours.kind !== 'key') return null
  const { publicKey, secretKey } = primitives.mlKem768.keyPairFromSeed(ours.seed)
  const sharedSecret = primitives.mlKem768.decapsulate(secretKey, theirs.bytes)
  return sharedSecret === undefined ? undefined : { sharedSecret, transcript: transcriptOf(primitives, publicKey, theirs.bytes) }
}

/** Answers the step that their key begins (FIPS 203 §7.2): null where there is none. `undefined`: not an encapsulation key. */
export function answerKemStep(provider: CryptoProvider, theirs: TheirKemPart): { readonly secret: KemSecret; readonly part: OwnKemPart } | null | undefined {
  if (theirs.kind !== 'key') return null
  const made = provider.primitives.mlKem768.encapsulate(theirs.bytes, provider.random(32))
  if (made === undefined) return undefined
  return {
    secret: { sharedSecret: made.sharedSecret, transcript: transcriptOf(provider.primitives, theirs.bytes, made.ciphertext) },
    part: { kind: 'ciphertext', ciphertext: made.ciphertext },
  }
}

const transcriptOf = (primitives: Primitives, publicKey: Uint8Array, ciphertext: Uint8Array): Uint8Array => primitives.sha256(publicKey, ciphertext)
