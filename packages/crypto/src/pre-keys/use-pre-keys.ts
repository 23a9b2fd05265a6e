/** Looking up and using up the prekeys that an initial message names. */
import { type InitialKeys, type InitiatorIntroduction, LIMITS } from '@sotto/wire'
import type { UsedPreKeys } from '../pqxdh/respond.ts'
import type { Primitives } from '../primitives/primitives.ts'
import { type IsKnown, isRepeatable, withRemembered } from './initial-memory.ts'
import type { AcceptedInitialMessage, HeldSignedPreKey, PreKeyStore } from './pre-key-store.ts'

export type PreKeyRejection =
  /** Accepted before: a repetition, dropped. */
  | { readonly code: 'alreadyAccepted' }
  /** Opened before others of its share that were forgotten since: it may be one of them. */
  | { readonly code: 'olderThanRemembered' }
  | UnknownPreKey

/** Never ours, used up, or deleted for its age. */
export interface UnknownPreKey {
  readonly code: 'unknownPreKey'
  readonly key: 'signedPreKey' | 'oneTimePreKey' | 'kemPreKey'
  readonly id: number
}

/** The signed prekey that an initial message names. It opens the introduction, which names the others. */
export function findSignedPreKey(store: PreKeyStore, { signedPreKeyId: id }: InitialKeys, nowMs: number): HeldSignedPreKey | UnknownPreKey {
  const found = store.signedPreKeys.find((key) => key.id === id)
  if (found === undefined || nowMs - found.createdMs > LIMITS.signedPreKeyKeepMs) return { code: 'unknownPreKey', key: 'signedPreKey', id }
  return found
}

/** The private halves for an initial message, or why it is refused. */
export function findPreKeys(
  primitives: Primitives,
  store: PreKeyStore,
  signedPreKey: HeldSignedPreKey,
  { oneTimePreKeyId, kemPreKeyId }: InitiatorIntroduction,
): UsedPreKeys | UnknownPreKey {
  const oneTimePreKey = store.oneTimePreKeys.find((key) => key.id === oneTimePreKeyId)
  if (oneTimePreKeyId !== null && oneTimePreKey === undefined) return { code: 'unknownPreKey', key: 'oneTimePreKey', id: oneTimePreKeyId }
  const kemPreKey = [...store.oneTimeKemPreKeys, ...store.lastResortKemPreKeys].find((key) => key.id === kemPreKeyId)
  if (kemPreKey === undefined) return { code: 'unknownPreKey', key: 'kemPreKey', id: kemPreKeyId }
  return { signedPreKey, oneTimePreKey: oneTimePreKey ?? null, kemPreKey: primitives.mlKem768.keyPairFromSeed(kemPreKey.seed) }
}

/** The store after an accepted initial message: its one-time keys are gone, or else its hash is remembered. */
export function usePreKeys(
  store: PreKeyStore,
  introduction: Pick<InitiatorIntroduction, 'oneTimePreKeyId' | 'kemPreKeyId'>,
  message: AcceptedInitialMessage,
  isKnown: IsKnown,
): PreKeyStore {
  if (isRepeatable(store, introduction)) return withRemembered(store, message, isKnown)
  return {
    ...store,
    oneTimePreKeys: store.oneTimePreKeys.filter((key) => key.id !== introduction.oneTimePreKeyId),
    oneTimeKemPreKeys: store.oneTimeKemPreKeys.filter((key) => key.id !== introduction.kemPreKeyId),
  }
}
