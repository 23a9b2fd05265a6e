import { concat, PAIRWISE_SUITE, type RatchetMessage } from '@sotto/wire'
import type { CryptoProvider } from '../crypto-provider.ts'
import { sealMessage, stepChain } from './chain.ts'
import { sealHeader } from './header.ts'
import { sealKemPart } from './kem-part.ts'
import { agedByOne, isKemStepDue, kemPartBytes, makeKemKey } from './kem-step.ts'
import type { RatchetState } from './ratchet-state.ts'

/**
 * Begins an ML-KEM step where one is due and the sending chain has sealed nothing yet. Goes before `sealWithRatchet`,
 * whose message is longer by it.
 */
export const withKemStep = (provider: CryptoProvider, state: RatchetState, nowMs: number): RatchetState =>
  state.sending?.index === 0 && state.kemPart.kind === 'none' && isKemStepDue(state.kemAge, nowMs) ? { ...state, kemPart: makeKemKey(provider) } : state

/**
 * RatchetEncryptHE (Double Ratchet §4.4), with the part of an ML-KEM step beside the header. What is sealed is 16 bytes and
 * `SEALED_KEM_PART_BYTES` longer than the plaintext. The new state must be kept before the message leaves. Throws for a
 * responder that has received nothing (a fault).
 */
export function sealWithRatchet(
  provider: CryptoProvider,
  state: RatchetState,
  plaintext: Uint8Array,
  associatedData: Uint8Array,
): { readonly state: RatchetState; readonly message: RatchetMessage } {
  const { sending, kemPart } = state
  if (sending === null) throw new RangeError('a responder sends after it has received')
  const header = {
    ratchetKey: state.ownRatchetKey.publicKey,
    previousChainLength: state.previousChainLength,
    index: sending.index,
    kemPart: kemPart.kind,
  }
  const sealedHeader = sealHeader(provider, sending.headerKey, header, associatedData)
  const sealedKemPart =
    kemPart.kind === 'none' ? new Uint8Array(0) : sealKemPart(provider, sending.headerKey, kemPartBytes(kemPart), associatedData, sealedHeader)
  const { messageKey, chain } = stepChain(provider.primitives, sending)
  const ciphertext = sealMessage(provider.primitives, messageKey, plaintext, associatedData, concat(sealedHeader, sealedKemPart))
  return {
    state: { ...state, sending: chain, kemAge: agedByOne(state.kemAge) },
    message: { suite: PAIRWISE_SUITE, sealedHeader, sealed: concat(sealedKemPart, ciphertext) },
  }
}
