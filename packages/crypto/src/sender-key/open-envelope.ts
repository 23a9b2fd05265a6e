/**
 * The checks that a group message passes (PROTOCOL §3): the signature first, then the chain. A forged envelope
 * costs one check and no step of the chain. What was opened is never opened again.
 */
import { encode, envelopeHeader, equalBytes, groupEnvelopeAd, groupEnvelopeSigningInput, LIMITS, type Ranges, unpad } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'
import { messageCipher, stepChain } from './chain.ts'
import type { UnmaskedEnvelope } from './header-mask.ts'
import { MOST_ITERATIONS } from './own-sender-key.ts'
import type { SkippedMessageKey, TheirSenderKey } from './their-sender-key.ts'

declare const authenticBrand: unique symbol
declare const openedBrand: unique symbol

/** An envelope that the owner of a key signed. Only `verifyEnvelope` makes one. */
export interface Authentic {
  readonly [authenticBrand]: true
  readonly contextHash: Uint8Array
  readonly ad: Uint8Array
  readonly iteration: number
  readonly commitment: Uint8Array
  /** With its tag. */
  readonly ciphertext: Uint8Array
}

/** What an envelope said, and the key without what opened it: commit both together. Only `openAuthentic` makes one. */
export interface Opened {
  readonly [openedBrand]: true
  readonly plaintext: Uint8Array
  readonly key: TheirSenderKey
}

export type EnvelopeRejection =
  /** Its header names another key id than the key's: the caller looked up the wrong key. */
  { readonly code: 'otherKeyId'; readonly keyId: number; readonly expected: number } | { readonly code: 'badSignature' }

/** Checks the signature of an envelope under the key that its header names. No key is derived. */
export function verifyEnvelope(primitives: Primitives, key: TheirSenderKey, unmasked: UnmaskedEnvelope): Authentic | EnvelopeRejection {
  const { header, envelope } = unmasked
  const { keyId, signingKey } = key.context
  if (header.keyId !== keyId) return { code: 'otherKeyId', keyId: header.keyId, expected: keyId }
  const { commitment, ciphertext, signature } = envelope
  const ad = groupEnvelopeAd(key.contextHash, encode(envelopeHeader, header), commitment)
  if (!primitives.ed25519.verify(signature, groupEnvelopeSigningInput(ad, ciphertext), signingKey)) return { code: 'badSignature' }
  return { contextHash: key.contextHash, ad, iteration: header.iteration, commitment, ciphertext } as Authentic
}

export type OpenRejection =
  /** Sealed before the key was handed to us: it was not meant for this device. */
  | { readonly code: 'beforeDistribution'; readonly iteration: number; readonly fromIteration: number }
  | { readonly code: 'alreadyOpened'; readonly iteration: number }
  /** Its key was passed over and is gone, by age or number. */
  | { readonly code: 'keyDestroyed'; readonly iteration: number }
  | { readonly code: 'tooFarAhead'; readonly gap: number; readonly limit: number }
  /** Signed by its owner and yet not what the chain seals: its owner is broken or lies. The key is unchanged. */
  | { readonly code: 'damaged' }

/**
 * Opens an authentic envelope and takes its message key out of the state. On a rejection the key is unchanged. Throws
 * where the envelope was verified under another key (a fault).
 */
export function openAuthentic(primitives: Primitives, key: TheirSenderKey, authentic: Authentic, nowMs: number): Opened | OpenRejection {
  if (!equalBytes(authentic.contextHash, key.contextHash)) throw new TypeError('verified under another sender key')
  const found = findMessageKey(primitives, key, authentic.iteration, nowMs)
  if ('code' in found) return found
  const cipher = messageCipher(primitives, found.messageKey)
  if (!equalBytes(cipher.commitment, authentic.commitment)) return { code: 'damaged' }
  const padded = primitives.chacha20Poly1305.open(cipher.key, cipher.nonce, authentic.ciphertext, authentic.ad)
  const plaintext = padded === undefined ? undefined : unpad(padded)
  return plaintext === undefined ? { code: 'damaged' } : ({ plaintext, key: found.key } as Opened)
}

