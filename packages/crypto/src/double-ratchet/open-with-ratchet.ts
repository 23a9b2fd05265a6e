/** RatchetDecryptHE (Double Ratchet §4.5), with an ML-KEM step where one joins a turn. Nothing is kept of a message that does not open. */
import { concat, equalBytes, LIMITS, type RatchetHeader, type RatchetMessage, splitSealed } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'
import type { CryptoProvider } from '../crypto-provider.ts'
import { type Chain, openMessage, stepChain } from './chain.ts'
import { openHeader } from './header.ts'
import { openKemPart } from './kem-part.ts'
import { agedByOne, answerKemStep, endKemStep, NO_KEM_PART, type TheirKemPart } from './kem-step.ts'
import type { RatchetState } from './ratchet-state.ts'
import { stepRootKey } from './root-key.ts'
import { keepSkipped, walkChain, withoutExpired, withoutSkipped } from './skipped-keys.ts'

export type RatchetRejection =
  /** Opened before, or its key was dropped for its age or number. */
  | { readonly code: 'alreadyOpened' }
  /** More messages are missing before it than keys are kept for. */
  | { readonly code: 'tooFarAhead'; readonly gap: number; readonly limit: number }
  /** The header is the other side's, the rest is not what it sealed. */
  | { readonly code: 'damaged' }
  /** A ratchet key of small order or not canonical. */
  | { readonly code: 'badKey' }
  /** An encapsulation key that fails FIPS 203 §7.2, an answer to none, or none to ours. */
  | { readonly code: 'badKemStep' }

export interface OpenedMessage {
  readonly state: RatchetState
  readonly plaintext: Uint8Array
  /** It brought a new ratchet key: what we send from now on, an earlier copy of our state does not open. */
  readonly turned: boolean
}

/** Opens a message, or says why not. `undefined`: no header key of this session opens its header. */
export function openWithRatchet(
  provider: CryptoProvider,
  before: RatchetState,
  message: RatchetMessage,
  associatedData: Uint8Array,
  nowMs: number,
): OpenedMessage | RatchetRejection | undefined {
  const { primitives } = provider
  const headerUnder = (headerKey: Uint8Array): RatchetHeader | undefined => openHeader(primitives, headerKey, message.sealedHeader, associatedData)

  const current = before.receiving === null ? undefined : headerUnder(before.receiving.headerKey)
  if (before.receiving !== null && current !== undefined) {
    const parts = partsOf(message, current, associatedData)
    if (parts === undefined) return { code: 'damaged' }
    const { headerKey, index } = before.receiving
    if (current.index < index) return openSkipped(primitives, before, headerKey, current.index, parts, nowMs)
    return openNext(primitives, before, before.receiving, current.index, parts, nowMs)
  }
  const next = headerUnder(before.nextReceivingHeaderKey)
  if (next !== undefined) {
    const parts = partsOf(message, next, associatedData)
    const theirs = parts === undefined ? undefined : theirKemPart(primitives, before.nextReceivingHeaderKey, next, parts)
    if (parts === undefined || theirs === undefined) return { code: 'damaged' }
    const turned = turn(provider, before, next, theirs, nowMs)
    if ('code' in turned) return turned
    const opened = openNext(primitives, turned.state, turned.receiving, next.index, parts, nowMs)
    return 'code' in opened ? opened : { ...opened, turned: true }
  }
  for (const { headerKey } of before.skipped) {
    if (before.receiving !== null && equalBytes(headerKey, before.receiving.headerKey)) continue
    const old = headerUnder(headerKey)
    if (old === undefined) continue
    const parts = partsOf(message, old, associatedData)
    return parts === undefined ? { code: 'damaged' } : openSkipped(primitives, before, headerKey, old.index, parts, nowMs)
  }
  return undefined
}

/** A message whose header was opened, taken apart. */
interface Parts {
  readonly associatedData: Uint8Array
  readonly sealedHeader: Uint8Array
  readonly sealedKemPart: Uint8Array
  readonly ciphertext: Uint8Array
}

function partsOf(message: RatchetMessage, header: RatchetHeader, associatedData: Uint8Array): Parts | undefined {
  const split = splitSealed(message, header.kemPart)
  return split === undefined ? undefined : { associatedData, sealedHeader: message.sealedHeader, ...split }
}

/** What the message brings of an ML-KEM step, or `undefined` where it was changed. Only a turn has a use for it. */
function theirKemPart(
  primitives: Primitives,
  headerKey: Uint8Array,
  { kemPart: kind }: RatchetHeader,
  { associatedData, sealedHeader, sealedKemPart }: Parts,
): TheirKemPart | undefined {
  if (kind === 'none') return { kind, bytes: sealedKemPart }
  const bytes = openKemPart(primitives, headerKey, sealedKemPart, associatedData, sealedHeader)
  return bytes === undefined ? undefined : { kind, bytes }
}

