/** Looking up and using up the prekeys that an initial message names. */
import { equalBytes, type InitialKeys, LIMITS } from '@sotto/wire'
import type { UsedPreKeys } from '../pqxdh/respond.ts'
import type { Primitives } from '../primitives/primitives.ts'
import type { PreKeyStore } from './pre-key-store.ts'

export type PreKeyRejection =
  /** Accepted before: a repetition, dropped. */
  | { readonly code: 'alreadyAccepted' }
  /** Never ours, used up, or deleted for its age. */
  | { readonly code: 'unknownPreKey'; readonly key: 'signedPreKey' | 'oneTimePreKey' | 'kemPreKey'; readonly id: number }
  /** No more initial messages can be remembered until prekeys are deleted. */
  | { readonly code: 'tooManyInitialMessages'; readonly limit: number }

/** The private halves for an initial message, or why it is refused. */
export function findPreKeys(
  primitives: Primitives,
  store: PreKeyStore,
  keys: InitialKeys,
  initialHash: Uint8Array,
  nowMs: number,
): UsedPreKeys | PreKeyRejection {
  if (store.acceptedInitialMessages.some((message) => equalBytes(message.hash, initialHash))) return { code: 'alreadyAccepted' }
  const signedPreKey = store.signedPreKeys.find((key) => key.id === keys.signedPreKeyId)
  if (signedPreKey === undefined || nowMs - signedPreKey.createdMs > LIMITS.signedPreKeyKeepMs) {
    return { code: 'unknownPreKey', key: 'signedPreKey', id: keys.signedPreKeyId }
  }
  const oneTimePreKey = store.oneTimePreKeys.find((key) => key.id === keys.oneTimePreKeyId)
  if (keys.oneTimePreKeyId !== null && oneTimePreKey === undefined) {
    return { code: 'unknownPreKey', key: 'oneTimePreKey', id: keys.oneTimePreKeyId }
  }
  const kemPreKey = [...store.oneTimeKemPreKeys, ...store.lastResortKemPreKeys].find((key) => key.id === keys.kemPreKeyId)
  if (kemPreKey === undefined) return { code: 'unknownPreKey', key: 'kemPreKey', id: keys.kemPreKeyId }
  if (isRepeatable(store, keys) && store.acceptedInitialMessages.length >= LIMITS.acceptedInitialMessages) {
    return { code: 'tooManyInitialMessages', limit: LIMITS.acceptedInitialMessages }
  }
  return { signedPreKey, oneTimePreKey: oneTimePreKey ?? null, kemPreKey: primitives.mlKem768.keyPairFromSeed(kemPreKey.seed) }
}

/** Whether only the remembered hash keeps the message from being accepted again: none of its keys is used up. */
const isRepeatable = (store: PreKeyStore, keys: InitialKeys): boolean =>
  keys.oneTimePreKeyId === null && store.lastResortKemPreKeys.some((key) => key.id === keys.kemPreKeyId)

/** The store after an accepted initial message: its one-time keys are gone, its hash is remembered. */
export function usePreKeys(store: PreKeyStore, keys: InitialKeys, initialHash: Uint8Array): PreKeyStore {
  const { signedPreKeyId, kemPreKeyId } = keys
  return {
    ...store,
    oneTimePreKeys: store.oneTimePreKeys.filter((key) => key.id !== keys.oneTimePreKeyId),
    oneTimeKemPreKeys: store.oneTimeKemPreKeys.filter((key) => key.id !== kemPreKeyId),
    // Where all places are taken, one that used no one-time key was refused: this one cannot come again.
    acceptedInitialMessages:
      store.acceptedInitialMessages.length >= LIMITS.acceptedInitialMessages
        ? store.acceptedInitialMessages
        : [...store.acceptedInitialMessages, { hash: initialHash, signedPreKeyId, kemPreKeyId }],
  }
}
