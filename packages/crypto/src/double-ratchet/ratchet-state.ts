/** The state of one Double Ratchet with header encryption, and how both sides begin it (Double Ratchet §4.3). */
import { type Codec, fixedBytes, optional, struct, uint32 } from '@sotto/wire'
import type { SessionSecrets } from '../pqxdh/agreement.ts'
import type { AgreementKeyPair } from '../primitives/primitives.ts'
import type { CryptoProvider } from '../crypto-provider.ts'
import { type Chain, chainCodec } from './chain.ts'
import { type KemAge, kemAgeCodec, NO_KEM_PART, type OwnKemPart, ownKemPartCodec } from './kem-step.ts'
import { stepRootKey } from './root-key.ts'
import { type SkippedChain, skippedChainsCodec } from './skipped-keys.ts'

/** Secret throughout. The other side's ratchet key is not kept: each step uses it up at once. */
export interface RatchetState {
  readonly rootKey: Uint8Array
  readonly ownRatchetKey: AgreementKeyPair
  /** null for a responder that has received nothing. */
  readonly sending: Chain | null
  /** null for an initiator that has received nothing. */
  readonly receiving: Chain | null
  /** Messages of the sending chain before this one. */
  readonly previousChainLength: number
  readonly nextSendingHeaderKey: Uint8Array
  readonly nextReceivingHeaderKey: Uint8Array
  /** Beside every message of the sending chain. */
  readonly kemPart: OwnKemPart
  readonly kemAge: KemAge
  /** Oldest chain first. */
  readonly skipped: readonly SkippedChain[]
}

const key = fixedBytes(32)

export const ratchetStateCodec: Codec<RatchetState> = struct({
  rootKey: key,
  ownRatchetKey: struct({ publicKey: key, privateKey: key }),
  sending: optional(chainCodec),
  receiving: optional(chainCodec),
  previousChainLength: uint32,
  nextSendingHeaderKey: key,
  nextReceivingHeaderKey: key,
  kemPart: ownKemPartCodec,
  kemAge: kemAgeCodec,
  skipped: skippedChainsCodec,
})

/** PQXDH has just used ML-KEM: the first step of our own comes later. */
const agreedByKem = (nowMs: number): Pick<RatchetState, 'kemPart' | 'kemAge'> => ({
  kemPart: NO_KEM_PART,
  kemAge: { messages: 0, steppedMs: nowMs },
})

/** The initiator's side: `theirRatchetKey` is the responder's signed prekey, which was checked to be a good key. */
export function initiatorRatchet(provider: CryptoProvider, secrets: SessionSecrets, theirRatchetKey: Uint8Array, nowMs: number): RatchetState {
  const { primitives } = provider
  const ownRatchetKey = primitives.x25519.keyPairFromSeed(provider.random(32))
  const shared = primitives.x25519.agree(ownRatchetKey.privateKey, theirRatchetKey)
  if (shared === undefined) throw new RangeError('an accepted prekey does not agree')
  const step = stepRootKey(primitives, secrets.rootKey, shared, null)
  return {
    rootKey: step.rootKey,
    ownRatchetKey,
    sending: { chainKey: step.chainKey, headerKey: secrets.initiatorHeaderKey, index: 0 },
    receiving: null,
    previousChainLength: 0,
    nextSendingHeaderKey: step.nextHeaderKey,
    nextReceivingHeaderKey: secrets.responderHeaderKey,
    ...agreedByKem(nowMs),
    skipped: [],
  }
}

/** The responder's side: it can send once it has received. */
export const responderRatchet = (secrets: SessionSecrets, signedPreKey: AgreementKeyPair, nowMs: number): RatchetState => ({
  rootKey: secrets.rootKey,
  ownRatchetKey: { publicKey: signedPreKey.publicKey, privateKey: signedPreKey.privateKey },
  sending: null,
  receiving: null,
  previousChainLength: 0,
  nextSendingHeaderKey: secrets.responderHeaderKey,
  nextReceivingHeaderKey: secrets.initiatorHeaderKey,
  ...agreedByKem(nowMs),
  skipped: [],
})
