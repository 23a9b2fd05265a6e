import { PAIRWISE_SUITE, type RatchetMessage } from '@sotto/wire'
import type { Suite } from '../suite.ts'
import { sealMessage, stepChain } from './chain.ts'
import { sealHeader } from './header.ts'
import type { RatchetState } from './ratchet-state.ts'

/**
 * RatchetEncryptHE (Double Ratchet §4.4). The message's ciphertext is 16 bytes longer than the plaintext. The new state
 * must be kept before the message leaves. Throws for a responder that has received nothing (a fault).
 */
export function sealWithRatchet(
  suite: Suite,
  state: RatchetState,
  plaintext: Uint8Array,
  associatedData: Uint8Array,
): { readonly state: RatchetState; readonly message: RatchetMessage } {
  const { sending } = state
  if (sending === null) throw new RangeError('a responder sends after it has received')
  const header = {
    ratchetKey: state.ownRatchetKey.publicKey,
    previousChainLength: state.previousChainLength,
    index: sending.index,
  }
  const sealedHeader = sealHeader(suite, sending.headerKey, header, associatedData)
  const { messageKey, chain } = stepChain(suite.primitives, sending)
  const ciphertext = sealMessage(suite.primitives, messageKey, plaintext, associatedData, sealedHeader)
  return { state: { ...state, sending: chain }, message: { suite: PAIRWISE_SUITE, sealedHeader, ciphertext } }
}