const openParts = (
  primitives: Primitives,
  messageKey: Uint8Array,
  { associatedData, sealedHeader, sealedKemPart, ciphertext }: Parts,
): Uint8Array | undefined => openMessage(primitives, messageKey, ciphertext, associatedData, concat(sealedHeader, sealedKemPart))

function openSkipped(
  primitives: Primitives,
  before: RatchetState,
  headerKey: Uint8Array,
  index: number,
  parts: Parts,
  nowMs: number,
): OpenedMessage | RatchetRejection {
  const fresh = withoutExpired(before.skipped, nowMs)
  const chain = fresh.find((each) => equalBytes(each.headerKey, headerKey))
  const key = chain?.keys.find((each) => each.index === index)
  if (key === undefined) return { code: 'alreadyOpened' }
  const plaintext = openParts(primitives, key.messageKey, parts)
  if (plaintext === undefined) return { code: 'damaged' }
  const skipped = withoutSkipped(fresh, headerKey, index)
  return { state: { ...before, kemAge: agedByOne(before.kemAge), skipped }, plaintext, turned: false }
}

/** Opens message `index` of the receiving chain, which has not passed it yet. */
function openNext(
  primitives: Primitives,
  before: RatchetState,
  receiving: Chain,
  index: number,
  parts: Parts,
  nowMs: number,
): OpenedMessage | RatchetRejection {
  const gap = index - receiving.index
  if (gap > LIMITS.skippedPerChain) return { code: 'tooFarAhead', gap, limit: LIMITS.skippedPerChain }
  const walked = walkChain(primitives, receiving, index, nowMs)
  const { messageKey, chain } = stepChain(primitives, walked.chain)
  const plaintext = openParts(primitives, messageKey, parts)
  if (plaintext === undefined) return { code: 'damaged' }
  const skipped = keepSkipped(withoutExpired(before.skipped, nowMs), receiving.headerKey, walked.skipped)
  return { state: { ...before, receiving: chain, kemAge: agedByOne(before.kemAge), skipped }, plaintext, turned: false }
}

/**
 * DHRatchetHE (Double Ratchet §4.5): the rest of the old chain is skipped, then both chains begin again. Their ciphertext
 * joins the step of the receiving chain, our answer to their key that of the sending one.
 */
function turn(
  provider: CryptoProvider,
  before: RatchetState,
  header: RatchetHeader,
  theirs: TheirKemPart,
  nowMs: number,
): { readonly state: RatchetState; readonly receiving: Chain } | RatchetRejection {
  const { primitives, random } = provider
  let { skipped } = before
  if (before.receiving !== null) {
    const gap = header.previousChainLength - before.receiving.index
    if (gap > LIMITS.skippedPerChain) return { code: 'tooFarAhead', gap, limit: LIMITS.skippedPerChain }
    const rest = walkChain(primitives, before.receiving, header.previousChainLength, nowMs)
    skipped = keepSkipped(withoutExpired(skipped, nowMs), before.receiving.headerKey, rest.skipped)
  }
  const received = primitives.x25519.agree(before.ownRatchetKey.privateKey, header.ratchetKey)
  if (received === undefined) return { code: 'badKey' }
  const ended = endKemStep(primitives, before.kemPart, theirs)
  const answered = answerKemStep(provider, theirs)
  if (ended === undefined || answered === undefined) return { code: 'badKemStep' }
  const receivingStep = stepRootKey(primitives, before.rootKey, received, ended)
  const ownRatchetKey = primitives.x25519.keyPairFromSeed(random(32))
  const sent = primitives.x25519.agree(ownRatchetKey.privateKey, header.ratchetKey)
  if (sent === undefined) return { code: 'badKey' }
  const sendingStep = stepRootKey(primitives, receivingStep.rootKey, sent, answered?.secret ?? null)
  const receiving: Chain = { chainKey: receivingStep.chainKey, headerKey: before.nextReceivingHeaderKey, index: 0 }
  const state: RatchetState = {
    rootKey: sendingStep.rootKey,
    ownRatchetKey,
    sending: { chainKey: sendingStep.chainKey, headerKey: before.nextSendingHeaderKey, index: 0 },
    receiving,
    previousChainLength: before.sending?.index ?? 0,
    nextSendingHeaderKey: sendingStep.nextHeaderKey,
    nextReceivingHeaderKey: receivingStep.nextHeaderKey,
    kemPart: answered?.part ?? NO_KEM_PART,
    kemAge: ended === null && answered === null ? before.kemAge : { messages: 0, steppedMs: nowMs },
    skipped,
  }
  return { state, receiving }
}