type Found = { readonly messageKey: Uint8Array; readonly key: TheirSenderKey }

function findMessageKey(primitives: Primitives, key: TheirSenderKey, iteration: number, nowMs: number): Found | OpenRejection {
  if (iteration < key.fromIteration) return { code: 'beforeDistribution', iteration, fromIteration: key.fromIteration }
  if (iteration < key.iteration) {
    const fresh = forgetOldKeys(key, nowMs)
    const skipped = fresh.skipped.find((each) => each.iteration === iteration)
    if (skipped !== undefined) {
      return { messageKey: skipped.messageKey, key: { ...fresh, skipped: fresh.skipped.filter((each) => each !== skipped) } }
    }
    const isDestroyed = fresh.destroyed.some((range) => range.from <= iteration && iteration <= range.to)
    return { code: isDestroyed ? 'keyDestroyed' : 'alreadyOpened', iteration }
  }
  // Nothing is sealed there, and what follows has no number.
  if (iteration >= MOST_ITERATIONS) return { code: 'damaged' }
  const gap = iteration - key.iteration
  if (gap > LIMITS.skippedPerSenderKey) return { code: 'tooFarAhead', gap, limit: LIMITS.skippedPerSenderKey }
  return skipTo(primitives, key, iteration, nowMs)
}

/** Walks the chain to an iteration and keeps the keys on the way. */
function skipTo(primitives: Primitives, key: TheirSenderKey, iteration: number, nowMs: number): Found {
  const skipped: SkippedMessageKey[] = [...key.skipped]
  let step = stepChain(primitives, key.chainKey)
  for (let at = key.iteration; at < iteration; at++) {
    skipped.push({ iteration: at, messageKey: step.messageKey, skippedMs: nowMs })
    step = stepChain(primitives, step.chainKey)
  }
  const moved: TheirSenderKey = { ...key, chainKey: step.chainKey, iteration: iteration + 1, skipped }
  return { messageKey: step.messageKey, key: forgetOldKeys(moved, nowMs) }
}

/** The key without what opens the message at an iteration, which came by another way: nothing here opens its envelope any more. */
export function withoutMessageKey(primitives: Primitives, key: TheirSenderKey, iteration: number, nowMs: number): TheirSenderKey {
  const found = findMessageKey(primitives, key, iteration, nowMs)
  return 'code' in found ? key : found.key
}

/** The key without skipped message keys that are too old or too many, oldest out first. The same value if none is. */
export function forgetOldKeys(key: TheirSenderKey, nowMs: number): TheirSenderKey {
  const excess = key.skipped.length - LIMITS.skippedPerSenderKey
  const isKept = (each: SkippedMessageKey, i: number): boolean => i >= excess && each.skippedMs + LIMITS.skippedMs > nowMs
  const skipped = key.skipped.filter(isKept)
  if (skipped.length === key.skipped.length) return key
  const gone = key.skipped.filter((each, i) => !isKept(each, i)).map((each) => each.iteration)
  return { ...key, skipped, destroyed: gone.reduce(withIteration, key.destroyed) }
}

/** The set with one more iteration. Beyond `LIMITS.rangesPerKey` it stays as it is: those count as opened. */
function withIteration(set: Ranges, iteration: number): Ranges {
  const before = set.filter((each) => each.to < iteration - 1)
  const after = set.filter((each) => each.from > iteration + 1)
  const touching = set.filter((each) => each.to >= iteration - 1 && each.from <= iteration + 1)
  const from = Math.min(iteration, ...touching.map((each) => each.from))
  const to = Math.max(iteration, ...touching.map((each) => each.to))
  const joined = [...before, { from, to }, ...after]
  return joined.length > LIMITS.rangesPerKey ? set : joined
}
