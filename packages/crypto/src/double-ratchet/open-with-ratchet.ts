/** RatchetDecryptHE (Double Ratchet §4.5). Nothing is kept of a message that does not open. */
import { equalBytes, LIMITS, type RatchetHeader, type RatchetMessage } from '@sotto/wire'
import type { Primitives } from '../primitives/primitives.ts'
import type { Suite } from '../suite.ts'
import { type Chain, openMessage, stepChain } from './chain.ts'
import { openHeader } from './header.ts'
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

export interface OpenedMessage {
  readonly state: RatchetState
  readonly plaintext: Uint8Array
  /** It brought a new ratchet key: what we send from now on, an earlier copy of our state does not open. */
  readonly turned: boolean
}

/** Opens a message, or says why not. `undefined`: no header key of this session opens its header. */
export function openWithRatchet(
  suite: Suite,
  before: RatchetState,
  message: RatchetMessage,
  associatedData: Uint8Array,
  nowMs: number,
): OpenedMessage | RatchetRejection | undefined {
  const { primitives } = suite
  const headerUnder = (headerKey: Uint8Array): RatchetHeader | undefined =>
    openHeader(primitives, headerKey, message.sealedHeader, associatedData)

  const current = before.receiving === null ? undefined : headerUnder(before.receiving.headerKey)
  if (before.receiving !== null && current !== undefined) {
    const { headerKey, index } = before.receiving
    if (current.index < index) return openSkipped(primitives, before, headerKey, current.index, message, associatedData, nowMs)
    return openNext(primitives, before, before.receiving, current.index, message, associatedData, nowMs)
  }
  const next = headerUnder(before.nextReceivingHeaderKey)
  if (next !== undefined) {
    const turned = turn(suite, before, next, nowMs)
    if ('code' in turned) return turned
    const opened = openNext(primitives, turned.state, turned.receiving, next.index, message, associatedData, nowMs)
    return 'code' in opened ? opened : { ...opened, turned: true }
  }
  for (const { headerKey } of before.skipped) {
    if (before.receiving !== null && equalBytes(headerKey, before.receiving.headerKey)) continue
    const old = headerUnder(headerKey)
    if (old !== undefined) return openSkipped(primitives, before, headerKey, old.index, message, associatedData, nowMs)
  }
  return undefined
}

function openSkipped(
  primitives: Primitives,
  before: RatchetState,
  headerKey: Uint8Array,
  index: number,
  message: RatchetMessage,
  associatedData: Uint8Array,
  nowMs: number,
): OpenedMessage | RatchetRejection {
  const fresh = withoutExpired(before.skipped, nowMs)
  const chain = fresh.find((each) => equalBytes(each.headerKey, headerKey))
  const key = chain?.keys.find((each) => each.index === index)
  if (key === undefined) return { code: 'alreadyOpened' }
  const plaintext = openMessage(primitives, key.messageKey, message.ciphertext, associatedData, message.sealedHeader)
  if (plaintext === undefined) return { code: 'damaged' }
  return { state: { ...before, skipped: withoutSkipped(fresh, headerKey, index) }, plaintext, turned: false }
}

/** Opens message `index` of the receiving chain, which has not passed it yet. */
function openNext(
  primitives: Primitives,
  before: RatchetState,
  receiving: Chain,
  index: number,
  message: RatchetMessage,
  associatedData: Uint8Array,
  nowMs: number,
): OpenedMessage | RatchetRejection {
  const gap = index - receiving.index
  if (gap > LIMITS.skippedPerChain) return { code: 'tooFarAhead', gap, limit: LIMITS.skippedPerChain }
  const walked = walkChain(primitives, receiving, index, nowMs)
  const { messageKey, chain } = stepChain(primitives, walked.chain)
  const plaintext = openMessage(primitives, messageKey, message.ciphertext, associatedData, message.sealedHeader)
  if (plaintext === undefined) return { code: 'damaged' }
  const skipped = keepSkipped(withoutExpired(before.skipped, nowMs), receiving.headerKey, walked.skipped)
  return { state: { ...before, receiving: chain, skipped }, plaintext, turned: false }
}

/** DHRatchetHE (Double Ratchet §4.5): the rest of the old chain is skipped, then both chains begin anew. */
function turn(
  suite: Suite,
  before: RatchetState,
  header: RatchetHeader,
  nowMs: number,
): { readonly state: RatchetState; readonly receiving: Chain } | RatchetRejection {
  const { primitives, random } = suite
  let { skipped } = before
  if (before.receiving !== null) {
    const gap = header.previousChainLength - before.receiving.index
    if (gap > LIMITS.skippedPerChain) return { code: 'tooFarAhead', gap, limit: LIMITS.skippedPerChain }
    const rest = walkChain(primitives, before.receiving, header.previousChainLength, nowMs)
    skipped = keepSkipped(withoutExpired(skipped, nowMs), before.receiving.headerKey, rest.skipped)
  }
  const received = primitives.x25519.agree(before.ownRatchetKey.privateKey, header.ratchetKey)
  if (received === undefined) return { code: 'badKey' }
  const receivingStep = stepRootKey(primitives, before.rootKey, received)
  const ownRatchetKey = primitives.x25519.keyPairFromSeed(random(32))
  const sent = primitives.x25519.agree(ownRatchetKey.privateKey, header.ratchetKey)
  if (sent === undefined) return { code: 'badKey' }
  const sendingStep = stepRootKey(primitives, receivingStep.rootKey, sent)
  const receiving: Chain = { chainKey: receivingStep.chainKey, headerKey: before.nextReceivingHeaderKey, index: 0 }
  const state: RatchetState = {
    rootKey: sendingStep.rootKey,
    ownRatchetKey,
    sending: { chainKey: sendingStep.chainKey, headerKey: before.nextSendingHeaderKey, index: 0 },
    receiving,
    previousChainLength: before.sending?.index ?? 0,
    nextSendingHeaderKey: sendingStep.nextHeaderKey,
    nextReceivingHeaderKey: receivingStep.nextHeaderKey,
    skipped,
  }
  return { state, receiving }
}
