import { type Certificate, type DeviceId, initialHashInput, unpad } from '@sotto/wire'
import { openWithRatchet, type RatchetRejection } from '../double-ratchet/open-with-ratchet.ts'
import { responderRatchet } from '../double-ratchet/ratchet-state.ts'
import type { OwnIdentity } from '../identity/certificate.ts'
import { type IntroductionRejection, openIntroduction, respond, type RespondRejection } from '../pqxdh/respond.ts'
import { isBelowFloor, isRemembered, isRepeatable, type IsKnown } from '../pre-keys/initial-memory.ts'
import type { PreKeyStore } from '../pre-keys/pre-key-store.ts'
import { findPreKeys, findSignedPreKey, type PreKeyRejection, usePreKeys } from '../pre-keys/use-pre-keys.ts'
import type { CryptoProvider } from '../crypto-provider.ts'
import { decodeRecord } from './letter-record.ts'
import { dropExpired, type SessionSet, withSession } from './session-set.ts'

export type InitialRejection =
  | PreKeyRejection
  | IntroductionRejection
  | RespondRejection
  | RatchetRejection
  /** Its header opens under no key that was agreed on: its author is not the device that the certificate names, or it is damaged. */
  | { readonly code: 'notTheInitiator' }
  | { readonly code: 'badPadding' }

/** What we know of the device that a first letter turns out to be of. */
export interface KnownDevices {
  readonly sessionsOf: (device: DeviceId) => SessionSet | null
  /** Whether it is in a group of ours. What is remembered of strangers is bounded apart. */
  readonly isKnown: IsKnown
}

/**
 * Takes in a letter that starts a session (PQXDH §3.4), any of those its initiator wrote before our first answer. Try
 * `openWithSessions` first. `undefined`: another kind of record. On acceptance store and sessions must be kept
 * together: one-time prekeys are gone or the message is remembered. A rejection leaves all as it was.
 */
export function acceptInitial(
  provider: CryptoProvider,
  own: OwnIdentity,
  store: PreKeyStore,
  { sessionsOf, isKnown }: KnownDevices,
  record: Uint8Array,
  nowMs: number,
):
  | { readonly store: PreKeyStore; readonly sessions: SessionSet; readonly certificate: Certificate; readonly plaintext: Uint8Array }
  | InitialRejection
  | undefined {
  const { primitives } = provider
  const letter = decodeRecord(record)
  if (letter?.kind !== 'initial') return undefined
  const { header, message } = letter
  const initialHash = primitives.sha256(initialHashInput(header))
  if (isRemembered(store, initialHash)) return { code: 'alreadyAccepted' }
  const signedPreKey = findSignedPreKey(store, header, nowMs)
  if ('code' in signedPreKey) return signedPreKey
  const introduction = openIntroduction(primitives, own, signedPreKey, header)
  if ('code' in introduction) return introduction
  const { certificate, rank } = introduction
  const { device } = certificate.body
  const remembered = { hash: initialHash, signedPreKeyId: signedPreKey.id, device, openedMs: Math.min(introduction.openedMs, nowMs) }
  if (isRepeatable(store, introduction) && isBelowFloor(store, remembered)) return { code: 'olderThanRemembered' }
  const used = findPreKeys(primitives, store, signedPreKey, introduction)
  if ('code' in used) return used
  const agreement = respond(primitives, own, used, header, introduction, initialHash)
  if ('code' in agreement) return agreement
  const ratchet = responderRatchet(agreement.secrets, used.signedPreKey, nowMs)
  const opened = openWithRatchet(provider, ratchet, message, agreement.associatedData, nowMs)
  if (opened === undefined) return { code: 'notTheInitiator' }
  if ('code' in opened) return opened
  const plaintext = unpad(opened.plaintext)
  if (plaintext === undefined) return { code: 'badPadding' }

  const existing = sessionsOf(device)
  const session = {
    id: initialHash,
    rank,
    role: 'responder',
    unansweredHeader: null,
    associatedData: agreement.associatedData,
    ratchet: opened.state,
    lostMs: null,
  } as const
  const sessions = withSession(existing === null ? null : dropExpired(existing, nowMs), session, nowMs)
  return { store: usePreKeys(store, introduction, remembered, isKnown), sessions, certificate, plaintext }
}
