import { type Certificate, type DeviceId, initialHashInput, unpad } from '@sotto/wire'
import { openWithRatchet, type RatchetRejection } from '../double-ratchet/open-with-ratchet.ts'
import { responderRatchet } from '../double-ratchet/ratchet-state.ts'
import type { OwnIdentity } from '../identity/certificate.ts'
import { respond, type RespondRejection } from '../pqxdh/respond.ts'
import type { PreKeyStore } from '../pre-keys/pre-key-store.ts'
import { findPreKeys, type PreKeyRejection, usePreKeys } from '../pre-keys/use-pre-keys.ts'
import type { CryptoProvider } from '../crypto-provider.ts'
import { decodeRecord } from './letter-record.ts'
import { dropExpired, type SessionSet, withSession } from './session-set.ts'

export type InitialRejection =
  | PreKeyRejection
  | RespondRejection
  | RatchetRejection
  /** Its header opens under no key that was agreed on: its author is not the device that the certificate names, or it is damaged. */
  | { readonly code: 'notTheInitiator' }
  | { readonly code: 'badPadding' }

/**
 * Takes in a letter that starts a session (PQXDH §3.4), any of those its initiator wrote before our first answer. Try
 * `openWithSessions` first. `undefined`: another kind of record. On acceptance store and sessions must be kept
 * together: one-time prekeys are gone and the message is remembered. A rejection leaves all as it was.
 */
export function acceptInitial(
  provider: CryptoProvider,
  own: OwnIdentity,
  store: PreKeyStore,
  sessionsOf: (device: DeviceId) => SessionSet | null,
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
  const used = findPreKeys(primitives, store, header, initialHash, nowMs)
  if ('code' in used) return used
  const agreement = respond(primitives, own, used, header, initialHash)
  if ('code' in agreement) return agreement
  const ratchet = responderRatchet(agreement.secrets, used.signedPreKey, nowMs)
  const opened = openWithRatchet(provider, ratchet, message, agreement.associatedData, nowMs)
  if (opened === undefined) return { code: 'notTheInitiator' }
  if ('code' in opened) return opened
  const plaintext = unpad(opened.plaintext)
  if (plaintext === undefined) return { code: 'badPadding' }

  const { certificate, rank, associatedData } = agreement
  const existing = sessionsOf(certificate.body.device)
  const session = {
    id: initialHash,
    rank,
    role: 'responder',
    unansweredHeader: null,
    associatedData,
    ratchet: opened.state,
    lostMs: null,
  } as const
  const sessions = withSession(existing === null ? null : dropExpired(existing, nowMs), session, nowMs)
  return { store: usePreKeys(store, header, initialHash), sessions, certificate, plaintext }
}
